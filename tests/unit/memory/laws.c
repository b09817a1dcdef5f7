/*
 * Random statements on the memory database and on real SQLite give the same rows, the same numbers
 * of changed rows and the same refusals, for all that the memory database runs. Blobs are left out:
 * the memory database keeps them as literals and does not count with them. g_test_rand is seeded by
 * --seed, which a failure prints.
 */
#include "unit/memory/database.h"

#include <string.h>

enum { ROUNDS = 150, STATEMENTS = 60 };

#define PICK(array) (array)[g_test_rand_int_range(0, (int) G_N_ELEMENTS(array))]

static const char *const literals[] = {
    "1",   "2",   "3",  "-1",   "0",     "1.5", "2.0",  "'1'",
    "'x'", "'y'", "''", "NULL", "'2.0'", "1e2", "'3x'",
};

/* Tables as they are at the moment, the same on both sides. */
typedef struct Shape {
    char *columns[8];
    unsigned n_columns, n_made;
} Shape;

static char *
random_column(const Shape *shape)
{
    return shape->columns[g_test_rand_int_range(0, (int) shape->n_columns)];
}

static char *
random_condition(const Shape *shape, unsigned depth)
{
    static const char *const operators[] = { "=", "<>", "<", "<=", ">", ">=" };
    const char *column = random_column(shape);
    int kind = g_test_rand_int_range(0, depth ? 7 : 4);
    if (kind < 3)
        return g_strdup_printf("%s %s %s", column, PICK(operators), PICK(literals));
    if (kind == 3)
        return g_strdup_printf("%s IS %sNULL", column, g_test_rand_bit() ? "NOT " : "");
    if (kind == 4)
        return g_strdup_printf("%s IN (%s, %s)", column, PICK(literals), PICK(literals));
    g_autofree char *left = random_condition(shape, depth - 1);
    g_autofree char *right = random_condition(shape, depth - 1);
    if (kind == 5)
        return g_strdup_printf("NOT (%s)", left);
    return g_strdup_printf("(%s %s %s)", left, g_test_rand_bit() ? "AND" : "OR", right);
}

static char *
random_value(const Shape *shape, bool has_row)
{
    int kind = g_test_rand_int_range(0, has_row ? 7 : 4);
    const char *column = random_column(shape);
    if (kind < 4)
        return g_strdup(PICK(literals));
    if (kind == 4)
        return g_strdup_printf("%s + %d", column, g_test_rand_int_range(-3, 4));
    if (kind == 5)
        return g_strdup_printf("%s || %s", column, g_test_rand_bit() ? "'q'" : "1");
    return g_strdup_printf("%s * 2 - 1", column);
}

static char *
random_insert(const Shape *shape)
{
    static const char *const intros[] = { "INSERT INTO", "INSERT INTO", "INSERT OR IGNORE INTO",
                                          "INSERT OR REPLACE INTO", "REPLACE INTO" };
    GString *sql = g_string_new(PICK(intros));
    g_string_append(sql, " t (id");
    unsigned n = (unsigned) g_test_rand_int_range(0, (int) shape->n_columns);
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(sql, ", %s", shape->columns[i + 1]);
    g_string_append(sql, ") VALUES ");
    int n_rows = g_test_rand_int_range(1, 4);
    for (int r = 0; r < n_rows; r++) {
        g_string_append_printf(sql, "%s(%d", r ? ", " : "", g_test_rand_int_range(1, 12));
        for (unsigned i = 0; i < n; i++) {
            g_autofree char *value = random_value(shape, false);
            g_string_append_printf(sql, ", %s", value);
        }
        g_string_append_c(sql, ')');
    }
    return g_string_free(sql, FALSE);
}

static char *
random_write(const Shape *shape)
{
    g_autofree char *where = random_condition(shape, 2);
    g_autofree char *value = random_value(shape, true);
    const char *column;
    switch (g_test_rand_int_range(0, 4)) {
    case 0:
        return g_strdup_printf("DELETE FROM t WHERE id = %d AND %s", g_test_rand_int_range(1, 12),
                               where);
    case 1:
        /* Keys are looked at row by row, so that the order of the rows would count. */
        column = shape->columns[g_test_rand_int_range(1, (int) shape->n_columns)];
        if (g_str_equal(column, "b"))
            return g_strdup_printf("UPDATE t SET b = %s WHERE id = %d", value,
                                   g_test_rand_int_range(1, 12));
        return g_strdup_printf("UPDATE t SET %s = %s WHERE %s", column, value, where);
    default:
        return random_insert(shape);
    }
}

static char *
random_select(const Shape *shape)
{
    g_autofree char *where = random_condition(shape, 3);
    g_autofree char *value = random_value(shape, true);
    const char *direction = g_test_rand_bit() ? "DESC" : "ASC";
    if (g_test_rand_int_range(0, 4) == 0)
        return g_strdup_printf("SELECT count(*) AS n FROM t WHERE %s", where);
    return g_strdup_printf(
        "SELECT *, %s AS made FROM t WHERE %s ORDER BY %s %s, id LIMIT %d OFFSET "
        "%d",
        value, where, random_column(shape), direction, g_test_rand_int_range(-1, 8),
        g_test_rand_int_range(0, 3));
}

/* A change of the table; the shape follows when it was made. */
static char *
random_change(Shape *shape)
{
    static const char *const types[] = { "INTEGER", "TEXT", "REAL", "", "NUMERIC", "BLOB" };
    static const char *const defaults[] = { "", " DEFAULT 3", " DEFAULT 'd'", " DEFAULT -1.5" };
    int kind = g_test_rand_int_range(0, 3);
    unsigned last = shape->n_columns - 1;
    if (kind == 0 && shape->n_columns < G_N_ELEMENTS(shape->columns)) {
        char *name = g_strdup_printf("c%u", shape->n_made++);
        shape->columns[shape->n_columns++] = name;
        return g_strdup_printf("ALTER TABLE t ADD COLUMN %s %s%s", name, PICK(types),
                               PICK(defaults));
    }
    if (last < 3)
        return g_strdup("DELETE FROM t WHERE id = 99");
    g_autofree char *old = shape->columns[last];
    shape->columns[last] = NULL;
    if (kind == 1) {
        shape->n_columns--;
        return g_strdup_printf("ALTER TABLE t DROP COLUMN %s", old);
    }
    shape->columns[last] = g_strdup_printf("c%u", shape->n_made++);
    return g_strdup_printf("ALTER TABLE t RENAME COLUMN %s TO %s", old, shape->columns[last]);
}

/* ---- both sides -------------------------------------------------------------------------------
 */

static bool
append_row(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) names;
    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(data, "%s|", values[i] ? values[i] : "NULL");
    g_string_append_c(data, '\n');
    return true;
}

/* What a connection makes of a statement, as text. */
static char *
answer(RtConnection *connection, const char *sql)
{
    GString *out = g_string_new(NULL);
    int64_t changed = 0;
    g_autoptr(GError) error = NULL;
    if (connection->class->execute(connection, sql, append_row, out, &changed, &error))
        g_string_append_printf(out, "changed %" G_GINT64_FORMAT, changed);
    else
        g_string_printf(out, "failed %d: %s", connection->failure.class, error->message);
    return g_string_free(out, FALSE);
}

static RtConnection *
open_real(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RtUrl) url = rt_url_parse("sqlite://", &error);
    const RtDriver *driver = rt_driver_load("sqlite", &error);
    g_assert_no_error(error);
    bool missing;
    RtConnection *real = driver->open(url, &(RtConnectionOptions){ 0 }, &missing, &error);
    g_assert_no_error(error);
    return real;
}

static void
compare(RtConnection *memory, RtConnection *real, const char *sql, const GString *history)
{
    g_autofree char *ours = answer(memory, sql);
    g_autofree char *theirs = answer(real, sql);
    if (!g_str_equal(ours, theirs))
        g_error("%s%s\nmemory: %s\nSQLite: %s", history->str, sql, ours, theirs);
    if (!rt_memory_was_executed(memory))
        g_error("not run: %s", sql);
}

static void
run_round(void)
{
    static const char create[] =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT UNIQUE, "
        "c REAL NOT NULL DEFAULT 1)";
    static const char *const transactions[] = { "BEGIN", "COMMIT", "ROLLBACK" };
    Shape shape = { .columns = { g_strdup("id"), g_strdup("a"), g_strdup("b"), g_strdup("c") },
                    .n_columns = 4 };
    g_autoptr(RtConnection) memory = open_memory(rt_dialect_find(rt_dialects, "sqlite"), "", NULL);
    g_autoptr(RtConnection) real = open_real();
    g_autoptr(GString) history = g_string_new("\n");
    compare(memory, real, create, history);
    bool is_open = false;
    for (int i = 0; i < STATEMENTS; i++) {
        g_autofree char *sql = NULL;
        int kind = g_test_rand_int_range(0, 20);
        if (kind == 0 && !is_open)
            sql = random_change(&shape);
        else if (kind == 1 || (kind == 2 && is_open))
            sql = g_strdup(transactions[is_open ? g_test_rand_int_range(1, 3) : 0]);
        else
            sql = kind < 10 ? random_select(&shape) : random_write(&shape);
        if (kind <= 2 && strlen(sql) <= 8)
            is_open = !is_open;
        compare(memory, real, sql, history);
        compare(memory, real, "SELECT * FROM t ORDER BY id", history);
        g_string_append_printf(history, "%s;\n", sql);
    }
    for (unsigned i = 0; i < shape.n_columns; i++)
        g_free(shape.columns[i]);
}

static void
test_same_as_sqlite(void)
{
    for (int i = 0; i < ROUNDS; i++)
        run_round();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/laws/same_as_sqlite", test_same_as_sqlite);
    return g_test_run();
}
