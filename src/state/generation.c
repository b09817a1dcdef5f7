/* Takes, inherits and gives back generations. */
#include "state/generation.h"

#include "sql/tokens.h"
#include "state/tables.h"

#include <inttypes.h>
#include <string.h>

/* The columns of a generation that it is looked at by, in this order. */
enum {
    COLUMN_RUN,
    COLUMN_NUMBER,
    COLUMN_STEP,
    COLUMN_HASH,
    COLUMN_STATEMENT,
    COLUMN_OBJECTS,
    COLUMN_OUTCOME,
    COLUMN_PLACE,
    COLUMN_STATE,
    N_COLUMNS,
};

static const char state_held[] = "held", state_free[] = "free";

/* Generations behind each other that nobody has ended: as many runners have died. */
enum { MOST_GENERATIONS = 1000 };

void
rt_generation_clear(RtGeneration *generation)
{
    g_free(generation->owner);
    g_free(generation->sign);
    *generation = (RtGeneration){ 0 };
}

/* ---- tables -----------------------------------------------------------------------------------
 */

static char *
name_generation(const RtState *state, int64_t number, bool is_dead)
{
    return g_strdup_printf("retort_lock_%s_%" PRId64 "%s", state->tables[RT_OWN_VERSION].name,
                           number, is_dead ? "_dead" : "");
}

/* From here on steps are read from and written to this table. */
static void
use_table(RtState *state, char *name)
{
    g_free(state->generation_name);
    state->generation_name = name;
    state->tables[RT_OWN_STEP].name = name;
}

static bool
drop_table(RtState *state, const char *name, GError **error)
{
    RtOwnTable table = state->tables[RT_OWN_STEP];
    table.name = name;
    g_autofree char *sql = state->dialect->own->drop(state->dialect, &table);
    return rt_connection_execute(state->connection, sql, error);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

typedef struct Numbers {
    GArray *all; /* of int64_t */
    int64_t last;
} Numbers;

static bool
take_number(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    Numbers *numbers = data;
    int64_t number = rt_own_number(values[0]);
    g_array_append_val(numbers->all, number);
    numbers->last = MAX(numbers->last, number);
    return true;
}

/* The numbers that were taken, kept in the state; *out_last is the highest. */
static bool
read_taken(RtState *state, int64_t *out_last, GError **error)
{
    Numbers numbers = { .all = g_array_new(FALSE, FALSE, sizeof(int64_t)) };
    if (state->past)
        g_array_unref(state->past);
    state->past = numbers.all;
    if (!rt_own_read(state, RT_OWN_LOCK, NULL, take_number, &numbers, NULL, error))
        return false;
    if (numbers.last > G_MAXINT64 - 2 * MOST_GENERATIONS) {
        rt_own_fail_odd(&state->tables[RT_OWN_LOCK], error);
        return false;
    }
    *out_last = numbers.last;
    return true;
}

/* Tells this state from any other, also from one of another machine with the same names. */
static const char *
own_mark(RtState *state)
{
    if (!state->mark)
        state->mark = g_uuid_string_random();
    return state->mark;
}

typedef struct Look {
    const RtState *state;
    RtGeneration *generation;
    GString *sign;
} Look;

static bool
take_sign(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    enum { RUN, NUMBER, STEP, HASH, OUTCOME, PLACE, STATE, N };
    Look *look = data;
    if (n != N)
        return false;
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(look->sign, "%s ", values[i] ? values[i] : "-");
    if (!values[RUN] || *values[RUN])
        return true;
    look->generation->is_given_back = g_strcmp0(values[STATE], state_free) == 0;
    look->generation->is_marked =
        look->state->mark && g_strcmp0(values[OUTCOME], look->state->mark) == 0;
    g_free(look->generation->owner);
    look->generation->owner = look->generation->is_given_back ? NULL : g_strdup(values[PLACE]);
    return true;
}

/* Looks at a generation; *out_exists is unset where it is not there. */
static bool
look_at(RtState *state, int64_t number, RtGeneration *out, bool *out_exists, GError **error)
{
    static const unsigned columns[] = { COLUMN_RUN,     COLUMN_NUMBER, COLUMN_STEP, COLUMN_HASH,
                                        COLUMN_OUTCOME, COLUMN_PLACE,  COLUMN_STATE };
    const RtLexicon *lexicon = state->dialect->lexicon;
    use_table(state, name_generation(state, number, false));
    const RtOwnTable *table = &state->tables[RT_OWN_STEP];
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_string_append(sql, i ? ", " : "");
        rt_name_print(sql, lexicon, table->columns[columns[i] + 1].name);
    }
    g_string_append(sql, " FROM ");
    rt_own_print_name(sql, state, RT_OWN_STEP);
    rt_own_print_where(sql, state, RT_OWN_STEP, NULL);
    g_autoptr(GString) sign = g_string_new(NULL);
    g_string_printf(sign, "%" PRId64 ": ", number);
    Look look = { state, out, sign };
    g_autoptr(GError) failure = NULL;
    *out_exists = rt_own_query(state, sql->str, take_sign, &look, &failure);
    if (!*out_exists && state->connection->failure.class != RT_FAILURE_NOT_FOUND) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return false;
    }
    if (*out_exists) {
        out->number = number;
        out->sign = g_string_free(g_steal_pointer(&sign), FALSE);
    }
    return true;
}

static bool
find_newest(RtState *state, RtGeneration *found, GError **error)
{
    bool exists = true;
    int64_t taken = 0;
    if (!read_taken(state, &taken, error))
        return false;
    found->taken = taken;
    /* The taker of the next may not have said so yet. */
    for (int64_t next = taken + 1; exists; next++) {
        RtGeneration one = { .taken = taken };
        if (next - taken > MOST_GENERATIONS) {
            rt_own_fail_odd(&state->tables[RT_OWN_STEP], error);
            return false;
        }
        if (!look_at(state, next, &one, &exists, error))
            return false;
        if (exists) {
            rt_generation_clear(found);
            *found = one;
        }
    }
    return found->number || !taken || look_at(state, taken, found, &exists, error);
}

bool
rt_generation_find(RtState *state, RtGeneration *out_generation, GError **error)
{
    RtGeneration found = { 0 };
    bool done = find_newest(state, &found, error);
    if (state->generation)
        use_table(state, name_generation(state, state->generation, false));
    if (done)
        *out_generation = found;
    else
        rt_generation_clear(&found);
    return done;
}

/* ---- steps of earlier generations -------------------------------------------------------------
 */

/* Rows of several generations: of two with the same key the newer one is kept. */
typedef struct Heap {
    GPtrArray *rows;  /* of char **, N_COLUMNS each and NULL at the end of a row with all values */
    GHashTable *keys; /* set of char *: those of the rows */
    bool has_sign;    /* the last one that was read is complete */
} Heap;

static void
free_row(void *data)
{
    char **row = data;
    for (unsigned i = 0; i < N_COLUMNS; i++)
        g_free(row[i]);
    g_free(row);
}

static void
heap_init(Heap *heap)
{
    *heap = (Heap){ g_ptr_array_new_with_free_func(free_row),
                    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL), false };
}

static void
heap_clear(Heap *heap)
{
    g_ptr_array_unref(heap->rows);
    g_hash_table_unref(heap->keys);
}

static bool
heap_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    (void) n;
    Heap *heap = data;
    if (!*values[COLUMN_RUN]) {
        heap->has_sign = true;
        return true;
    }
    char *key =
        g_strdup_printf("%s %s %s", values[COLUMN_RUN], values[COLUMN_NUMBER], values[COLUMN_STEP]);
    if (!g_hash_table_add(heap->keys, key))
        return true;
    char **row = g_new(char *, N_COLUMNS);
    for (unsigned i = 0; i < N_COLUMNS; i++)
        row[i] = g_strdup(values[i]);
    g_ptr_array_add(heap->rows, row);
    return true;
}

/* What a generation holds, alive or renamed. */
static bool
heap_generation(RtState *state, int64_t number, Heap *heap, bool *out_exists, GError **error)
{
    heap->has_sign = false;
    *out_exists = false;
    for (unsigned is_dead = 0; is_dead < 2 && !*out_exists; is_dead++) {
        use_table(state, name_generation(state, number, is_dead));
        if (!rt_own_read(state, RT_OWN_STEP, NULL, heap_row, heap, out_exists, error))
            return false;
    }
    return true;
}

/* Renames a generation, so that nobody writes into it any more. */
static bool
bury(RtState *state, int64_t number, GError **error)
{
    g_autofree char *name = name_generation(state, number, false);
    g_autofree char *dead = name_generation(state, number, true);
    RtOwnTable table = state->tables[RT_OWN_STEP];
    table.name = name;
    g_autofree char *sql = state->dialect->own->rename(state->dialect, &table, dead);
    GError *failure = NULL;
    if (rt_connection_execute(state->connection, sql, &failure))
        return true;
    /* Somebody who died then has done that, or it has ended meanwhile. */
    if (state->connection->failure.class == RT_FAILURE_NOT_FOUND) {
        g_error_free(failure);
        return true;
    }
    g_propagate_error(error, failure);
    return false;
}

/* All steps from generation `number` back to one that says it is complete. */
static bool
heap_all(RtState *state, int64_t number, bool buries, Heap *heap, GError **error)
{
    bool exists = true;
    int64_t oldest = MAX(number - MOST_GENERATIONS, 0);
    for (heap->has_sign = false; number > oldest && exists && !heap->has_sign; number--) {
        if ((buries && !bury(state, number, error)) ||
            !heap_generation(state, number, heap, &exists, error))
            return false;
    }
    return true;
}

static bool
copy_rows(RtState *state, const Heap *heap, GError **error)
{
    for (guint i = 0; i < heap->rows->len; i++) {
        g_autofree char *sql =
            rt_own_put_sql(state, RT_OWN_STEP, (const char *const *) heap->rows->pdata[i]);
        if (!rt_own_execute(state, RT_OWN_STEP, sql, error))
            return false;
    }
    return true;
}

static bool
inherit(RtState *state, const RtGeneration *seen, int64_t number, GError **error)
{
    Heap heap;
    heap_init(&heap);
    bool done = heap_all(state, seen->number, true, &heap, error);
    use_table(state, name_generation(state, number, false));
    done = done && copy_rows(state, &heap, error);
    heap_clear(&heap);
    return done;
}

static bool
matches_row(const RtState *state, const RtOwnMatch *where, char *const *row)
{
    const RtOwnTable *table = &state->tables[RT_OWN_STEP];
    for (; where && where->column; where++) {
        for (unsigned i = 0; i < N_COLUMNS; i++) {
            if (strcmp(table->columns[i + 1].name, where->column) == 0 &&
                g_strcmp0(row[i], where->value) != 0)
                return false;
        }
    }
    return true;
}

bool
rt_generation_read(RtState *state, const struct RtOwnMatch *where, RtRowFunc row, void *data,
                   GError **error)
{
    g_auto(RtGeneration) seen = { 0 };
    if (!state->connection)
        return true;
    Heap heap;
    heap_init(&heap);
    bool done = rt_generation_find(state, &seen, error) &&
                heap_all(state, seen.number, false, &heap, error);
    for (guint i = 0; done && i < heap.rows->len; i++) {
        const char *const *values = heap.rows->pdata[i];
        if (matches_row(state, where, heap.rows->pdata[i]) && !row(data, N_COLUMNS, values, NULL))
            break;
    }
    heap_clear(&heap);
    return done;
}

/* ---- taking and giving back -------------------------------------------------------------------
 */

static char *
sign_sql(RtState *state, int64_t heartbeat, const char *owner, const char *held)
{
    g_autofree char *beat = g_strdup_printf("%" PRId64, heartbeat);
    const char *values[N_COLUMNS] = {
        [COLUMN_RUN] = "",
        [COLUMN_NUMBER] = "0",
        [COLUMN_STEP] = "0",
        [COLUMN_HASH] = beat,
        [COLUMN_OUTCOME] = own_mark(state),
        [COLUMN_PLACE] = owner,
        [COLUMN_STATE] = held,
    };
    return rt_own_put_sql(state, RT_OWN_STEP, values);
}

static bool
put_sign(RtState *state, const char *owner, const char *held, GError **error)
{
    g_autofree char *sql = sign_sql(state, ++state->heartbeat, owner, held);
    return rt_own_execute(state, RT_OWN_STEP, sql, error);
}

bool
rt_generation_is_ours(const RtState *state, const RtGeneration *generation)
{
    return state->generation && state->generation == generation->number;
}

bool
rt_generation_beat(RtState *state, const char *owner, GError **error)
{
    return put_sign(state, owner, state_held, error);
}

bool
rt_generation_beat_through(RtState *state, RtConnection *connection, const char *owner,
                           GError **error)
{
    /* The state may be in the middle of looking at another generation. */
    g_autofree char *name = name_generation(state, state->generation, false);
    own_mark(state);
    RtState ours = *state;
    ours.tables[RT_OWN_STEP].name = name;
    g_autofree char *sql = sign_sql(&ours, ++state->heartbeat, owner, state_held);
    return rt_connection_execute(connection, sql, error);
}

static bool
put_taken(RtState *state, int64_t number, const char *owner, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" PRId64, number);
    const char *values[] = { text, owner };
    g_autofree char *sql = rt_own_put_sql(state, RT_OWN_LOCK, values);
    return rt_own_execute(state, RT_OWN_LOCK, sql, error);
}

/* Creates the table. Whoever looked before others took and ended this number has lost, too. */
static bool
create_generation(RtState *state, int64_t number, bool *out_created, GError **error)
{
    static const RtOwn which[] = { RT_OWN_STEP };
    GError *failure = NULL;
    int64_t last = 0;
    *out_created = rt_own_create(state, which, 1, true, &failure);
    if (!*out_created) {
        if (state->connection->failure.class != RT_FAILURE_EXISTS) {
            g_propagate_error(error, failure);
            return false;
        }
        g_error_free(failure);
        return true;
    }
    if (!read_taken(state, &last, error))
        return false;
    *out_created = last < number;
    return *out_created || drop_table(state, state->generation_name, error);
}

bool
rt_generation_take(RtState *state, const RtGeneration *seen, const char *owner, bool *out_taken,
                   GError **error)
{
    int64_t number = MAX(seen->number, seen->taken) + 1;
    use_table(state, name_generation(state, number, false));
    if (!create_generation(state, number, out_taken, error))
        return false;
    if (!*out_taken)
        return true;
    if (!put_taken(state, number, owner, error) ||
        (seen->number && !inherit(state, seen, number, error)) ||
        !put_sign(state, owner, state_held, error))
        return false;
    state->generation = number;
    return true;
}

/* What is left of those before ours. */
static bool
clean_up(RtState *state, GError **error)
{
    g_autofree char *ours = g_strdup(state->generation_name);
    for (guint i = 0; state->past && i < state->past->len; i++) {
        int64_t number = g_array_index(state->past, int64_t, i);
        g_autofree char *dead = name_generation(state, number, true);
        g_autofree char *text = g_strdup_printf("%" PRId64, number);
        RtOwnMatch where[] = { { "fence", text }, { NULL } };
        g_autoptr(GString) sql = g_string_new("DELETE FROM ");
        rt_own_print_name(sql, state, RT_OWN_LOCK);
        rt_own_print_where(sql, state, RT_OWN_LOCK, where);
        if (number < state->generation && (!drop_table(state, dead, error) ||
                                           !rt_own_execute(state, RT_OWN_LOCK, sql->str, error)))
            return false;
    }
    return true;
}

bool
rt_generation_release(RtState *state, bool keeps_steps, GError **error)
{
    if (!clean_up(state, error) ||
        !(keeps_steps ? put_sign(state, NULL, state_free, error)
                      : drop_table(state, state->generation_name, error)))
        return false;
    state->generation = 0;
    return true;
}
