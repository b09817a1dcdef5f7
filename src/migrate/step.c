/* One step: the statement is sent, the condition looked up, the assert asked, the command run. */
#include "migrate/step.h"

#include "migrate/command.h"
#include "source/source.h"

#include <string.h>

void
rt_step_fail(GError **error, const RtMigration *migration, const RtScriptStep *step, GError *cause)
{
    RtErrorCode code = cause->domain == RT_ERROR ? (RtErrorCode) cause->code : RT_ERROR_SERVER;
    if (code == RT_ERROR_INTERRUPTED) {
        g_propagate_error(error, cause);
        return;
    }
    rt_text_error(error, code, migration->text, step->span, "%s", cause->message);
    g_error_free(cause);
}

/* What `schema.table.column`, of which only one part need be there, may be about. */
static void
add_names(GPtrArray *names, RtModel *model, const RtDialect *dialect, const char *qualified)
{
    const RtFold *fold = dialect->rules->fold;
    g_auto(GStrv) parts = g_strsplit(qualified, ".", -1);
    for (unsigned i = 0; parts[i]; i++) {
        g_ptr_array_add(names, (void *) rt_model_name(model, fold[RT_KIND_TABLE], NULL, parts[i]));
        if (i > 0)
            g_ptr_array_add(
                names, (void *) rt_model_name(model, fold[RT_KIND_TABLE], parts[i - 1], parts[i]));
    }
}

bool
rt_step_condition(RtRunner *runner, const RtScriptStep *step, bool *out_holds, GError **error)
{
    const RtDialect *dialect = runner->database->dialect;
    g_autoptr(RtModel) model = rt_model_new(runner->database->schema);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    add_names(names, model, dialect, step->if_name);
    g_autoptr(RtCatalog) catalog = rt_runner_reflect(runner, model, names, error);
    if (!catalog)
        return false;
    *out_holds = rt_replay_condition(catalog, step);
    return true;
}

/* The first value of the first row. */
typedef struct Answer {
    char *value;
    bool has_row;
} Answer;

static bool
take_answer(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    Answer *answer = data;
    answer->has_row = true;
    answer->value = n ? g_strdup(values[0]) : NULL;
    return false;
}

/* NULL, 0, an empty text and a word for false are not true. */
static bool
is_true(const char *value)
{
    if (!value || !*value || g_ascii_strcasecmp(value, "false") == 0 ||
        g_ascii_strcasecmp(value, "f") == 0)
        return false;
    char *end;
    double number = g_ascii_strtod(value, &end);
    return *end || number != 0;
}

static bool
run_assert(RtRunner *runner, const RtScriptStep *step, GError **error)
{
    Answer answer = { 0 };
    bool is_answered = rt_runner_send(runner, step->sql, take_answer, &answer, NULL, error);
    g_autofree char *value = answer.value;
    if (!is_answered)
        return false;
    if (is_true(value))
        return true;
    rt_error_set(error, RT_ERROR_ASSERTION, "the assertion is not true: %s gave %s", step->sql,
                 !answer.has_row ? "no row"
                 : value         ? value
                                 : "NULL");
    return false;
}

/* The word of the statement that the server points at, else all of the statement. */
static RtSpan
find_fault(const RtRunner *runner, const RtMigration *migration, const RtScriptStep *step)
{
    int offset = runner->database->connection->failure.offset;
    const char *text = migration->text->data;
    RtSpan span = step->span;
    if (offset <= 0 || span.start + (uint32_t) offset >= span.end ||
        strncmp(text + span.start, step->sql, (size_t) offset) != 0)
        return span;
    span.start += (uint32_t) offset;
    uint32_t end = span.start + 1;
    while (end < span.end && (g_ascii_isalnum(text[end]) || text[end] == '_'))
        end++;
    return (RtSpan){ span.start, end };
}

static bool
run_statement(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
              GError **error)
{
    GError *cause = NULL;
    if (rt_runner_send(runner, step->sql, NULL, NULL, NULL, &cause))
        return true;
    RtScriptStep pointed = *step;
    pointed.span = find_fault(runner, migration, step);
    rt_step_fail(error, migration, &pointed, cause);
    return false;
}

bool
rt_step_run(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
            GError **error)
{
    GError *cause = NULL;
    bool ok = true;
    switch (step->kind) {
    case RT_SCRIPT_STATEMENT:
        return run_statement(runner, migration, step, error);
    case RT_SCRIPT_ASSERT:
        ok = run_assert(runner, step, &cause);
        break;
    case RT_SCRIPT_RUN:
        ok = rt_command_run(runner, migration, step->sql, &cause);
        break;
    case RT_SCRIPT_IRREVERSIBLE:
        ok = false;
        rt_error_set(&cause, RT_ERROR_IRREVERSIBLE, "this half cannot run: %s", step->sql);
        break;
    case RT_SCRIPT_IF:
        break;
    }
    if (!ok)
        rt_step_fail(error, migration, step, cause);
    return ok;
}
