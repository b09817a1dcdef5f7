/*
 * A program as its author would write it against the public header, in the words that C17 and
 * C++17 share. It is compiled as both and, the library face being a sketch, not linked.
 */
#include <retort/retort.h>

#include <stdio.h>

typedef struct Counter {
    unsigned statements;
} Counter;

static void
count_statement(void *data, const char *sql)
{
    (void) sql;
    ((Counter *) data)->statements++;
}

static int
end_with(RetortError *error)
{
    fprintf(stderr, "%s\n", retort_error_text(error));
    int status = (int) retort_error_class(error);
    retort_error_free(error);
    return status;
}

static void
print_changes(const RetortDiff *diff)
{
    size_t count = 0;
    const RetortOperation *operations = retort_diff_operations(diff, &count);
    for (size_t i = 0; i < count; i++)
        printf("%s %s %s\n", operations[i].kind, operations[i].object, operations[i].name);
    const RetortRefusal *refusals = retort_diff_refusals(diff, &count);
    for (size_t i = 0; i < count; i++)
        printf("refused: %s: %s\n", refusals[i].name, refusals[i].reason);
}

int
main(void)
{
    Counter counter = { 0 };
    RetortEvents events = { sizeof(RetortEvents), &counter, count_statement, NULL, NULL, NULL };
    RetortContextOptions options = {
        sizeof(RetortContextOptions), NULL, NULL, NULL, NULL, NULL, 0, &events
    };
    RetortError *error = NULL;
    RetortContext *context = retort_context_new(&options, &error);
    if (!context)
        return end_with(error);
    RetortRun *run = retort_upgrade(context, "head", NULL, &error);
    RetortDiff *diff = run ? retort_diff(context, NULL, NULL, NULL, &error) : NULL;
    int status = diff ? !retort_diff_is_empty(diff) : end_with(error);
    if (diff)
        print_changes(diff);
    retort_diff_free(diff);
    retort_run_free(run);
    retort_context_free(context);
    return status;
}
