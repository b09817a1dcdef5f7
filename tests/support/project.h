/* A project in a temporary folder with a target, for the tests of runs. */
#pragma once

#include "migrate/run.h"

typedef struct TestProject {
    void (*after_run)(struct TestProject *project); /* before its version rows are checked; NULL */
    char *folder;
    char *url;
    const RtDialect *dialects[8];
    RtFolder *scripts;
    RtDatabase *database;
    RtState *state;
    RtEvents events;
    RtCancel cancel;
    RtRunOptions options;
    bool answer;           /* to questions */
    char *question;        /* the last one */
    GPtrArray *statements; /* of char *: what was sent */
    GPtrArray *notices;    /* of char *: also what was waited for */
} TestProject;

/* `url` has one %s for the folder, or none. */
TestProject *test_project_new(const char *url);
void test_project_free(TestProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestProject, test_project_free)

/* Writes versions/ID.sql; `upgrade` or `downgrade` NULL leaves the half out. */
void test_project_script(TestProject *project, const char *id, const char *down,
                         const char *upgrade, const char *downgrade);
/* Connects and reads the scripts; again after scripts were added or to change runner. */
void test_project_open(TestProject *project);
void test_project_close(TestProject *project);

/* rt_run; true when it set no error. The plan's rows afterwards are checked against the table. */
bool test_project_run(TestProject *project, RtGoal goal, const char *target, GError **error);
/* As above, and must succeed. */
void test_project_upgrade(TestProject *project, const char *target);
void test_project_downgrade(TestProject *project, const char *target);

/* All rows of a query, values joined by "|", rows by ";". Owned. */
char *test_project_query(TestProject *project, const char *sql);
bool test_project_execute(TestProject *project, const char *sql);
/* The schema as DDL without own tables, and the version rows. Owned. */
char *test_project_schema(TestProject *project);
char *test_project_versions(TestProject *project);
/* How often a statement with this beginning was sent. */
unsigned test_project_count_sent(const TestProject *project, const char *beginning);
bool test_project_has_notice(const TestProject *project, const char *part);
