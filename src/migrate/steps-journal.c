/* Writes down what becomes of each step, and reads in it what an earlier run has done. */
#include "migrate/steps-journal.h"

#include "migrate/batch.h"
#include "migrate/lock.h"
#include "sql/tokens.h"

#include <string.h>

bool
rt_steps_put(RtSteps *steps, const RtStepRow *row, GError **error)
{
    rt_runner_fault(steps->runner, "before write", (unsigned) row->step);
    GError *failure = NULL;
    steps->tried = row->step;
    if (!rt_lock_begin_step(steps->runner, error))
        return false;
    bool ok = rt_state_put_step(steps->runner->state, row, &failure);
    if (!rt_lock_end_write(steps->runner, ok, &failure)) {
        g_propagate_error(error, failure);
        return false;
    }
    steps->started = row->step;
    rt_runner_fault(steps->runner, "after write", (unsigned) row->step);
    return true;
}

void
rt_steps_put_failure(RtSteps *steps, RtStepRow *row, const GError *failure)
{
    g_autoptr(GError) ignored = NULL;
    g_autofree char *text = rt_error_locate(failure);
    g_free(steps->journal->error);
    steps->journal->error = g_steal_pointer(&text);
    if (!rt_lock_begin_write(steps->runner, &ignored))
        return;
    if (row)
        row->state = RT_STEP_FAILED;
    bool ok = (!row || rt_state_put_step(steps->runner->state, row, &ignored)) &&
              rt_state_put_journal(steps->runner->state, steps->journal, ignored ? NULL : &ignored);
    ok = rt_lock_end_write(steps->runner, ok, ignored ? NULL : &ignored);
    (void) ok;
}

RtStepRow *
rt_steps_new_row(const RtSteps *steps, unsigned i)
{
    const RtScriptStep *step = &steps->migration->half.steps[i];
    RtStepRow *row = g_new0(RtStepRow, 1);
    row->run = g_strdup(steps->journal->run);
    row->number = steps->journal->number;
    row->step = (int64_t) i + 1;
    row->hash = g_strdup(step->hash);
    row->statement = g_strdup(step->sql);
    return row;
}

bool
rt_steps_put_mark(RtSteps *steps, int64_t step, GError **error)
{
    RtStepRow mark = { .run = steps->journal->run, .number = steps->journal->number, .step = step };
    return rt_steps_put(steps, &mark, error);
}

/* ---- an edited script -------------------------------------------------------------------------
 */

static bool
has_same_statement(const RtSteps *steps, const RtStepRow *row, const RtScriptStep *step)
{
    return row->statement &&
           rt_tokens_equal(steps->runner->database->dialect->lexicon, RT_FOLD_EXACT, row->statement,
                           (uint32_t) strlen(row->statement), step->sql,
                           (uint32_t) strlen(step->sql));
}

bool
rt_steps_check_unedited(const RtSteps *steps, GError **error)
{
    const RtHalf *half = &steps->migration->half;
    for (guint i = 0; i < steps->known->len; i++) {
        const RtStepRow *row = steps->known->pdata[i];
        if (!row->hash || row->state == RT_STEP_FAILED)
            continue;
        const RtScriptStep *step = row->step <= half->n_steps ? &half->steps[row->step - 1] : NULL;
        if (step && strcmp(step->hash, row->hash) == 0)
            continue;
        if (step && row->step == steps->last && has_same_statement(steps, row, step))
            continue;
        RtSpan end = { steps->migration->text->length, steps->migration->text->length };
        g_autofree char *title = rt_migration_title(steps->migration);
        rt_text_error(error, RT_ERROR_SCRIPT_EDITED, steps->migration->text,
                      step ? step->span : end,
                      "step %d of %s was edited after it ran in a run that stands open; it was: %s",
                      (int) row->step, title, row->statement);
        return false;
    }
    return true;
}

/* ---- a run that ends ---------------------------------------------------------------------------
 */

bool
rt_steps_take_back(RtSteps *steps, bool was_sent, GError **error)
{
    bool is_unknown = steps->sent == steps->tried && was_sent;
    if (steps->tried <= steps->done || steps->tried > steps->migration->half.n_steps || is_unknown)
        return true;
    /* One in batches goes on from the place in its row, whatever was sent behind it. */
    if (rt_batch_is_meant(steps->runner, &steps->migration->half.steps[steps->tried - 1]))
        return true;
    g_autoptr(RtStepRow) row = rt_steps_new_row(steps, (unsigned) steps->tried - 1);
    row->state = RT_STEP_FAILED;
    return rt_steps_put(steps, row, error);
}

void
rt_steps_stop(RtSteps *steps)
{
    g_autoptr(GError) ignored = NULL;
    if (steps->done && steps->done == steps->started &&
        !rt_steps_put_mark(steps, steps->done + 1, &ignored))
        return;
}
