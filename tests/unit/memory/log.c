/* The file of a memory database: it survives a crash at any byte, and never lies about damage. */
#include "memory/log-format.h"

#include "toy/toy.h"
#include "unit/memory/database.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Fixture {
    char *folder, *path, *rest;
} Fixture;

static const RtDialect *
sqlite_dialect(void)
{
    return rt_dialect_find(rt_dialects, "sqlite");
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void) data;
    fixture->folder = g_dir_make_tmp("retort-log-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "a.log", NULL);
    fixture->rest = g_strdup_printf("///%s", fixture->path);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_remove(fixture->path);
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->rest);
}

/* Statements that are committed one after the other; several in one are one transaction. */
static const char *const commits[] = {
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT DEFAULT 'é')",
    "INSERT INTO t (b) VALUES ('x'), ('y')|UPDATE t SET b = 'z' WHERE a = 1",
    "ALTER TABLE t ADD COLUMN c INT DEFAULT 5|CREATE TABLE u (v)|INSERT INTO u VALUES (1)",
    "DELETE FROM t WHERE a = 2",
    "DROP TABLE u",
};

static void
make_commit(RtConnection *db, const char *commit)
{
    g_auto(GStrv) statements = g_strsplit(commit, "|", -1);
    g_autoptr(GError) error = NULL;
    g_assert_true(rt_connection_begin(db, &error));
    for (char **sql = statements; *sql; sql++)
        run_sql(db, *sql);
    g_assert_true(rt_connection_commit(db, &error));
}

/* Makes all commits; states[i] is the database after i of them. Owned. */
static void
make_file(Fixture *fixture, char **data, size_t *length, char *states[G_N_ELEMENTS(commits) + 1])
{
    RtConnection *db = open_memory(sqlite_dialect(), fixture->rest, NULL);
    states[0] = dump(db);
    for (size_t i = 0; i < G_N_ELEMENTS(commits); i++) {
        make_commit(db, commits[i]);
        states[i + 1] = dump(db);
    }
    rt_connection_close(db);
    g_assert_true(g_file_get_contents(fixture->path, data, length, NULL));
}

static void
free_states(char **states)
{
    for (size_t i = 0; i <= G_N_ELEMENTS(commits); i++)
        g_free(states[i]);
}

/* Which of the states the file gives, -1 for an error, which must be a clear one. */
static int
find_state(Fixture *fixture, char **states, bool read_only)
{
    RtConnectionOptions options = { .read_only = read_only };
    bool missing = false;
    g_autoptr(GError) error = NULL;
    g_autoptr(RtConnection) db =
        try_memory(sqlite_dialect(), fixture->rest, &options, NULL, &missing, &error);
    g_assert_false(missing);
    if (!db) {
        g_assert_nonnull(strstr(error->message, fixture->path));
        return -1;
    }
    g_autofree char *state = dump(db);
    for (int i = 0; i <= (int) G_N_ELEMENTS(commits); i++)
        if (g_str_equal(state, states[i]))
            return i;
    g_error("the file gives a state that never was: %s", state);
}

static void
write_file(Fixture *fixture, const char *data, size_t length)
{
    FILE *file = fopen(fixture->path, "w");
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(data, 1, length, file), ==, length);
    fclose(file);
}

static void
test_reopened(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autofree char *bytes = NULL;
    size_t length;
    char *states[G_N_ELEMENTS(commits) + 1];
    make_file(fixture, &bytes, &length, states);
    g_assert_true(g_str_has_prefix(bytes, "retort memory 1 sqlite\n"));
    g_assert_cmpint(find_state(fixture, states, true), ==, G_N_ELEMENTS(commits));
    g_assert_cmpint(find_state(fixture, states, false), ==, G_N_ELEMENTS(commits));
    /* Reading, and a rollback, write nothing. */
    RtConnection *db = open_memory(sqlite_dialect(), fixture->rest, NULL);
    g_assert_true(rt_connection_begin(db, NULL));
    run_sql(db, "DELETE FROM t");
    rt_connection_rollback(db);
    run_sql(db, "SELECT * FROM t");
    rt_connection_close(db);
    g_autofree char *again = NULL;
    size_t again_length;
    g_assert_true(g_file_get_contents(fixture->path, &again, &again_length, NULL));
    g_assert_cmpmem(again, again_length, bytes, length);
    free_states(states);
}

/* Cut at every byte: the last whole commit, and the file goes on from there. */
static void
test_cut_anywhere(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autofree char *bytes = NULL;
    size_t length;
    char *states[G_N_ELEMENTS(commits) + 1];
    make_file(fixture, &bytes, &length, states);
    int last = 0;
    for (size_t cut = 0; cut <= length; cut++) {
        write_file(fixture, bytes, cut);
        int state = find_state(fixture, states, true);
        g_assert_cmpint(state, >=, last);
        g_assert_cmpint(state, <=, last + 1);
        g_assert_cmpint(find_state(fixture, states, false), ==, state);
        if (state < (int) G_N_ELEMENTS(commits)) {
            RtConnection *db = open_memory(sqlite_dialect(), fixture->rest, NULL);
            make_commit(db, commits[state]);
            rt_connection_close(db);
            g_assert_cmpint(find_state(fixture, states, true), ==, state + 1);
        }
        last = state;
    }
    g_assert_cmpint(last, ==, G_N_ELEMENTS(commits));
    free_states(states);
}

/* Room that was taken on the disk but never filled. */
static void
test_blank_tail(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autofree char *bytes = NULL;
    size_t length;
    char *states[G_N_ELEMENTS(commits) + 1];
    make_file(fixture, &bytes, &length, states);
    g_autofree char *longer = g_malloc0(length + 100);
    memcpy(longer, bytes, length);
    write_file(fixture, longer, length + 100);
    g_assert_cmpint(find_state(fixture, states, false), ==, G_N_ELEMENTS(commits));
    free_states(states);
}

/* A changed byte is an error, or (in the last record) that commit never was; never another state.
 */
static void
test_flipped_anywhere(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autofree char *bytes = NULL;
    size_t length;
    char *states[G_N_ELEMENTS(commits) + 1];
    make_file(fixture, &bytes, &length, states);
    unsigned n_errors = 0;
    for (size_t at = 0; at < length; at++) {
        bytes[at] ^= (char) (1 << (at % 8));
        write_file(fixture, bytes, length);
        int state = find_state(fixture, states, true);
        g_assert_true(state == -1 || state == G_N_ELEMENTS(commits) - 1);
        n_errors += state == -1;
        bytes[at] ^= (char) (1 << (at % 8));
    }
    g_assert_cmpuint(n_errors, >, length / 2);
    free_states(states);
}

static void
test_foreign_files(Fixture *fixture, gconstpointer data)
{
    (void) data;
    static const struct {
        const char *text, *message;
        RtErrorCode code;
    } cases[] = {
        { "SELECT 1;\n", "is no file of a memory database", RT_ERROR_UNREACHABLE },
        { "retort memory 1 toy\n", "is a memory database of 'toy', not of 'sqlite'",
          RT_ERROR_CONFIG },
        { "retort memory 1 sqlite\nSELECT 1; SELECT 2;", "is damaged at byte 23", RT_ERROR_SERVER },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        write_file(fixture, cases[i].text, strlen(cases[i].text));
        for (int read_only = 0; read_only < 2; read_only++) {
            g_autoptr(GError) error = NULL;
            RtConnectionOptions options = { .read_only = read_only };
            bool missing = false;
            g_assert_null(
                try_memory(sqlite_dialect(), fixture->rest, &options, NULL, &missing, &error));
            g_assert_nonnull(strstr(error->message, cases[i].message));
            g_assert_true(rt_error_is(error, cases[i].code));
        }
        g_autofree char *after = NULL;
        g_assert_true(g_file_get_contents(fixture->path, &after, NULL, NULL));
        g_assert_cmpstr(after, ==, cases[i].text);
    }
    g_autoptr(GError) error = NULL;
    RtConnectionOptions options = { 0 };
    bool missing = false;
    g_assert_null(try_memory(sqlite_dialect(), "////", &options, NULL, &missing, &error));
    g_assert_nonnull(strstr(error->message, "Is a directory"));
}

/* One writer; readers are not kept out. */
static void
test_lock(Fixture *fixture, gconstpointer data)
{
    (void) data;
    int ready[2], release[2];
    g_assert_cmpint(pipe(ready), ==, 0);
    g_assert_cmpint(pipe(release), ==, 0);
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        close(release[1]);
        RtConnection *db = open_memory(sqlite_dialect(), fixture->rest, NULL);
        run_sql(db, "CREATE TABLE t (a)");
        bool told = write(ready[1], "x", 1) == 1;
        while (told && read(release[0], &byte, 1) > 0)
            continue;
        _exit(0);
    }
    char byte;
    close(release[0]);
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    RtConnectionOptions options = { .lock_timeout_ms = 30 };
    bool missing = false;
    g_autoptr(GError) error = NULL;
    g_assert_null(try_memory(sqlite_dialect(), fixture->rest, &options, NULL, &missing, &error));
    g_autofree char *message =
        g_strdup_printf("%s is locked by process %d (waited 0.", fixture->path, (int) pid);
    g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
    g_assert_true(g_str_has_prefix(error->message, message));
    g_clear_error(&error);
    options.read_only = true;
    RtConnection *reader =
        try_memory(sqlite_dialect(), fixture->rest, &options, NULL, &missing, &error);
    g_assert_no_error(error);
    assert_rows(reader, "SELECT count(*) AS n FROM t", "n=0\n");
    rt_connection_close(reader);
    close(release[1]);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    rt_connection_close(open_memory(sqlite_dialect(), fixture->rest, NULL));
    close(ready[0]);
    close(ready[1]);
}

/* Also within one process. */
static void
test_lock_within_a_process(Fixture *fixture, gconstpointer data)
{
    (void) data;
    g_autoptr(RtConnection) first = open_memory(sqlite_dialect(), fixture->rest, NULL);
    RtConnectionOptions options = { .lock_timeout_ms = 1 };
    RtCancel cancel = { .level = 1 };
    RtEvents events = { .cancel = &cancel };
    bool missing = false;
    g_autoptr(GError) error = NULL;
    g_assert_null(try_memory(sqlite_dialect(), fixture->rest, &options, NULL, &missing, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_LOCKED));
    g_clear_error(&error);
    options = (RtConnectionOptions){ .lock_timeout_ms = -1, .events = &events };
    g_assert_null(try_memory(sqlite_dialect(), fixture->rest, &options, NULL, &missing, &error));
    g_assert_true(rt_error_is(error, RT_ERROR_INTERRUPTED));
}

/* A file that cannot grow: the commit fails, nothing of it is there, and the file goes on. */
static void
test_full_disk(Fixture *fixture, gconstpointer data)
{
    (void) data;
    pid_t pid = fork();
    if (pid == 0) {
        RtConnection *db = open_memory(sqlite_dialect(), fixture->rest, NULL);
        run_sql(db, "CREATE TABLE t (a)");
        g_autofree char *before = dump(db);
        g_autofree char *long_text = g_strnfill(5000, 'x');
        g_autofree char *sql = g_strdup_printf("INSERT INTO t VALUES ('%s')", long_text);
        struct rlimit limit, small = { 1000, RLIM_INFINITY };
        getrlimit(RLIMIT_FSIZE, &limit);
        signal(SIGXFSZ, SIG_IGN);
        g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
        assert_fails(db, sql, RT_ERROR_SERVER, RT_FAILURE_FULL, "cannot write");
        g_autofree char *after = dump(db);
        g_assert_cmpstr(after, ==, before);
        g_assert_true(rt_connection_begin(db, NULL));
        run_sql(db, sql);
        g_assert_false(rt_connection_commit(db, NULL));
        g_assert_cmpint(db->failure.class, ==, RT_FAILURE_FULL);
        run_sql(db, "INSERT INTO t VALUES (1)");
        rt_connection_close(db);
        _exit(0);
    }
    int status;
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(status, ==, 0);
    g_autoptr(RtConnection) db = open_memory(sqlite_dialect(), fixture->rest, NULL);
    assert_rows(db, "SELECT * FROM t", "a=1\n");
}

static int64_t
read_fake_clock(void *data)
{
    return *(int64_t *) data;
}

/* A job goes on while no program runs, and values made of the time stay what they were. */
static void
test_jobs_and_time_in_files(Fixture *fixture, gconstpointer data)
{
    (void) data;
    int64_t now = G_GINT64_CONSTANT(1795000000000);
    RtMemorySettings settings = { .clock = read_fake_clock, .clock_data = &now };
    g_autofree char *rest = g_strconcat(fixture->rest, "?job_seconds=10", NULL);
    RtConnection *db = open_memory(&rt_dialect_toy, rest, &settings);
    run_sql(db, "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a))");
    run_sql(db, "INSERT INTO t VALUES (1, 2)");
    run_sql(db, "ALTER TABLE t DROP COLUMN b");
    now += 4000;
    run_sql(db, "INSERT INTO t VALUES (2, 3)");
    rt_connection_close(db);
    now += 1000;
    /* Another setting does not change the job that is under way. */
    db = open_memory(&rt_dialect_toy, fixture->rest, &settings);
    assert_rows(db, "SHOW JOBS FROM t", "id=1,state=RUNNING,progress=50,message=NULL\n");
    rt_connection_close(db);
    now += 5000;
    db = open_memory(&rt_dialect_toy, fixture->rest, &settings);
    assert_rows(db, "SHOW JOBS FROM t", "id=1,state=FINISHED,progress=100,message=NULL\n");
    assert_rows(db, "SELECT * FROM t", "a=1\na=2\n");
    run_sql(db, "CREATE TABLE s (a INT, b STRING DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (a))");
    run_sql(db, "INSERT INTO s (a) VALUES (1)");
    now += 1000000;
    assert_rows(db, "SELECT b FROM s", "b=2026-11-18 11:06:50\n");
    rt_connection_close(db);
    db = open_memory(&rt_dialect_toy, fixture->rest, &settings);
    assert_rows(db, "SELECT b FROM s", "b=2026-11-18 11:06:50\n");
    rt_connection_close(db);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        { "reopened", test_reopened },
        { "cut_anywhere", test_cut_anywhere },
        { "blank_tail", test_blank_tail },
        { "flipped_anywhere", test_flipped_anywhere },
        { "foreign_files", test_foreign_files },
        { "lock", test_lock },
        { "lock_within_a_process", test_lock_within_a_process },
        { "full_disk", test_full_disk },
        { "jobs_and_time_in_files", test_jobs_and_time_in_files },
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/log/", tests[i].name, NULL);
        g_test_add(path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
