/* The halves of `apply`: text from a comparison, without a revision and without version rows. */
#include "migrate/unscripted.h"

#include <string.h>

static const char direction[] = "apply";
static const char opening[] = "-- retort: upgrade\n";

bool
rt_unscripted_is(const RtJournalRow *row)
{
    return g_strcmp0(row->direction, direction) == 0;
}

static bool
refuse_managed(const RtJournalRow *open, const GPtrArray *rows, GError **error)
{
    g_autofree char *joined = rt_rows_join(rows);
    if (open && !rt_unscripted_is(open))
        rt_error_set(error, RT_ERROR_NEEDS_DECISION,
                     "a run of revision %s stands open since %s; `retort upgrade` finishes it, and "
                     "then revisions manage this database",
                     open->revision ? open->revision : "?", open->started);
    else if (rows->len)
        rt_error_set(error, RT_ERROR_NEEDS_DECISION,
                     "this database is managed by revisions, it is at %s: write the change with "
                     "`retort revision --autogenerate` and run it with `retort upgrade`, or take "
                     "the database out of their care with `retort stamp base`",
                     joined);
    else
        return false;
    return true;
}

char *
rt_unscripted_body(RtState *state, const RtRequest *request, const RtJournalRow *open,
                   const GPtrArray *rows, GError **error)
{
    if (refuse_managed(open, rows, error))
        return NULL;
    return open ? rt_state_read_text(state, open->run, open->number, error)
                : request->write(request->write_data, error);
}

bool
rt_unscripted_read(RtMigration *migration, RtArena *arena, const RtLexicon *lexicon,
                   const char *body, GError **error)
{
    const RtScriptHeader header = { 0 };
    char *data = rt_arena_printf(arena, "%s%s", opening, body);
    const RtText *text = rt_text_new(arena, "<apply>", data, strlen(data));
    migration->is_apply = true;
    migration->direction = RT_UP;
    migration->text = text;
    return rt_script_parse_half(arena, lexicon, text, &header, RT_UP, &migration->half, error);
}

static const char *
body_of(const RtMigration *migration)
{
    return migration->text->data + strlen(opening);
}

bool
rt_unscripted_check(RtRunner *runner, const RtMigration *migration, bool *out_stale, GError **error)
{
    if (!migration->is_apply)
        return true;
    const RtRequest *request = runner->request;
    g_autofree char *body = request->write(request->write_data, error);
    if (!body)
        return false;
    *out_stale = strcmp(body, body_of(migration)) != 0;
    return true;
}

bool
rt_unscripted_keep(RtRunner *runner, const RtMigration *migration, const RtJournalRow *journal,
                   GError **error)
{
    return !migration->is_apply || rt_state_put_text(runner->state, journal->run, journal->number,
                                                     body_of(migration), error);
}

void
rt_unscripted_refuse(const RtJournalRow *open, GError **error)
{
    rt_error_set(error, RT_ERROR_NEEDS_DECISION,
                 "an apply stands open since %s at step %d of %d%s%s; `retort apply` finishes it, "
                 "`retort stamp` leaves it as it is",
                 open->started, (int) open->step, (int) open->steps, open->error ? ": " : "",
                 open->error ? open->error : "");
}
