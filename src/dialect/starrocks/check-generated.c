/* What the server refuses of generated columns: CreateTableAnalyzer, AlterTableClauseAnalyzer. */
#include "dialect/starrocks/check.h"
#include "dialect/starrocks/expression.h"
#include "dialect/starrocks/resolve.h"

#include <string.h>

/* Types that are one to this rule. */
static const char *
find_family(const RtType *type)
{
    return strcmp(type->name, "CHAR") == 0 ? "VARCHAR" : type->name;
}

static bool
check_type(const StarrocksCheck *check, const RtObject *table, const RtObject *column,
           const RtValue *expression)
{
    const RtValueContext *context = rt_catalog_context(check->before);
    const RtType *type = rt_object_type(column);
    const char *given =
        starrocks_expression_type(context, table, expression->text, expression->length);
    if (!given || !type || strcmp(given, find_family(type)) == 0)
        return true;
    return starrocks_reject(check,
                            "Illegal expression type for Generated Column Column Type: %s, "
                            "Expression Type: %s; write CAST(… AS %s), or %s as the type",
                            type->text, given, type->text, given);
}

/* Neither what is computed itself nor what the server numbers. */
static bool
check_sources(const StarrocksCheck *check, const RtObject *table, const RtObject *column,
              const RtValue *expression)
{
    const RtValueContext *context = rt_catalog_context(check->before);
    const RtAttribute *row = &starrocks_form_column.attributes[STARROCKS_COLUMN_GENERATED];
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *other = table->children[i];
        bool is_generated = other->form == &starrocks_form_column &&
                            rt_object_value(other, STARROCKS_COLUMN_GENERATED);
        bool is_automatic = other->form == &starrocks_form_column &&
                            starrocks_flag(other, STARROCKS_COLUMN_AUTO_INCREMENT);
        if ((!is_generated && !is_automatic) || rt_name_equal(other->name, column->name) ||
            !rt_value_mentions(context, row, table->name, other->name, expression))
            continue;
        return starrocks_reject(check, "Expression can not refers to %s columns: %s",
                                is_generated ? "other generated" : "AUTO_INCREMENT",
                                other->name->text);
    }
    return true;
}

bool
starrocks_check_generated(const StarrocksCheck *check, const RtObject *table,
                          const RtObject *column)
{
    const RtValue *expression = rt_object_value(column, STARROCKS_COLUMN_GENERATED);
    if (!expression)
        return true;
    const char *missing =
        starrocks_unresolved(check->before, table, expression->text, expression->length);
    if (missing)
        return starrocks_reject(check, "Column '%s' cannot be resolved", missing);
    return check_sources(check, table, column, expression) &&
           check_type(check, table, column, expression);
}
