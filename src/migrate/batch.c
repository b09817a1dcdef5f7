/* Cuts an UPDATE or DELETE into ranges of its table's key. */
#include "migrate/batch.h"

#include "migrate/lock.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct Batch {
    RtRunner *runner;
    const RtMigration *migration;
    const RtScriptStep *step;
    RtStepRow *row;
    char *table;     /* as written */
    char *key;       /* quoted */
    char *head;      /* the statement up to its WHERE */
    char *condition; /* what follows the WHERE; NULL: none */
} Batch;

static void
clear_batch(Batch *batch)
{
    g_free(batch->table);
    g_free(batch->key);
    g_free(batch->head);
    g_free(batch->condition);
}

static bool
refuse(GError **error, const char *why)
{
    rt_error_set(error, RT_ERROR_UNSUPPORTED, "this statement cannot run in batches: %s", why);
    return false;
}

/* Finds the table's name and the WHERE, and that nothing stands behind it which a range breaks. */
static bool
cut_statement(Batch *batch, RtArena *arena, const RtLexicon *lexicon, const char **out_name,
              GError **error)
{
    static const char *const forbidden[] = { "RETURNING", "ORDER", "LIMIT", "FROM" };
    const char *sql = batch->step->sql;
    const RtText *text = rt_text_new(arena, "<batch>", sql, strlen(sql));
    RtToken token = rt_lexer_next(lexicon, text, 0, NULL);
    bool is_delete = rt_token_is_word(text, token, "DELETE");
    if (!is_delete && !rt_token_is_word(text, token, "UPDATE"))
        return refuse(error, "only UPDATE and DELETE can");
    if (is_delete)
        token = rt_lexer_next(lexicon, text, token.span.end, NULL);
    token = rt_lexer_next(lexicon, text, token.span.end, NULL);
    if (token.kind != RT_TOKEN_WORD && token.kind != RT_TOKEN_NAME)
        return refuse(error, "it does not begin with its table");
    *out_name = rt_token_unquote(arena, lexicon, text, token);
    batch->table = g_strndup(sql + token.span.start, token.span.end - token.span.start);
    uint32_t where = text->length;
    int depth = 0;
    while ((token = rt_lexer_next(lexicon, text, token.span.end, NULL)).kind) {
        depth += rt_token_is(text, token, '(') - rt_token_is(text, token, ')');
        if (depth == 0 && where == text->length && rt_token_is_word(text, token, "WHERE")) {
            where = token.span.start;
            batch->condition = g_strdup(sql + token.span.end);
        }
        for (size_t i = 0; depth == 0 && i < G_N_ELEMENTS(forbidden); i++) {
            if (rt_token_is_word(text, token, forbidden[i]))
                return refuse(error, "it has a clause besides SET and WHERE");
        }
    }
    batch->head = g_strndup(sql, where);
    return true;
}

/* The only column of the table's primary key. */
static bool
find_key(Batch *batch, const char *table, GError **error)
{
    const RtDialect *dialect = batch->runner->database->dialect;
    g_autoptr(RtModel) model = rt_model_new(dialect->default_schema);
    const RtName *name = rt_model_name(model, dialect->rules->fold[RT_KIND_TABLE], NULL, table);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (void *) name);
    g_autoptr(RtCatalog) catalog = rt_runner_reflect(batch->runner, model, names, error);
    if (!catalog)
        return false;
    const RtObject *object = rt_catalog_find(catalog, RT_KIND_TABLE, name);
    for (unsigned i = 0; object && i < object->n_children; i++) {
        if (rt_object_kind(object->children[i]) != RT_KIND_KEY)
            continue;
        const RtValue *parts = rt_object_role(object->children[i], RT_ROLE_PARTS);
        int row = rt_form_row(object->children[i]->form, RT_ROLE_PARTS);
        if (!parts || parts->length != 1)
            break;
        bool is_names = object->children[i]->form->attributes[row].kind == &rt_value_names;
        const RtName *column = is_names ? parts->names[0] : parts->parts[0].column;
        GString *key = g_string_new(NULL);
        rt_name_print(key, dialect->lexicon, column->text);
        batch->key = g_string_free(key, FALSE);
        return true;
    }
    return refuse(error, "its table has no primary key of one column");
}

/* A key's value as a literal; a plain number stays one, so that both kinds of columns compare. */
static void
append_literal(GString *out, const RtLexicon *lexicon, const char *value)
{
    gint64 number;
    g_autofree char *canonical = NULL;
    if (g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL))
        canonical = g_strdup_printf("%" G_GINT64_FORMAT, number);
    if (g_strcmp0(canonical, value) == 0)
        g_string_append(out, value);
    else
        rt_string_print(out, lexicon, value);
}

static void
append_lower(const Batch *batch, GString *out)
{
    g_string_append_printf(out, "%s > ", batch->key);
    append_literal(out, batch->runner->database->dialect->lexicon, batch->row->place);
}

static bool
take_bound(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    *(char **) data = g_strdup(values[0]);
    return false;
}

/* The last key of the next range; NULL when there is none. */
static bool
find_bound(const Batch *batch, char **out_bound, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT max(%s) FROM (SELECT %s FROM %s", batch->key, batch->key,
                           batch->table);
    if (*batch->row->place) {
        g_string_append(sql, " WHERE ");
        append_lower(batch, sql);
    }
    g_string_append_printf(sql, " ORDER BY %s LIMIT %u) AS batch", batch->key, batch->step->batch);
    return rt_connection_query(batch->runner->database->connection, sql->str, take_bound, out_bound,
                               error);
}

static char *
range_sql(const Batch *batch, const char *bound)
{
    GString *sql = g_string_new(batch->head);
    g_string_append(sql, " WHERE ");
    if (batch->condition)
        g_string_append_printf(sql, "(%s) AND ", batch->condition);
    if (*batch->row->place) {
        append_lower(batch, sql);
        g_string_append(sql, " AND ");
    }
    g_string_append_printf(sql, "%s <= ", batch->key);
    append_literal(sql, batch->runner->database->dialect->lexicon, bound);
    return g_string_free(sql, FALSE);
}

static bool
run_range(Batch *batch, bool *out_done, GError **error)
{
    g_autofree char *bound = NULL;
    if (!find_bound(batch, &bound, error))
        return false;
    *out_done = bound == NULL;
    if (!bound)
        return true;
    g_autofree char *sql = range_sql(batch, bound);
    rt_runner_fault(batch->runner, "before batch", 0);
    if (!rt_runner_send(batch->runner, sql, NULL, NULL, NULL, error))
        return false;
    g_free(batch->row->place);
    batch->row->place = g_steal_pointer(&bound);
    return rt_state_put_step(batch->runner->state, batch->row, error);
}

static bool
run_ranges(Batch *batch, GError **error)
{
    for (bool done = false; !done;) {
        if (!rt_events_go_on(batch->runner->events, error) ||
            !rt_lock_begin_write(batch->runner, error))
            return false;
        bool ok = run_range(batch, &done, error);
        if (!rt_lock_end_write(batch->runner, ok, ok ? error : NULL))
            return false;
        rt_runner_fault(batch->runner, "after batch", 0);
    }
    return true;
}

bool
rt_batch_run(RtRunner *runner, const RtMigration *migration, const RtScriptStep *step,
             RtStepRow *row, GError **error)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    Batch batch = { .runner = runner, .migration = migration, .step = step, .row = row };
    const char *table = NULL;
    bool ok = cut_statement(&batch, arena, runner->database->dialect->lexicon, &table, error) &&
              find_key(&batch, table, error) && run_ranges(&batch, error);
    clear_batch(&batch);
    return ok;
}
