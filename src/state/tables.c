/* Own tables as rows of columns; reading and writing them by plain statements. */
#include "state/tables.h"

#include "sql/tokens.h"

#include <string.h>

static const RtOwnColumn version_columns[] = {
    { "version_num", .is_key = true, .length = 255, .not_null = true },
};

/* First in tables that several version tables of one database share: which of them a row is of. */
#define NAME_COLUMN                                                                                \
    {                                                                                              \
        "name", .is_key = true, .length = 255, .not_null = true                                    \
    }

/* In the order of the members of RtJournalRow, which journal.c counts on; `state` is last. */
static const RtOwnColumn journal_columns[] = {
    NAME_COLUMN,
    { "run", .is_key = true, .length = 64, .not_null = true },
    { "number", .is_key = true, .is_number = true, .not_null = true },
    { "revision", .length = 255 },
    { "direction", .length = 8 },
    { "message" },
    { "hash", .length = 64 },
    { "steps", .is_number = true },
    { "step", .is_number = true },
    { "rows_before" },
    { "rows_after" },
    { "started", .length = 32 },
    { "ended", .length = 32 },
    { "owner", .length = 255 },
    { "error" },
    { "job", .length = 255 },
    { "state", .length = 8 },
};

static const RtOwnColumn step_columns[] = {
    NAME_COLUMN,
    { "run", .is_key = true, .length = 64, .not_null = true },
    { "number", .is_key = true, .is_number = true, .not_null = true },
    { "step", .is_key = true, .is_number = true, .not_null = true },
    { "hash", .length = 64 },
    { "statement" },
    { "objects" },
    { "outcome", .length = 8 },
    { "place" },
    { "state", .length = 8 },
};

static const RtOwnColumn lock_columns[] = {
    NAME_COLUMN,
    { "owner", .length = 255 },
    { "fence", .is_number = true },
    { "heartbeat", .is_number = true },
};

/* In the order that definition.c counts on. */
static const RtOwnColumn definition_columns[] = {
    NAME_COLUMN,
    { "id", .is_key = true, .length = 32, .not_null = true },
    { "object" },
    { "declared", .length = 64 },
    { "stored", .length = 64 },
};

/* Which numbers were taken. The row of the newest stays, so that no number comes back. */
static const RtOwnColumn generation_columns[] = {
    NAME_COLUMN,
    { "fence", .is_key = true, .is_number = true, .not_null = true },
    { "owner", .length = 255 },
};

static const struct {
    const char *name; /* NULL: configured */
    const RtOwnColumn *columns;
    unsigned n_columns;
    unsigned n_shared; /* columns in front that say whose a row is: 1 or 0 */
} shapes[RT_N_OWN] = {
    [RT_OWN_VERSION] = { NULL, version_columns, G_N_ELEMENTS(version_columns) },
    [RT_OWN_JOURNAL] = { "retort_journal", journal_columns, G_N_ELEMENTS(journal_columns), 1 },
    [RT_OWN_STEP] = { "retort_step", step_columns, G_N_ELEMENTS(step_columns), 1 },
    [RT_OWN_LOCK] = { "retort_lock", lock_columns, G_N_ELEMENTS(lock_columns), 1 },
    [RT_OWN_DEFINITION] = { "retort_definition", definition_columns,
                            G_N_ELEMENTS(definition_columns), 1 },
};

static bool
has_generations(const RtState *state)
{
    return state->dialect && state->dialect->own->lock == RT_OWN_LOCK_GENERATIONS;
}

bool
rt_own_is_kept(const RtState *state, RtOwn own)
{
    return own != RT_OWN_DEFINITION && (own != RT_OWN_STEP || !has_generations(state));
}

void
rt_own_tables_init(RtState *state, const RtStateNames *names)
{
    for (unsigned i = 0; i < RT_N_OWN; i++) {
        const char *configured = names->version ? names->version : "retort_version";
        state->tables[i] = (RtOwnTable){
            .name = shapes[i].name ? shapes[i].name : configured,
            .schema = names->schema,
            .columns = shapes[i].columns,
            .n_columns = shapes[i].n_columns,
            .properties = names->properties,
        };
        state->names[i] = state->tables[i].name;
    }
    if (has_generations(state)) {
        state->tables[RT_OWN_LOCK].columns = generation_columns;
        state->tables[RT_OWN_LOCK].n_columns = G_N_ELEMENTS(generation_columns);
    }
    state->names[RT_N_OWN] = "retort_lock_*";
}

void
rt_own_print_name(GString *out, const RtState *state, RtOwn own)
{
    rt_own_append_name(out, state->dialect->lexicon, &state->tables[own]);
}

int64_t
rt_own_number(const char *value)
{
    return value ? g_ascii_strtoll(value, NULL, 10) : 0;
}

static bool
is_number_column(const RtOwnTable *table, const char *name)
{
    for (unsigned i = 0; i < table->n_columns; i++) {
        if (strcmp(table->columns[i].name, name) == 0)
            return table->columns[i].is_number;
    }
    return false;
}

void
rt_own_print_where(GString *out, const RtState *state, RtOwn own, const RtOwnMatch *matches)
{
    const RtLexicon *lexicon = state->dialect->lexicon;
    const char *separator = " WHERE ";
    if (shapes[own].n_shared) {
        g_string_append(out, separator);
        rt_name_print(out, lexicon, state->tables[own].columns[0].name);
        g_string_append(out, " = ");
        rt_string_print(out, lexicon, state->tables[RT_OWN_VERSION].name);
        separator = " AND ";
    }
    for (unsigned i = 0; matches && matches[i].column; i++) {
        g_string_append(out, separator);
        separator = " AND ";
        rt_name_print(out, lexicon, matches[i].column);
        g_string_append(out, " = ");
        if (is_number_column(&state->tables[own], matches[i].column))
            g_string_append(out, matches[i].value);
        else
            rt_string_print(out, lexicon, matches[i].value);
    }
}

/* ---- reading ----------------------------------------------------------------------------------
 */

typedef struct Relay {
    RtRowFunc row;
    void *data;
} Relay;

static bool
relay_row(void *data, unsigned statement, unsigned n, const char *const *values,
          const char *const *names)
{
    const Relay *relay = data;
    return statement == 0 || relay->row(relay->data, n, values, names);
}

bool
rt_own_query(RtState *state, const char *sql, RtRowFunc row, void *data, GError **error)
{
    const char *sync = state->dialect->own->sync;
    if (!sync)
        return rt_connection_query(state->connection, sql, row, data, error);
    const char *const texts[] = { sync, sql };
    Relay relay = { row, data };
    return rt_connection_query_many(state->connection, texts, G_N_ELEMENTS(texts), relay_row, NULL,
                                    &relay, error);
}

static char *
write_question(const RtState *state, const RtOwnQuestion *question)
{
    GString *sql = g_string_new("SELECT ");
    const RtOwnTable *table = &state->tables[question->own];
    unsigned first = shapes[question->own].n_shared;
    for (unsigned i = first; i < table->n_columns; i++) {
        g_string_append(sql, i > first ? ", " : "");
        rt_name_print(sql, state->dialect->lexicon, table->columns[i].name);
    }
    g_string_append(sql, " FROM ");
    rt_own_print_name(sql, state, question->own);
    rt_own_print_where(sql, state, question->own, question->matches);
    return g_string_free(sql, FALSE);
}

/* The questions while they are asked, behind what makes the answers new where there is that. */
typedef struct Asking {
    const RtState *state;
    RtOwnQuestion *questions;
    unsigned first;
    const RtOwnTable *odd; /* has a row that retort does not write; NULL: none */
} Asking;

/* Whether the row has all columns, and a value where there must be one: readers count on both. */
static bool
is_whole(const RtOwnTable *table, unsigned n_shared, unsigned n, const char *const *values)
{
    bool is_whole = n == table->n_columns - n_shared;
    for (unsigned i = 0; i < n && is_whole; i++)
        is_whole = values[i] || !table->columns[i + n_shared].not_null;
    return is_whole;
}

static bool
take_answer(void *data, unsigned statement, unsigned n, const char *const *values,
            const char *const *names)
{
    Asking *asking = data;
    if (statement < asking->first)
        return true;
    const RtOwnQuestion *question = &asking->questions[statement - asking->first];
    const RtOwnTable *table = &asking->state->tables[question->own];
    if (!is_whole(table, shapes[question->own].n_shared, n, values)) {
        asking->odd = asking->odd ?: table;
        return false;
    }
    return question->row(question->data, n, values, names);
}

/* Other things may be missing than the table: a warehouse, a tablet. */
static bool
is_about(const RtOwnTable *table, const GError *error)
{
    return strstr(error->message, table->name) ||
           (table->schema && strstr(error->message, table->schema));
}

static bool
pass_missing(void *data, unsigned statement, const GError *error)
{
    const Asking *asking = data;
    if (statement < asking->first ||
        asking->state->connection->failure.class != RT_FAILURE_NOT_FOUND)
        return false;
    RtOwnQuestion *question = &asking->questions[statement - asking->first];
    if (!is_about(&asking->state->tables[question->own], error))
        return false;
    question->exists = false;
    return true;
}

void
rt_own_fail_odd(const RtOwnTable *table, GError **error)
{
    rt_error_set(error, RT_ERROR_SERVER,
                 "%s does not hold what retort writes there; look whether the table is another "
                 "program's, and name another one in [version_table]",
                 table->name);
}

bool
rt_own_read_many(RtState *state, RtOwnQuestion *questions, unsigned n, GError **error)
{
    const char *sync = state->dialect->own->sync;
    g_autoptr(GPtrArray) sql = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < n; i++)
        questions[i].exists = state->connection != NULL;
    if (!state->connection)
        return true;
    if (sync)
        g_ptr_array_add(sql, g_strdup(sync));
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add(sql, write_question(state, &questions[i]));
    Asking asking = { state, questions, sync != NULL, NULL };
    if (!rt_connection_query_many(state->connection, (const char *const *) sql->pdata, sql->len,
                                  take_answer, pass_missing, &asking, error))
        return false;
    if (asking.odd) {
        rt_own_fail_odd(asking.odd, error);
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        if (questions[i].exists)
            state->is_seen[questions[i].own] = !rt_connection_is_transactional(state->connection);
    }
    return true;
}

bool
rt_own_read(RtState *state, RtOwn own, const RtOwnMatch *matches, RtRowFunc row, void *data,
            bool *out_exists, GError **error)
{
    RtOwnQuestion question = { own, matches, row, data, false };
    if (!rt_own_read_many(state, &question, 1, error))
        return false;
    if (out_exists)
        *out_exists = question.exists;
    return true;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

char *
rt_own_put_sql(const RtState *state, RtOwn own, const char *const *values)
{
    const RtOwnTable *table = &state->tables[own];
    g_autofree const char **all = g_new(const char *, table->n_columns);
    unsigned first = shapes[own].n_shared;
    all[0] = state->tables[RT_OWN_VERSION].name;
    for (unsigned i = first; i < table->n_columns; i++)
        all[i] = values[i - first];
    return rt_own_put(state->dialect, table, all);
}

/* Until all can read what was written. */
static bool
wait_until_visible(RtState *state, RtOwn own, GError **error)
{
    enum { FIRST_MS = 10, SLOWEST_MS = 1000, DEADLINE_MS = 60 * 1000 };
    RtConnection *connection = state->connection;
    bool (*ask)(RtConnection *, const RtOwnTable *, const char *, bool *, GError **) =
        state->dialect->own->is_visible;
    g_autofree char *info = ask ? g_strdup(connection->info) : NULL;
    gint64 deadline = g_get_monotonic_time() + DEADLINE_MS * 1000;
    bool is_visible = !info;
    for (int pause = FIRST_MS; !is_visible; pause = MIN(pause * 2, SLOWEST_MS)) {
        if (!rt_events_go_on(connection->events, error) ||
            !ask(connection, &state->tables[own], info, &is_visible, error))
            return false;
        if (is_visible)
            break;
        if (g_get_monotonic_time() > deadline) {
            rt_error_set(error, RT_ERROR_TIMEOUT,
                         "what was written into %s is committed, but nobody can read it yet (%s)",
                         state->tables[own].name, info);
            return false;
        }
        g_usleep((gulong) pause * 1000);
        if (connection->while_waiting)
            connection->while_waiting(connection->while_waiting_data);
    }
    return true;
}

bool
rt_own_execute(RtState *state, RtOwn own, const char *sql, GError **error)
{
    g_return_val_if_fail(state->connection, false);
    return rt_connection_execute(state->connection, sql, error) &&
           wait_until_visible(state, own, error);
}

/* ---- creating ---------------------------------------------------------------------------------
 */

static bool
send_creates(RtState *state, const RtOwn *which, unsigned n, bool is_new, GError **error)
{
    const RtDialect *dialect = state->dialect;
    g_autoptr(GPtrArray) sql = g_ptr_array_new_with_free_func(g_free);
    for (unsigned i = 0; i < n; i++)
        g_ptr_array_add(sql, dialect->own->create(dialect, &state->tables[which[i]], is_new));
    return rt_connection_query_many(state->connection, (const char *const *) sql->pdata, n, NULL,
                                    NULL, NULL, error);
}

/* Takes the properties that the server wants; false where that is not what it refused. */
static bool
fit_properties(RtState *state, const GError *refusal)
{
    g_autofree char *why = NULL;
    char *(*fit)(const char *, const char *, char **) = state->dialect->own->fit;
    char *fitted =
        fit && !state->properties ? fit(state->tables[0].properties, refusal->message, &why) : NULL;
    if (!fitted)
        return false;
    rt_events_notice(state->connection->events, RT_LEVEL_WARNING, "retort.state",
                     "retort's own tables are made with %s", why);
    state->properties = fitted;
    for (unsigned i = 0; i < RT_N_OWN; i++)
        state->tables[i].properties = fitted;
    return true;
}

bool
rt_own_create(RtState *state, const RtOwn *which, unsigned n, bool is_new, GError **error)
{
    GError *refusal = NULL;
    bool is_made = !n || send_creates(state, which, n, is_new, &refusal);
    if (!is_made && fit_properties(state, refusal)) {
        g_clear_error(&refusal);
        is_made = send_creates(state, which, n, is_new, &refusal);
    }
    if (!is_made)
        g_propagate_error(error, refusal);
    return is_made;
}
