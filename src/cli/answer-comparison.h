/* How comparisons are answered: as SQL for people, as JSON for programs. */
#pragma once

#include "cli/answer.h"
#include "work/compare.h"

/* The object of `diff --json`. */
json_t *rt_answer_comparison(const RtComparison *comparison);
/* Notes, refusals and risks as notices on standard error. */
void rt_answer_notes(RtInvocation *invocation, const RtComparison *comparison);
void rt_answer_risks(RtInvocation *invocation, const RtComparison *comparison);
/* The operations as SQL, refusals as comments below them. */
void rt_answer_operations(RtInvocation *invocation, const RtComparison *comparison);
