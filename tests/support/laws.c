/* The laws of the verbs, checked on two schemas given as text. */
#include "laws.h"

#include <string.h>

#include "dialect/effect.h"
#include "op/apply.h"
#include "op/invert.h"

RtCatalog *
law_load(const RtDialect *dialect, RtModel *model, const char *sql, GError **error)
{
    g_autoptr(RtCatalog) catalog = rt_catalog_new(model, dialect->rules, dialect->lexicon);
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtArena *arena = rt_model_arena(model);
    RtLoad load = { .dialect = dialect, .server = &dialect->assumed, .check = true };
    const RtText *text = rt_text_new(arena, "schema", rt_arena_strdup(arena, sql), strlen(sql));
    if (!rt_load_text(&load, catalog, text, deferred, error) ||
        !rt_load_finish(&load, catalog, deferred, error))
        return NULL;
    rt_catalog_set_declared(catalog, true);
    rt_catalog_forget(catalog);
    return g_steal_pointer(&catalog);
}

char *
law_render(const RtDialect *dialect, RtCatalog *before, GArray *ops, GError **error)
{
    g_autoptr(GArray) rendered = g_array_new(FALSE, TRUE, sizeof(RtRendered));
    if (!rt_render(dialect, &dialect->assumed, before, (RtOp *) (void *) ops->data, ops->len,
                   rendered, error))
        return NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (unsigned i = 0; i < rendered->len; i++) {
        const RtRendered *piece = &g_array_index(rendered, RtRendered, i);
        if (piece->kind == RT_RENDERED_STATEMENT)
            g_string_append_printf(text, "%s;\n", piece->sql);
        else
            g_string_append_printf(text, "-- retort: %s\n", piece->sql);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Directives are the runner's affair. */
static char *
strip_directives(const char *script)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, "-- retort:"))
            **line = '\0';
    }
    return g_strjoinv("\n", lines);
}

bool
law_replay(const RtDialect *dialect, RtCatalog *catalog, const char *script, GArray *ops,
           GError **error)
{
    RtModel *model = rt_catalog_model(catalog);
    char *sql = rt_arena_take(rt_model_arena(model), strip_directives(script));
    const RtText *text = rt_text_new(rt_model_arena(model), "script", sql, strlen(sql));
    g_autoptr(GArray) own = g_array_new(FALSE, TRUE, sizeof(RtOp));
    GArray *parsed = ops ? ops : own;
    RtParser parser;
    rt_parser_init(&parser, dialect, &dialect->assumed, model, text, parsed);
    for (bool done = false; !done;) {
        unsigned first = parsed->len;
        if (!rt_parser_next(&parser, &done, error))
            return false;
        for (unsigned i = first; i < parsed->len; i++) {
            if (!rt_replay(dialect, &dialect->assumed, catalog, &g_array_index(parsed, RtOp, i),
                           error))
                return false;
        }
    }
    return true;
}

char *
law_describe(const RtCatalog *catalog, const GArray *ops)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (unsigned i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        g_autofree char *what = rt_op_describe(op, catalog);
        g_string_append_printf(text, "  %s [%u]\n", what, op->group);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

typedef struct Laws {
    const RtDialect *dialect;
    RtModel *model;
    RtCatalog *from, *to;
    const char *from_sql;
    RtDiff *diff;
    char *ops;          /* of the diff, for messages */
    RtCatalog *applied; /* `from` after the operations */
    char **out_why;
} Laws;

static bool fail(const Laws *laws, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
fail(const Laws *laws, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    *laws->out_why = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return false;
}

static bool
is_unmanaged(const RtOp *op)
{
    return op->kind == RT_KIND_ATTRIBUTE &&
           op->form->attributes[op->row].silence == RT_SILENCE_UNMANAGED;
}

/* What one side does not manage is a difference only the other way round. */
static void
forget_unmanaged(RtDiff *diff)
{
    for (unsigned i = diff->ops->len; i--;) {
        if (is_unmanaged(&g_array_index(diff->ops, RtOp, i)))
            g_array_remove_index(diff->ops, i);
    }
    for (unsigned i = diff->refusals->len; i--;) {
        if (is_unmanaged(&g_array_index(diff->refusals, RtRefusal, i).op))
            g_array_remove_index(diff->refusals, i);
    }
}

static bool
is_same(const Laws *laws, const char *law, const RtCatalog *a, const RtCatalog *b)
{
    g_autoptr(RtDiff) there = rt_diff_new(laws->dialect, &laws->dialect->assumed, a, b, NULL);
    g_autoptr(RtDiff) back = rt_diff_new(laws->dialect, &laws->dialect->assumed, b, a, NULL);
    forget_unmanaged(back);
    const RtDiff *wrong = !rt_diff_is_empty(there) ? there : back;
    if (rt_diff_is_empty(wrong))
        return true;
    g_autofree char *ops = law_describe(a, wrong->ops);
    const char *reason =
        wrong->refusals->len ? g_array_index(wrong->refusals, RtRefusal, 0).reason : "";
    return fail(laws, "%s: what is left to do:\n%s%s\nof:\n%s", law, ops, reason,
                laws->ops ? laws->ops : "");
}

static RtCatalog *
copy_of(const Laws *laws)
{
    return law_load(laws->dialect, laws->model, laws->from_sql, NULL);
}

/* Applies the operations one by one, each allowed by the server's rules but where a rebuild makes
   it. */
static bool
run_ops(const Laws *laws, const char *law, RtCatalog *catalog, GArray *ops)
{
    for (unsigned i = 0; i < ops->len; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        g_autoptr(GError) error = NULL;
        const RtDialect *dialect = laws->dialect;
        bool is_asked = dialect->check && op->group == 0;
        if ((is_asked && !dialect->check(dialect, &dialect->assumed, catalog, op, &error)) ||
            !rt_apply(catalog, op, &error)) {
            g_autofree char *what = law_describe(catalog, ops);
            return fail(laws, "%s: operation %u: %s\n%s", law, i, error->message, what);
        }
    }
    rt_catalog_complete(catalog, laws->dialect, &laws->dialect->assumed);
    return true;
}

/* Another change may have made possible what was refused before it. */
static bool
was_refused(const RtDiff *diff, const RtOp *op)
{
    for (unsigned i = 0; i < diff->refusals->len; i++) {
        const RtOp *refused = &g_array_index(diff->refusals, RtRefusal, i).op;
        if (refused->verb == op->verb && refused->kind == op->kind && refused->row == op->row &&
            rt_name_equal(refused->owner, op->owner) && rt_name_equal(refused->name, op->name))
            return true;
    }
    return false;
}

static bool
check_diff(Laws *laws)
{
    laws->applied = copy_of(laws);
    if (!run_ops(laws, "apply(diff(a, b), a)", laws->applied, laws->diff->ops))
        return false;
    if (laws->diff->refusals->len == 0)
        return is_same(laws, "apply(diff(a, b), a) = b", laws->applied, laws->to);
    g_autoptr(RtDiff) rest =
        rt_diff_new(laws->dialect, &laws->dialect->assumed, laws->applied, laws->to, NULL);
    for (unsigned i = 0; i < rest->ops->len; i++) {
        if (was_refused(laws->diff, &g_array_index(rest->ops, RtOp, i)))
            continue;
        g_autofree char *ops = law_describe(laws->applied, rest->ops);
        return fail(laws, "beside what is refused nothing is left: what is:\n%s\nof:\n%s", ops,
                    laws->ops);
    }
    return true;
}

/* Whether the server's own rules refuse a step back: then the change is irreversible. */
static bool
is_irreversible(const Laws *laws, GArray *inverse)
{
    size_t mark = rt_catalog_mark(laws->applied);
    bool is_refused = false;
    for (unsigned i = 0; i < inverse->len && !is_refused; i++) {
        RtOp op = g_array_index(inverse, RtOp, i);
        g_autoptr(GError) ignored = NULL;
        is_refused = rt_change(laws->dialect, &laws->dialect->assumed, laws->applied, &op).how ==
                     RT_HOW_REFUSED;
        if (!rt_apply(laws->applied, &op, &ignored))
            break;
    }
    rt_catalog_undo(laws->applied, mark);
    return is_refused;
}

static bool
check_inverse(Laws *laws)
{
    g_autoptr(GArray) inverse = g_array_new(FALSE, TRUE, sizeof(RtOp));
    rt_invert(laws->model, (RtOp *) (void *) laws->diff->ops->data, laws->diff->ops->len, inverse,
              NULL);
    rt_order(laws->dialect, &laws->dialect->assumed, laws->applied, inverse);
    if (is_irreversible(laws, inverse))
        return true;
    size_t mark = rt_catalog_mark(laws->applied);
    bool holds = run_ops(laws, "apply(invert(ops), …)", laws->applied, inverse) &&
                 is_same(laws, "apply(invert(ops), apply(ops, a)) = a", laws->applied, laws->from);
    rt_catalog_undo(laws->applied, mark);
    return holds;
}

static bool
check_text(Laws *laws)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = law_render(laws->dialect, laws->from, laws->diff->ops, &error);
    if (!text)
        return fail(laws, "render(ops): %s", error->message);
    g_autoptr(RtCatalog) replayed = copy_of(laws);
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    if (!law_replay(laws->dialect, replayed, text, ops, &error)) {
        g_autofree char *message = rt_error_describe(error);
        return fail(laws, "apply(parse(render(ops)), a): %s\n%s", message, text);
    }
    if (!is_same(laws, "apply(parse(render(ops)), a) = apply(ops, a)", replayed, laws->applied))
        return false;
    g_autofree char *again = law_render(laws->dialect, laws->from, ops, &error);
    if (!again)
        return fail(laws, "render(parse(render(ops))): %s\n%s", error->message, text);
    g_autoptr(RtCatalog) third = copy_of(laws);
    g_autoptr(GArray) third_ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    if (!law_replay(laws->dialect, third, again, third_ops, &error))
        return fail(laws, "parse(render(parse(…))): %s\n%s", error->message, again);
    g_autofree char *last = law_render(laws->dialect, laws->from, third_ops, &error);
    if (!last || strcmp(again, last) != 0)
        return fail(laws, "render after parse is idempotent:\n%s\nis then:\n%s", again,
                    last ? last : error->message);
    return true;
}

static void
forget_diff(Laws *laws)
{
    g_clear_pointer(&laws->ops, g_free);
    g_clear_pointer(&laws->diff, rt_diff_free);
    g_clear_pointer(&laws->applied, rt_catalog_free);
}

static bool
check_with(Laws *laws, const RtDiffOptions *options)
{
    forget_diff(laws);
    laws->diff = rt_diff_new(laws->dialect, &laws->dialect->assumed, laws->from, laws->to, options);
    laws->ops = law_describe(laws->from, laws->diff->ops);
    return check_diff(laws) && check_inverse(laws) && check_text(laws);
}

static bool
check_all(Laws *laws)
{
    if (!is_same(laws, "diff(a, a) is empty", laws->from, laws->from) ||
        !is_same(laws, "diff(b, b) is empty", laws->to, laws->to))
        return false;
    RtDiffOptions options = { 0 };
    bool has_more = laws->dialect->recreation;
    if (!check_with(laws, &options))
        return false;
    options.recreate = true;
    return !has_more || check_with(laws, &options);
}

bool
law_check(const RtDialect *dialect, const char *from, const char *to, char **out_why)
{
    g_autoptr(RtModel) model = rt_model_new(NULL);
    Laws laws = { .dialect = dialect, .model = model, .from_sql = from, .out_why = out_why };
    laws.from = law_load(dialect, model, from, NULL);
    laws.to = law_load(dialect, model, to, NULL);
    bool holds = !laws.from || !laws.to || check_all(&laws);
    forget_diff(&laws);
    rt_catalog_free(laws.from);
    rt_catalog_free(laws.to);
    return holds;
}
