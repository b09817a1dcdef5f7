/* Texts to catalogs: statements in order, those that came too early at the end, all problems. */
#include "dialect/parse.h"

#include "op/apply.h"

#include <string.h>

/* ---- completing -------------------------------------------------------------------------------
 */

static void
complete_object(RtCatalog *catalog, const RtDialect *dialect, const RtServer *server,
                const RtObject *object)
{
    RtObject copy = *object;
    dialect->complete(dialect, server, catalog, &copy);
    if (memcmp(&copy, object, sizeof copy) == 0)
        return;
    RtArena *arena = rt_model_arena(rt_catalog_model(catalog));
    rt_catalog_replace(catalog, object, rt_object_copy(arena, &copy));
}

void
rt_catalog_complete(RtCatalog *catalog, const RtDialect *dialect, const RtServer *server)
{
    for (unsigned i = 0; dialect->complete && i < rt_catalog_size(catalog); i++) {
        const RtObject *object = rt_catalog_at(catalog, i);
        if (object)
            complete_object(catalog, dialect, server, object);
    }
}

void
rt_catalog_complete_object(RtCatalog *catalog, const RtDialect *dialect, const RtServer *server,
                           RtKind kind, const RtName *name)
{
    const RtObject *object = dialect->complete ? rt_catalog_find(catalog, kind, name) : NULL;
    if (object)
        complete_object(catalog, dialect, server, object);
}

/* The object of the catalog that an operation has changed. */
static void
complete_touched(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog,
                 const RtOp *op)
{
    if (op->verb == RT_VERB_OPAQUE || (op->flags & RT_OP_TEMPORARY))
        return;
    if (op->owner)
        rt_catalog_complete_object(catalog, dialect, server, RT_KIND_TABLE, op->owner);
    else if (op->verb != RT_VERB_DROP)
        rt_catalog_complete_object(catalog, dialect, server,
                                   op->kind == RT_KIND_ATTRIBUTE ? RT_KIND_TABLE : op->kind,
                                   op->new_name ?: op->name);
}

bool
rt_replay(const RtDialect *dialect, const RtServer *server, RtCatalog *catalog, RtOp *op,
          GError **error)
{
    bool is_temporary = rt_op_meet_temporary(catalog, op);
    if (dialect->check && !dialect->check(dialect, server, catalog, op, error))
        return false;
    if (is_temporary)
        return true;
    if (!rt_apply(catalog, op, error))
        return false;
    complete_touched(dialect, server, catalog, op);
    return true;
}

/* ---- loading ----------------------------------------------------------------------------------
 */

static void
add_note(const RtLoad *load, RtMark *mark, const RtOp *op, const char *what)
{
    if (!load->notes)
        return;
    unsigned line, column;
    rt_mark_locate(mark, op->text, op->span.start, &line, &column);
    g_ptr_array_add(load->notes,
                    g_strdup_printf("%s:%u:%u: %s", op->text->name, line, column, what));
}

/* Collects the problem, or hands it on: then false. */
static bool
take_problem(const RtLoad *load, GError *problem, GError **error)
{
    if (!load->problems) {
        g_propagate_error(error, problem);
        return false;
    }
    g_ptr_array_add(load->problems, problem);
    return true;
}

/* A statement begins like those that change a schema: who wrote it meant it to. */
static bool
is_meant_for_schema(const RtOp *op)
{
    static const char *const words[] = { "create", "alter", "drop" };
    const char *start = op->text->data + op->span.start;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        size_t length = strlen(words[i]);
        if (g_ascii_strncasecmp(start, words[i], length) == 0 && g_ascii_isspace(start[length]))
            return true;
    }
    return false;
}

/* Were it passed over, what a misspelt CREATE declares would be taken for absent, and dropped. */
static bool
refuse_unknown(const RtLoad *load, const RtOp *op, GError **error)
{
    GError *problem = NULL;
    rt_text_error(&problem, RT_ERROR_NOT_UNDERSTOOD, op->text, op->span,
                  "this statement is not known, what it does to the schema cannot be seen");
    return take_problem(load, problem, error);
}

/* Statements that say nothing about the schema; true for those. */
static bool
pass_over(const RtLoad *load, RtMark *mark, RtCatalog *catalog, RtOp *op)
{
    if (rt_op_meet_temporary(catalog, op)) {
        add_note(load, mark, op,
                 "a temporary object belongs to a session and is no part of the schema");
        return true;
    }
    if (op->verb != RT_VERB_OPAQUE)
        return false;
    if (op->flags & RT_OP_DATA)
        add_note(load, mark, op, "a statement about rows is no part of the schema and is not run");
    else if (op->flags & RT_OP_SESSION)
        add_note(load, mark, op,
                 "a statement about the session is no part of the schema and is not run");
    else
        add_note(load, mark, op,
                 "this statement is not known, what it does to the schema cannot be seen");
    return true;
}

static bool
is_schema_child(const RtCatalog *catalog, RtKind kind)
{
    return rt_catalog_context(catalog)->rules->space[kind] &&
           (kind == RT_KIND_INDEX || kind == RT_KIND_TRIGGER);
}

/* Whether what the operation works on may come later in the same load. */
static bool
is_early(const RtCatalog *catalog, const RtOp *op)
{
    if (op->owner)
        return !rt_catalog_find(catalog, RT_KIND_TABLE, op->owner);
    if (op->verb == RT_VERB_CREATE || (op->flags & RT_OP_IF_EXISTS))
        return false;
    if (is_schema_child(catalog, op->kind))
        return !rt_catalog_find_owner(catalog, op->kind, op->name, NULL);
    RtKind kind = op->kind == RT_KIND_ATTRIBUTE ? RT_KIND_TABLE : op->kind;
    return !rt_catalog_find(catalog, kind, op->name);
}

static bool
apply_loaded(const RtLoad *load, RtCatalog *catalog, RtOp *op, GError **error)
{
    GError *problem = NULL;
    bool is_allowed = !load->check || !load->dialect->check ||
                      load->dialect->check(load->dialect, load->server, catalog, op, &problem);
    if (is_allowed && rt_apply(catalog, op, &problem))
        return true;
    return take_problem(load, problem, error);
}

/* The operations of one statement are applied together, or put off together. */
static bool
apply_statement(const RtLoad *load, RtMark *mark, RtCatalog *catalog, GArray *ops, GArray *deferred,
                GError **error)
{
    for (unsigned i = 0; i < ops->len; i++) {
        RtOp *op = &g_array_index(ops, RtOp, i);
        if (op->verb == RT_VERB_OPAQUE && !load->from_server && is_meant_for_schema(op)) {
            if (!refuse_unknown(load, op, error))
                return false;
            continue;
        }
        if (pass_over(load, mark, catalog, op)) {
            if (op->verb == RT_VERB_OPAQUE)
                (void) !rt_apply(catalog, op, NULL);
            continue;
        }
        if (op->flags & RT_OP_LEFT_ALONE)
            add_note(load, mark, op,
                     "this object is left alone: it is read and named, never changed");
        if (deferred && is_early(catalog, op)) {
            g_array_append_vals(deferred, op, ops->len - i);
            return true;
        }
        if (!apply_loaded(load, catalog, op, error))
            return false;
    }
    return true;
}

bool
rt_load_text(const RtLoad *load, RtCatalog *catalog, const RtText *text, GArray *deferred,
             GError **error)
{
    g_autoptr(GArray) ops = g_array_new(FALSE, TRUE, sizeof(RtOp));
    RtParser parser;
    RtMark mark = { 0 };
    rt_parser_init(&parser, load->dialect, load->server, rt_catalog_model(catalog), text, ops);
    parser.from_server = load->from_server;
    parser.context.schema = load->schema;
    rt_catalog_set_unseen(catalog, RT_UNSEEN_LATER, true);
    for (bool done = false; !done;) {
        GError *problem = NULL;
        g_array_set_size(ops, 0);
        if (!rt_parser_next(&parser, &done, &problem)) {
            if (!take_problem(load, problem, error))
                return false;
        } else if (!apply_statement(load, &mark, catalog, ops, deferred, error)) {
            return false;
        }
    }
    return true;
}

bool
rt_load_finish(const RtLoad *load, RtCatalog *catalog, GArray *deferred, GError **error)
{
    for (unsigned i = 0; deferred && i < deferred->len; i++) {
        if (!apply_loaded(load, catalog, &g_array_index(deferred, RtOp, i), error))
            return false;
    }
    if (deferred)
        g_array_set_size(deferred, 0);
    rt_catalog_set_unseen(catalog, RT_UNSEEN_LATER, false);
    rt_catalog_complete(catalog, load->dialect, load->server);
    return true;
}
