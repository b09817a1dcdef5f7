/* Cuts an UPDATE, a DELETE or a copy of rows into ranges of its table's key. */
#include "migrate/batch.h"

#include "migrate/lock.h"
#include "sql/tokens.h"

#include <string.h>

typedef struct Batch {
    RtRunner *runner;
    const RtScriptStep *step;
    RtStepRow *row;
    const char *schema, *name; /* of the table; schema NULL: the default */
    char *table;               /* as written */
    char *key;                 /* quoted */
    bool is_text;              /* the key's values are, also those that look like numbers */
    bool may_be_null;          /* rows may have no value of it; they come first */
    char *head;                /* the statement up to its WHERE */
    char *condition;           /* what follows the WHERE; NULL: none */
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

typedef enum Form {
    FORM_UPDATE, /* UPDATE t SET … */
    FORM_DELETE, /* DELETE FROM t */
    FORM_COPY,   /* INSERT INTO other (…) SELECT … FROM t */
} Form;

static bool
find_form(const RtText *text, RtToken first, Form *out_form, GError **error)
{
    static const char *const words[] = { "UPDATE", "DELETE", "INSERT" };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        *out_form = (Form) i;
        if (rt_token_is_word(text, first, words[i]))
            return true;
    }
    return refuse(error, "only UPDATE, DELETE and INSERT … SELECT can");
}

/* Passes what stands before the table; false where that is nowhere. */
static bool
find_table(const RtLexicon *lexicon, const RtText *text, Form form, RtToken *token)
{
    int depth = 0;
    bool is_query = form != FORM_COPY;
    if (form == FORM_DELETE)
        *token = rt_lexer_next(lexicon, text, token->span.end, NULL);
    while (form == FORM_COPY && token->kind) {
        *token = rt_lexer_next(lexicon, text, token->span.end, NULL);
        depth += rt_token_is(text, *token, '(') - rt_token_is(text, *token, ')');
        is_query |= depth == 0 && rt_token_is_word(text, *token, "SELECT");
        if (depth == 0 && is_query && rt_token_is_word(text, *token, "FROM"))
            break;
    }
    *token = rt_lexer_next(lexicon, text, token->span.end, NULL);
    return is_query && (token->kind == RT_TOKEN_WORD || token->kind == RT_TOKEN_NAME);
}

/* Finds the WHERE, and that nothing stands behind the table which a range breaks. */
static bool
find_condition(Batch *batch, const RtLexicon *lexicon, const RtText *text, Form form, RtToken token,
               GError **error)
{
    static const char *const forbidden[] = { "RETURNING", "ORDER", "LIMIT", "FROM",
                                             "GROUP",     "UNION", "JOIN" };
    uint32_t where = text->length;
    int depth = 0;
    while ((token = rt_lexer_next(lexicon, text, token.span.end, NULL)).kind) {
        depth += rt_token_is(text, token, '(') - rt_token_is(text, token, ')');
        if (depth == 0 && where == text->length && rt_token_is_word(text, token, "WHERE")) {
            where = token.span.start;
            batch->condition = g_strdup(text->data + token.span.end);
        } else if (form == FORM_COPY && where == text->length) {
            return refuse(error, "its SELECT is of more than one table");
        }
        for (size_t i = 0; depth == 0 && i < G_N_ELEMENTS(forbidden); i++) {
            if (rt_token_is_word(text, token, forbidden[i]))
                return refuse(error, "it has a clause that ranges would break");
        }
    }
    batch->head = g_strndup(text->data, where);
    return true;
}

/* Cuts the statement into what stands before WHERE and behind it, and finds the table whose ranges
   it runs by. */
static bool
cut_statement(Batch *batch, RtArena *arena, const RtLexicon *lexicon, GError **error)
{
    const char *sql = batch->step->sql;
    const RtText *text = rt_text_new(arena, "<batch>", sql, strlen(sql));
    RtToken token = rt_lexer_next(lexicon, text, 0, NULL);
    Form form;
    if (!find_form(text, token, &form, error))
        return false;
    if (!find_table(lexicon, text, form, &token))
        return refuse(error, form == FORM_COPY ? "it is no INSERT INTO … SELECT … FROM one table"
                                               : "it does not begin with its table");
    uint32_t start = token.span.start;
    RtToken point = rt_lexer_next(lexicon, text, token.span.end, NULL);
    batch->name = rt_token_unquote(arena, lexicon, text, token);
    if (rt_token_is(text, point, '.')) {
        token = rt_lexer_next(lexicon, text, point.span.end, NULL);
        batch->schema = batch->name;
        batch->name = rt_token_unquote(arena, lexicon, text, token);
    }
    batch->table = g_strndup(sql + start, token.span.end - start);
    return find_condition(batch, lexicon, text, form, token, error);
}

/* The only column of a key that is an object of its own; NULL: there is none such. */
static const RtName *
find_in_children(const RtObject *object)
{
    for (unsigned i = 0; object && i < object->n_children; i++) {
        if (rt_object_kind(object->children[i]) != RT_KIND_KEY)
            continue;
        const RtValue *parts = rt_object_role(object->children[i], RT_ROLE_PARTS);
        int row = rt_form_row(object->children[i]->form, RT_ROLE_PARTS);
        if (!parts || parts->length != 1)
            return NULL;
        bool is_names = object->children[i]->form->attributes[row].kind == &rt_value_names;
        return is_names ? parts->names[0] : parts->parts[0].column;
    }
    return NULL;
}

/* The first column of a key that is a clause of its table: all rows have a value there, and rows
   of one value are in one range. */
static const RtName *
find_in_clause(const RtObject *object)
{
    const RtValue *key = object ? rt_object_role(object, RT_ROLE_KEY) : NULL;
    int at =
        key && key->length ? rt_object_find_child(object, RT_KIND_COLUMN, key->names[0], 0) : -1;
    bool is_filled = at >= 0 && rt_object_flag(object->children[at], RT_ROLE_NOT_NULL);
    return is_filled ? key->names[0] : NULL;
}

static void
note_column(Batch *batch, const RtObject *object, const RtName *name)
{
    const char *const *texts = batch->runner->database->dialect->rules->types.texts;
    int at = rt_object_find_child(object, RT_KIND_COLUMN, name, 0);
    const RtObject *column = at >= 0 ? object->children[at] : NULL;
    const RtValue *type = column ? rt_object_role(column, RT_ROLE_TYPE) : NULL;
    batch->is_text = texts && type && g_strv_contains(texts, type->type->name);
    batch->may_be_null = !column || !rt_object_flag(column, RT_ROLE_NOT_NULL);
}

static bool
find_key(Batch *batch, GError **error)
{
    const RtDialect *dialect = batch->runner->database->dialect;
    g_autoptr(RtModel) model = rt_model_new(batch->runner->database->schema);
    const RtName *name =
        rt_model_name(model, dialect->rules->fold[RT_KIND_TABLE], batch->schema, batch->name);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_ptr_array_add(names, (void *) name);
    g_autoptr(RtCatalog) catalog = rt_runner_reflect(batch->runner, model, names, error);
    if (!catalog)
        return false;
    const RtObject *object = rt_catalog_find(catalog, RT_KIND_TABLE, name);
    const RtName *column = find_in_clause(object) ?: find_in_children(object);
    if (!column)
        return refuse(error, "its table has no primary key of one column");
    note_column(batch, object, column);
    GString *key = g_string_new(NULL);
    rt_name_print(key, dialect->lexicon, column->text);
    batch->key = g_string_free(key, FALSE);
    return true;
}

/* ---- ranges -----------------------------------------------------------------------------------
 */

/* A place is a literal, so that one at a key that is empty is not one before the first key. */
static const char no_place[] = "", null_place[] = "NULL";

static bool
is_at(const Batch *batch, const char *place)
{
    return strcmp(batch->row->place, place) == 0;
}

/* A plain number stays one, so that both kinds of columns compare. */
static bool
is_plain_number(const char *value)
{
    gint64 number;
    if (!g_ascii_string_to_signed(value, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return false;
    g_autofree char *canonical = g_strdup_printf("%" G_GINT64_FORMAT, number);
    return strcmp(canonical, value) == 0;
}

static char *
make_place(const Batch *batch, const char *value)
{
    if (!value)
        return g_strdup(null_place);
    if (!batch->is_text && is_plain_number(value))
        return g_strdup(value);
    GString *literal = g_string_new(NULL);
    rt_string_print(literal, batch->runner->database->dialect->lexicon, value);
    return g_string_free(literal, FALSE);
}

/* What is behind the place; nothing where all rows are. */
static void
append_lower(const Batch *batch, GString *out, const char *before, const char *behind)
{
    if (is_at(batch, no_place))
        return;
    g_string_append(out, before);
    if (is_at(batch, null_place))
        g_string_append_printf(out, "%s IS NOT NULL", batch->key);
    else
        g_string_append_printf(out, "%s > %s", batch->key, batch->row->place);
    g_string_append(out, behind);
}

static void
append_upper(const Batch *batch, GString *out, const char *bound)
{
    if (strcmp(bound, null_place) == 0)
        g_string_append_printf(out, "%s IS NULL", batch->key);
    else if (batch->may_be_null && is_at(batch, no_place))
        g_string_append_printf(out, "(%s <= %s OR %s IS NULL)", batch->key, bound, batch->key);
    else
        g_string_append_printf(out, "%s <= %s", batch->key, bound);
}

typedef struct Bound {
    const Batch *batch;
    char *place; /* NULL: there is no row */
} Bound;

static bool
take_bound(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    Bound *bound = data;
    bound->place = make_place(bound->batch, values[0]);
    return false;
}

/* The place at one row of what is left, in this order and behind so many; NULL where there is none.
 */
static bool
find_row(const Batch *batch, const char *order, unsigned offset, char **out_place, GError **error)
{
    Bound bound = { batch, NULL };
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT %s FROM %s", batch->key, batch->table);
    append_lower(batch, sql, " WHERE ", "");
    g_string_append_printf(sql, " ORDER BY %s%s LIMIT 1", batch->key, order);
    if (offset)
        g_string_append_printf(sql, " OFFSET %u", offset);
    bool ok = rt_connection_query(batch->runner->database->connection, sql->str, take_bound, &bound,
                                  error);
    *out_place = bound.place;
    return ok;
}

/* The end of the next range; NULL when there is none. */
static bool
find_bound(const Batch *batch, char **out_bound, GError **error)
{
    return find_row(batch, "", batch->step->batch - 1, out_bound, error) &&
           (*out_bound || find_row(batch, " DESC", 0, out_bound, error));
}

static char *
range_sql(const Batch *batch, const char *bound)
{
    GString *sql = g_string_new(batch->head);
    g_string_append(sql, " WHERE ");
    if (batch->condition)
        g_string_append_printf(sql, "(%s) AND ", batch->condition);
    append_lower(batch, sql, "", " AND ");
    append_upper(batch, sql, bound);
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
        if (!rt_lock_end_write(batch->runner, ok, error))
            return false;
        rt_runner_fault(batch->runner, "after batch", 0);
    }
    return true;
}

bool
rt_batch_run(RtRunner *runner, const RtScriptStep *step, RtStepRow *row, GError **error)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    Batch batch = { .runner = runner, .step = step, .row = row };
    bool ok = cut_statement(&batch, arena, runner->database->dialect->lexicon, error) &&
              find_key(&batch, error) && run_ranges(&batch, error);
    clear_batch(&batch);
    return ok;
}

bool
rt_batch_is_meant(const RtRunner *runner, const RtScriptStep *step)
{
    bool is_safe = step->idempotent || rt_connection_is_transactional(runner->database->connection);
    return step->batch && step->kind == RT_SCRIPT_STATEMENT && is_safe;
}
