/* Replays texts statement by statement and collects what is found. */
#include "work/lint.h"

#include "dialect/effect.h"
#include "dialect/parse.h"
#include "op/apply.h"
#include "revision/plan.h"
#include "work/filter.h"

#include <string.h>

/* One file while it is linted. */
typedef struct Lint {
    RtProject *project;
    const RtDialect *dialect;
    RtServer server;
    RtCatalog *catalog;
    const RtText *text;
    RtMark mark;                /* findings come in the order of the text */
    const char *revision;       /* of a script, else NULL */
    const char *const *allowed; /* risks that the statement's hints accept */
    const RtHalf *half;         /* of a script that is read, else NULL */
    int rebuild;                /* the block in the half, -1: none */
    const RtObject *rebuilt;    /* the table of the block, as it was before */
    bool is_downgrade;          /* asking for one is the consent: its risks are notes */
    GPtrArray *findings;
} Lint;

const char *
rt_severity_name(RtSeverity severity)
{
    static const char *const names[] = { "note", "warning", "error" };
    return names[severity];
}

static void
free_finding(RtFinding *finding)
{
    g_free(finding->message);
    g_free(finding->file);
    g_free(finding->excerpt);
    g_free(finding->object);
    g_free(finding->revision);
    g_free(finding);
}

static RtFinding *
add_finding(Lint *lint, const char *rule, RtSeverity severity, const char *message)
{
    RtFinding *finding = g_new0(RtFinding, 1);
    *finding = (RtFinding){ .rule = rule,
                            .severity = severity,
                            .message = g_strdup(message),
                            .revision = g_strdup(lint->revision) };
    g_ptr_array_add(lint->findings, finding);
    return finding;
}

static void
add_error(Lint *lint, const GError *error)
{
    RtFinding *finding = add_finding(lint, rt_error_name(error), RT_SEVERITY_ERROR, error->message);
    const RtErrorPlace *place = rt_error_place(error);
    if (!place)
        return;
    finding->file = g_strdup(place->file);
    finding->line = place->line;
    finding->column = place->column;
    finding->excerpt = g_strdup(place->excerpt);
}

/* The severity of a risk; false where it is none, or accepted. */
static bool
judge_risk(const Lint *lint, RtRisk risk, RtSeverity *out_severity, bool *out_counts,
           GError **error)
{
    static const RtSeverity severities[] = { [RT_LINT_NOTE] = RT_SEVERITY_NOTE,
                                             [RT_LINT_WARNING] = RT_SEVERITY_WARNING,
                                             [RT_LINT_REFUSE] = RT_SEVERITY_ERROR };
    RtLintLevel level;
    if (!rt_project_lint_level(lint->project, risk, &level, error))
        return false;
    *out_counts = level != RT_LINT_OFF;
    *out_severity = *out_counts && !lint->is_downgrade ? severities[level] : RT_SEVERITY_NOTE;
    return true;
}

static bool
add_risk(Lint *lint, RtRisk risk, const char *what, const char *reason, const char *object,
         uint32_t offset, GError **error)
{
    RtSeverity severity;
    bool counts;
    if (!judge_risk(lint, risk, &severity, &counts, error))
        return false;
    if (!counts)
        return true;
    g_autofree char *message =
        g_strdup_printf("%s%s%s", what, reason ? ": " : "", reason ? reason : "");
    RtFinding *finding = add_finding(lint, rt_risk_name(risk), severity, message);
    finding->object = g_strdup(object);
    finding->file = g_strdup(lint->text->name);
    rt_mark_locate(&lint->mark, lint->text, offset, &finding->line, &finding->column);
    return true;
}

/* In a rebuild block tables come and go; what counts is what became of the one that it is for. */
static bool
add_risks(Lint *lint, const RtOp *op, GError **error)
{
    if (!lint->dialect->effect || lint->rebuild >= 0)
        return true;
    RtEffect effect = lint->dialect->effect(lint->dialect, &lint->server, lint->catalog, op);
    if (!effect.risks)
        return true;
    g_autofree char *what = rt_op_describe(op, lint->catalog);
    g_autofree char *object = rt_op_object_name(op, lint->catalog);
    for (unsigned bit = 0; bit < RT_N_RISKS; bit++) {
        RtRisk risk = 1u << bit;
        bool is_allowed = lint->allowed && g_strv_contains(lint->allowed, rt_risk_name(risk));
        if ((effect.risks & risk) && !is_allowed &&
            !add_risk(lint, risk, what, rt_effect_reason(&effect, risk), object, op->span.start,
                      error))
            return false;
    }
    return true;
}

static bool
end_rebuild(Lint *lint, GError **error)
{
    const RtObject *before = lint->rebuilt;
    int index = lint->rebuild;
    lint->rebuild = -1;
    lint->rebuilt = NULL;
    if (index < 0 || !before)
        return true;
    uint32_t offset = lint->half->steps[lint->half->rebuilds[index].first].span.start;
    const char *table = before->name->text;
    g_autofree char *what = g_strdup_printf("rebuild table %s", table);
    g_autofree char *reason = g_strdup_printf("all rows of %s are written again", table);
    g_autoptr(GPtrArray) lost = rt_replay_lost_columns(lint->catalog, before);
    if (!rt_half_allows(lint->half, index, rt_risk_name(RT_RISK_REWRITE)) &&
        !add_risk(lint, RT_RISK_REWRITE, what, reason, table, offset, error))
        return false;
    if (rt_half_allows(lint->half, index, rt_risk_name(RT_RISK_DATA_LOSS)))
        return true;
    for (unsigned i = 0; i < lost->len; i++) {
        const RtObject *column = lost->pdata[i];
        g_autofree char *object = g_strdup_printf("%s.%s", table, column->name->text);
        g_autofree char *loss = g_strdup_printf("the values of %s are lost", object);
        if (!add_risk(lint, RT_RISK_DATA_LOSS, what, loss, object, offset, error))
            return false;
    }
    return true;
}

static bool
enter_rebuild(Lint *lint, const RtScriptStep *step, GError **error)
{
    if (step->rebuild == lint->rebuild)
        return true;
    if (!end_rebuild(lint, error))
        return false;
    lint->rebuild = step->rebuild;
    if (step->rebuild >= 0)
        lint->rebuilt = rt_replay_table(lint->catalog, lint->half->rebuilds[step->rebuild].table);
    return true;
}

static bool
lint_operations(Lint *lint, GArray *ops, GError **error)
{
    for (unsigned i = 0; i < ops->len; i++) {
        g_autoptr(GError) failure = NULL;
        RtOp *op = &g_array_index(ops, RtOp, i);
        unsigned n_before = lint->findings->len;
        if (!rt_op_meet_temporary(lint->catalog, op) && !add_risks(lint, op, error))
            return false;
        if (rt_replay(lint->dialect, &lint->server, lint->catalog, op, &failure))
            continue;
        /* what the server rejects risks nothing */
        g_ptr_array_set_size(lint->findings, (int) n_before);
        add_error(lint, failure);
    }
    return true;
}

/* All statements of a text, from `from` to `end`; broken ones are findings and are passed over. */
static bool
lint_statements(Lint *lint, uint32_t from, uint32_t end, GError **error)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtModel *model = rt_catalog_model(lint->catalog);
    RtText *text = rt_arena_new_object(rt_model_arena(model), RtText);
    *text = *lint->text;
    text->length = end;
    RtParser parser;
    rt_parser_init(&parser, lint->dialect, &lint->server, model, text, ops);
    rt_cursor_seek(&parser.cursor, from);
    for (bool is_done = false; !is_done;) {
        g_autoptr(GError) failure = NULL;
        g_array_set_size(ops, 0);
        if (!rt_parser_next(&parser, &is_done, &failure))
            add_error(lint, failure);
        else if (!lint_operations(lint, ops, error))
            return false;
    }
    return true;
}

static bool
lint_half(Lint *lint, const RtScriptHeader *header, RtDirection direction, GError **error)
{
    g_autoptr(GError) failure = NULL;
    RtHalf half;
    RtArena *arena = rt_model_arena(rt_catalog_model(lint->catalog));
    if (!rt_script_parse_half(arena, lint->dialect->lexicon, lint->text, header, direction, &half,
                              &failure)) {
        add_error(lint, failure);
        return true;
    }
    g_autofree bool *holds = g_new0(bool, half.n_steps + 1);
    lint->half = &half;
    lint->is_downgrade = direction == RT_DOWN;
    for (unsigned i = 0; i < half.n_steps; i++) {
        const RtScriptStep *step = &half.steps[i];
        bool is_taken = step->condition < 0 || holds[step->condition];
        if (step->kind == RT_SCRIPT_IF)
            holds[i] = is_taken && rt_replay_condition(lint->catalog, step);
        if (step->kind == RT_SCRIPT_IRREVERSIBLE)
            break;
        lint->allowed = step->allow;
        if (!enter_rebuild(lint, step, error))
            return false;
        if (is_taken && step->kind == RT_SCRIPT_STATEMENT &&
            !lint_statements(lint, step->span.start, step->span.end, error))
            return false;
    }
    lint->allowed = NULL;
    return end_rebuild(lint, error);
}

/* What the scripts before this one make, where it is one of the project. */
static bool
load_ancestors(Lint *lint, const RtScriptHeader *header, GError **error)
{
    const RtSourceContext *sources = rt_project_sources(lint->project, error);
    if (!sources)
        return false;
    if (!sources->folder || !*header->down_revision)
        return true;
    RtIterateOptions range = { .upper = { .list = header->down_revision }, .inclusive = true };
    g_autoptr(GPtrArray) revisions =
        rt_graph_iterate(rt_folder_graph(sources->folder), &range, error);
    if (!revisions)
        return false;
    g_autofree const RtRevision **forward = g_new(const RtRevision *, revisions->len + 1);
    for (unsigned i = 0; i < revisions->len; i++)
        forward[i] = g_ptr_array_index(revisions, revisions->len - 1 - i);
    RtSourceContext context = *sources;
    context.dialect = lint->dialect;
    return rt_replay_revisions(&context, lint->catalog, forward, revisions->len, error);
}

static bool
lint_script(Lint *lint, const char *on, GError **error)
{
    g_autoptr(GError) failure = NULL;
    RtScriptHeader header;
    RtArena *arena = rt_model_arena(rt_catalog_model(lint->catalog));
    if (!rt_script_parse_header(arena, lint->text, &header, &failure)) {
        add_error(lint, failure);
        return true;
    }
    lint->revision = header.revision;
    if (!on && !load_ancestors(lint, &header, &failure)) {
        add_error(lint, failure);
        return true;
    }
    return lint_half(lint, &header, RT_UP, error) && lint_half(lint, &header, RT_DOWN, error);
}

static bool
lint_file(Lint *lint, const char *file, const char *on, GError **error)
{
    const RtSourceContext *sources = rt_project_sources(lint->project, error);
    if (!sources || !(lint->dialect = rt_source_dialect(sources, file, error)) ||
        !rt_project_server(lint->project, lint->dialect, &lint->server, error))
        return false;
    g_autoptr(RtModel) model = rt_model_new(rt_dialect_schema(lint->dialect, &lint->server));
    g_autoptr(RtCatalog) catalog =
        rt_catalog_new(model, lint->dialect->rules, lint->dialect->lexicon);
    g_autoptr(GError) failure = NULL;
    lint->catalog = catalog;
    g_autoptr(RtFilter) filter =
        rt_filter_new(rt_project_settings(lint->project), rt_model_default_schema(model), error);
    if (!filter)
        return false;
    rt_catalog_set_unseen(catalog, RT_UNSEEN_FOREIGN, rt_filter_leaves_out(filter));
    if (on && !rt_source_load(sources, on, catalog, NULL, NULL, error))
        return false;
    lint->text = rt_text_open(rt_model_arena(model), file, &failure);
    if (!lint->text && rt_error_is(failure, RT_ERROR_FILE)) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (!lint->text) {
        add_error(lint, failure);
        return true;
    }
    if (g_str_has_prefix(lint->text->data, "-- revision:"))
        return lint_script(lint, on, error);
    return lint_statements(lint, 0, lint->text->length, error);
}

GPtrArray *
rt_lint(RtProject *project, const char *const *files, const char *on, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify) free_finding);
    for (; *files; files++) {
        Lint lint = { .project = project, .findings = findings, .rebuild = -1 };
        if (!lint_file(&lint, *files, on, error))
            return NULL;
    }
    return g_steal_pointer(&findings);
}
