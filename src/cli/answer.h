/* Answers that several commands give: revisions, migrations, JSON. */
#pragma once

#include "cli/project.h"

#include <jansson.h>

/* Appends the JSON text and a newline to the answer; takes `object`. */
void rt_answer_json(RtInvocation *invocation, json_t *object);
json_t *rt_answer_strings(const char *const *list);       /* NULL-ended, NULL: empty */
json_t *rt_answer_string_array(const GPtrArray *strings); /* of char * */
json_t *rt_answer_revision(const RtRevision *revision);
/* Revisions as JSON, or one line or (-v) one block each, by `line`. */
void rt_answer_revisions(RtInvocation *invocation, const RtRevision *const *revisions, size_t n,
                         char *(*line)(const RtRevision *revision));
/* What upgrade, downgrade and stamp answer: the steps and the rows afterwards. */
json_t *rt_answer_migrations(const RtMigrationPlan *plan);
/* A line behind `lead` about a run that stands open: where it is, and what goes on with it. */
void rt_answer_interrupted(RtInvocation *invocation, const char *lead, const RtJournalRow *open);
/* "Generated PATH", or the path as JSON. */
void rt_answer_new_script(RtInvocation *invocation, const char *path);
/* The revisions that an identifier names, `current` included; see rt_graph_select. */
GPtrArray *rt_invocation_select(RtInvocation *invocation, const char *identifier, GError **error);
