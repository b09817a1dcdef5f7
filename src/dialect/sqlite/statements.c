/* What is in the schema `temp` belongs to a session, whether TEMP or "temp.name" says so. */
#include "dialect/sqlite/sqlite.h"

static bool
is_temporary(const RtName *name)
{
    return name && name->schema && g_ascii_strcasecmp(name->schema, "temp") == 0;
}

/* Marks the operations from `first` on that are on temporary objects. */
static void
mark_temporary(RtParser *parser, unsigned first)
{
    for (unsigned i = first; i < parser->ops->len; i++) {
        RtOp *op = &g_array_index(parser->ops, RtOp, i);
        if (is_temporary(op->name) || is_temporary(op->owner))
            op->flags |= RT_OP_TEMPORARY;
    }
}

#define WITH_TEMPORARY(name, parse)                                                                \
    bool name(RtParser *parser, const RtStatementRule *rule, GError **error)                       \
    {                                                                                              \
        unsigned first = parser->ops->len;                                                         \
        if (!parse(parser, rule, error))                                                           \
            return false;                                                                          \
        mark_temporary(parser, first);                                                             \
        return true;                                                                               \
    }

WITH_TEMPORARY(rt_sqlite_parse_table, rt_parse_create_table)
WITH_TEMPORARY(rt_sqlite_parse_object, rt_parse_create_object)
WITH_TEMPORARY(rt_sqlite_parse_child, rt_parse_create_child)
WITH_TEMPORARY(rt_sqlite_parse_drop, rt_parse_drop)
WITH_TEMPORARY(rt_sqlite_parse_alter, rt_parse_alter)
