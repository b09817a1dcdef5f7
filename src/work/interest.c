/* Asks the filter about objects that were not read yet. */
#include "work/interest.h"

/* Whether something of the name is declared that takes part; tables and views share their names. */
static bool
is_declared(const RtFilter *filter, const RtCatalog *declared, const RtName *name)
{
    const RtObject *object = rt_catalog_find(declared, RT_KIND_TABLE, name);
    return object && rt_filter_may_include(filter, rt_object_kind(object), name, false);
}

bool
rt_interest_wants(void *data, RtKind kind, const RtName *name)
{
    const RtInterest *interest = data;
    return rt_filter_may_include(interest->filter, kind, name, true) ||
           is_declared(interest->filter, interest->declared, name);
}

bool
rt_interest_includes(void *data, RtKind kind, const RtName *table, const RtName *name,
                     bool reflected, bool other_side_has_it)
{
    (void) reflected, (void) other_side_has_it;
    bool is_top =
        kind == RT_KIND_TABLE || kind == RT_KIND_VIEW || kind == RT_KIND_MATERIALIZED_VIEW;
    return table || !is_top || rt_interest_wants(data, kind, name);
}
