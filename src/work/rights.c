/* Asks a server for the grants on what is made anew. */
#include "work/rights.h"

#include "memory/memory.h"

void
rt_comparison_read_rights(RtComparison *comparison, const RtDatabase *database)
{
    const RtRecreation *recreation = comparison->dialect->recreation;
    RtArena *arena = rt_model_arena(comparison->model);
    bool can_ask = recreation && recreation->read_rights && database && database->connection &&
                   !rt_memory_catalog(database->connection);
    for (unsigned i = 0; can_ask && i < comparison->diff->ops->len; i++) {
        RtOp *op = &g_array_index(comparison->diff->ops, RtOp, i);
        if (!op->beside)
            continue;
        g_autoptr(GError) problem = NULL;
        RtBeside *beside = rt_arena_new_object(arena, RtBeside);
        *beside = *op->beside;
        beside->rights = recreation->read_rights(comparison->dialect, database->connection,
                                                 op->kind, op->name, arena, &problem);
        if (problem)
            beside->rights_problem = rt_arena_strdup(arena, problem->message);
        op->beside = beside;
    }
}
