/*
 * Suggests a rename where something is dropped and something alike created. Only a note: whether it
 * is one, only a person knows; the hint that says so is named.
 */
#include "diff/comparison.h"
#include "sql/tokens.h"

enum { MOST_CANDIDATES = 8 }; /* tables that share one column's name and are looked at */

typedef struct Dropped {
    const RtOp *op;
    bool is_taken;
    unsigned n_shared; /* columns that the table at hand shares */
    unsigned seen_by;  /* the number of that table */
} Dropped;

typedef struct Search {
    RtComparison *comparison;
    GPtrArray *dropped;  /* of Dropped */
    GHashTable *columns; /* key of a column's name → GPtrArray of Dropped tables */
    GHashTable *alike;   /* hash of the content → GPtrArray of other Dropped */
} Search;

static bool
has_word(const RtComparison *comparison, RtKind kind)
{
    unsigned capabilities = comparison->dialect->capabilities;
    switch (kind) {
    case RT_KIND_TABLE:
        return capabilities & RT_CAN_RENAME_TABLE;
    case RT_KIND_COLUMN:
        return capabilities & RT_CAN_RENAME_COLUMN;
    case RT_KIND_VIEW:
        return capabilities & RT_CAN_RENAME_VIEW;
    case RT_KIND_INDEX:
        return capabilities & RT_CAN_RENAME_INDEX;
    default:
        return false;
    }
}

static void
append_to(GHashTable *lists, gconstpointer key, Dropped *dropped)
{
    GPtrArray *list = g_hash_table_lookup(lists, key);
    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(lists, (void *) key, list);
    }
    g_ptr_array_add(list, dropped);
}

/* Equal for what looks alike; for columns their type and table, since most have little else. */
static void *
content_key(const RtComparison *comparison, const RtOp *op, const RtObject *object)
{
    size_t hash = rt_object_content_hash(comparison->context, object);
    hash ^= (size_t) rt_object_type(object) >> 3;
    hash ^= op->owner ? (size_t) op->owner->hash << 7 : 0;
    const RtValue *body = rt_object_role(object, RT_ROLE_DEFINITION);
    if (body)
        hash ^=
            rt_tokens_hash(comparison->dialect->lexicon, RT_FOLD_ASCII, body->text, body->length);
    return GSIZE_TO_POINTER(hash * RT_N_KINDS + op->kind);
}

static void
note_dropped(Search *search, const RtOp *op)
{
    Dropped *dropped = g_new0(Dropped, 1);
    dropped->op = op;
    g_ptr_array_add(search->dropped, dropped);
    if (op->kind != RT_KIND_TABLE) {
        append_to(search->alike, content_key(search->comparison, op, op->before), dropped);
        return;
    }
    for (unsigned i = 0; i < op->before->n_children; i++) {
        const RtObject *child = op->before->children[i];
        if (rt_object_kind(child) == RT_KIND_COLUMN)
            append_to(search->columns, child->name->key, dropped);
    }
}

static void
suggest(RtComparison *comparison, Dropped *dropped, const RtOp *created)
{
    const RtOp *op = dropped->op;
    const char *old = rt_comparison_name(comparison, op->owner, op->name);
    const char *new = rt_comparison_name(comparison, created->owner, created->name);
    const char *kind = rt_kind_name(op->kind);
    g_autoptr(GString) hint = g_string_new(NULL);
    rt_name_print(hint, comparison->dialect->lexicon, op->name->text);
    dropped->is_taken = true;
    rt_comparison_note(comparison, "maybe_rename", new, false,
                       "%s %s is dropped and %s %s created; if it is renamed, write "
                       "\"-- retort: renamed from %s\" before it",
                       kind, old, kind, new, hint->str);
}

static unsigned
count_columns(const RtObject *table)
{
    unsigned n = 0;
    for (unsigned i = 0; i < table->n_children; i++)
        n += rt_object_kind(table->children[i]) == RT_KIND_COLUMN;
    return n;
}

static bool
is_same_column(const RtObject *table, const RtObject *column)
{
    int at = rt_object_find_child(table, RT_KIND_COLUMN, column->name, 0);
    return at >= 0 && rt_object_type(table->children[at]) == rt_object_type(column) &&
           table->children[at]->form == column->form;
}

/* Counts in each candidate the columns that it shares with the table; returns the best one. */
static Dropped *
find_table(Search *search, const RtObject *table, unsigned number)
{
    Dropped *best = NULL;
    for (unsigned i = 0; i < table->n_children; i++) {
        const RtObject *column = table->children[i];
        const GPtrArray *list = rt_object_kind(column) == RT_KIND_COLUMN
                                    ? g_hash_table_lookup(search->columns, column->name->key)
                                    : NULL;
        for (unsigned j = 0; list && j < MIN(list->len, MOST_CANDIDATES); j++) {
            Dropped *dropped = g_ptr_array_index(list, j);
            if (dropped->is_taken || !is_same_column(dropped->op->before, column))
                continue;
            dropped->n_shared = dropped->seen_by == number ? dropped->n_shared + 1 : 1;
            dropped->seen_by = number;
            if (!best || dropped->n_shared > best->n_shared)
                best = dropped;
        }
    }
    unsigned most = best ? MAX(count_columns(table), count_columns(best->op->before)) : 0;
    return best && best->n_shared * 3 >= most * 2 ? best : NULL;
}

static Dropped *
find_alike(Search *search, const RtOp *op)
{
    const RtComparison *comparison = search->comparison;
    const GPtrArray *list =
        g_hash_table_lookup(search->alike, content_key(comparison, op, op->after));
    for (unsigned i = 0; list && i < MIN(list->len, MOST_CANDIDATES); i++) {
        Dropped *dropped = g_ptr_array_index(list, i);
        if (!dropped->is_taken && dropped->op->kind == op->kind &&
            rt_name_equal(dropped->op->owner, op->owner) &&
            rt_object_values_equal(comparison->context, dropped->op->before, op->after))
            return dropped;
    }
    return NULL;
}

static bool
is_candidate(const RtComparison *comparison, const RtOp *op, RtVerb verb)
{
    return op->verb == verb && op->name && has_word(comparison, op->kind);
}

static void
search_created(Search *search)
{
    const GArray *ops = search->comparison->diff->ops;
    for (unsigned i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        if (!is_candidate(search->comparison, op, RT_VERB_CREATE))
            continue;
        Dropped *dropped = op->kind == RT_KIND_TABLE ? find_table(search, op->after, i + 1)
                                                     : find_alike(search, op);
        if (dropped)
            suggest(search->comparison, dropped, op);
    }
}

void
rt_compare_suggest(RtComparison *comparison)
{
    const GArray *ops = comparison->diff->ops;
    Search search = { .comparison = comparison, .dropped = g_ptr_array_new_with_free_func(g_free) };
    search.columns = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
    search.alike = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
    for (unsigned i = 0; i < ops->len; i++) {
        const RtOp *op = &g_array_index(ops, RtOp, i);
        if (is_candidate(comparison, op, RT_VERB_DROP))
            note_dropped(&search, op);
    }
    if (search.dropped->len > 0)
        search_created(&search);
    g_hash_table_unref(search.alike);
    g_hash_table_unref(search.columns);
    g_ptr_array_unref(search.dropped);
}
