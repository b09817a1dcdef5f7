/*
 * Which views stop working by a change of what they read. A materialized view becomes inactive when
 * a table of it is dropped, renamed or swapped, a column that it names is dropped, renamed or
 * modified, a view of it is changed, and with a materialized view of it; what makes it inactive is
 * in AlterJobMgr and AlterMVJobExecutor of the frontend.
 */
#include "catalog/mention.h"
#include "dialect/depend.h"
#include "dialect/starrocks/starrocks.h"
#include "sql/lexer.h"

typedef struct Search {
    const RtCatalog *catalog;
    GPtrArray *broken;      /* of const RtObject *: views that the change takes something from */
    GPtrArray *invalidated; /* of const RtObject *: materialized views, what is read first */
    GHashTable *seen;
} Search;

/* Whether the query takes all columns: SELECT *, t.*; the star of count(*) is none. */
static bool
takes_all(const RtLexicon *lexicon, const RtValue *body)
{
    static const char *const before[] = { "SELECT", "DISTINCT", "ALL" };
    RtText text = { .name = "", .data = body->text, .length = body->length, .first_line = 1 };
    RtToken last = { 0 }, token = rt_lexer_next(lexicon, &text, 0, NULL);
    for (; token.kind; last = token, token = rt_lexer_next(lexicon, &text, token.span.end, NULL)) {
        if (!rt_token_is(&text, token, '*'))
            continue;
        if (rt_token_is(&text, last, '.') || rt_token_is(&text, last, ','))
            return true;
        for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
            if (rt_token_is_word(&text, last, before[i]))
                return true;
        }
    }
    return false;
}

static bool
names_column(const RtCatalog *catalog, const RtObject *view, const RtName *table,
             const RtName *column)
{
    const RtValueContext *context = rt_catalog_context(catalog);
    const RtValue *body = rt_object_role(view, RT_ROLE_DEFINITION);
    RtMention mention = { table, column, false };
    return !column || !body || takes_all(context->lexicon, body) ||
           rt_mention_found(context, &mention, body->text, body->length);
}

/* All that reads `object`, what reads first: the reverse of the order in which it is left. */
static void
collect(Search *search, const RtObject *object, const RtName *column, unsigned depth)
{
    enum { DEEPEST = 64 }; /* the server takes no circles */
    g_autoptr(GPtrArray) readers = g_ptr_array_new();
    rt_depend_readers(&rt_dialect_starrocks, search->catalog, object, readers);
    for (unsigned i = readers->len; i-- > 0 && depth < DEEPEST;) {
        const RtObject *reader = readers->pdata[i];
        if (!names_column(search->catalog, reader, object->name, column) ||
            starrocks_is_synchronous(reader))
            continue;
        if (depth == 0)
            g_ptr_array_insert(search->broken, 0, (void *) reader);
        if (!g_hash_table_add(search->seen, (void *) reader))
            continue;
        collect(search, reader, NULL, depth + 1);
        if (reader->form == &starrocks_form_materialized_view)
            g_ptr_array_insert(search->invalidated, 0, (void *) reader);
    }
}

/* Whether the change of a column is seen by who reads it: a comment is not. */
static bool
is_seen(const RtCatalog *catalog, const RtObject *table, const RtOp *op)
{
    if (op->verb == RT_VERB_DROP || op->verb == RT_VERB_RENAME)
        return true;
    const RtObject *before = starrocks_column_find(table, op->name);
    if (op->verb != RT_VERB_ALTER || !before || !op->after)
        return false;
    const RtValueContext *context = rt_catalog_context(catalog);
    for (unsigned row = 0; row < before->form->n_attributes; row++) {
        if (row != STARROCKS_COLUMN_COMMENT &&
            rt_value_differs(context, &before->form->attributes[row], rt_object_value(before, row),
                             rt_object_value(op->after, row)))
            return true;
    }
    return false;
}

/* Whether what is read is another thing, or gone, or called otherwise. */
static bool
is_replaced(const RtOp *op, const RtObject *object)
{
    if (op->kind == RT_KIND_ATTRIBUTE)
        return object->form == &starrocks_form_view && op->row != STARROCKS_VIEW_SECURITY;
    bool is_view = object->form == &starrocks_form_view;
    return op->verb == RT_VERB_DROP || op->verb == RT_VERB_RENAME || op->verb == RT_VERB_RECREATE ||
           (op->verb == RT_VERB_ALTER && is_view);
}

static bool
find_changed(const RtCatalog *catalog, const RtOp *op, const RtObject **out_object,
             const RtName **out_column)
{
    const RtName *name = op->owner ?: op->name;
    const RtObject *object = name && op->verb != RT_VERB_OPAQUE && op->verb != RT_VERB_CREATE
                                 ? rt_catalog_find(catalog, RT_KIND_TABLE, name)
                                 : NULL;
    *out_object = object;
    *out_column = op->owner ? op->name : NULL;
    if (!object)
        return false;
    if (op->owner)
        return op->kind == RT_KIND_COLUMN && is_seen(catalog, object, op);
    return is_replaced(op, object);
}

/* "v no longer works, m and n become inactive" */
static const char *
describe(RtArena *arena, const Search *search, bool is_lasting)
{
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned n_broken = 0;
    for (unsigned i = 0; is_lasting && i < search->broken->len; i++) {
        const RtObject *view = search->broken->pdata[i];
        if (view->form == &starrocks_form_view)
            g_string_append_printf(text, "%s%s", n_broken++ ? ", " : "", view->name->text);
    }
    if (n_broken)
        g_string_append(text, n_broken > 1 ? " no longer work" : " no longer works");
    if (n_broken && search->invalidated->len)
        g_string_append(text, ", ");
    for (unsigned i = 0; i < search->invalidated->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "",
                               ((const RtObject *) search->invalidated->pdata[i])->name->text);
    if (search->invalidated->len)
        g_string_append(text,
                        search->invalidated->len > 1 ? " become inactive" : " becomes inactive");
    return text->len ? rt_arena_strdup(arena, text->str) : NULL;
}

void
starrocks_add_invalidated(const RtCatalog *before, const RtOp *op, RtEffect *effect)
{
    const RtObject *object;
    const RtName *column;
    if (!find_changed(before, op, &object, &column))
        return;
    g_autoptr(GPtrArray) broken = g_ptr_array_new(), invalidated = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    Search search = { before, broken, invalidated, seen };
    collect(&search, object, column, 0);
    RtArena *arena = rt_model_arena(rt_catalog_model(before));
    bool is_swap = op->flags & (RT_OP_ASIDE | RT_OP_TAKEN);
    bool is_lasting = op->verb == RT_VERB_DROP || (op->verb == RT_VERB_RENAME && !is_swap);
    const char *reason = describe(arena, &search, is_lasting);
    if (!reason)
        return;
    const RtName **names = rt_arena_new_array(arena, const RtName *, invalidated->len + 1);
    for (unsigned i = 0; i < invalidated->len; i++)
        names[i] = ((const RtObject *) invalidated->pdata[i])->name;
    effect->risks |= RT_RISK_INVALIDATES;
    effect->reasons[__builtin_ctz(RT_RISK_INVALIDATES)] = reason;
    effect->invalidated = names;
    effect->n_invalidated = invalidated->len;
}

char *
starrocks_activate(const RtDialect *dialect, const RtName *name)
{
    GString *sql = g_string_new("ALTER MATERIALIZED VIEW ");
    rt_render_name(sql, dialect, name);
    g_string_append(sql, " ACTIVE");
    return g_string_free(sql, FALSE);
}
