/*
 * Brings back what operations leave invalid: at the end, what is read first, and before something
 * is made that reads it.
 */
#include "dialect/depend.h"
#include "dialect/render.h"

typedef struct Activation {
    const RtDialect *dialect;
    const RtCatalog *catalog;
    const RtOp *ops;
    unsigned n_ops;
    GPtrArray *names; /* of const RtName *: what is invalid, each behind all that it reads */
    GArray *out;      /* of RtRendered */
} Activation;

/* Takes the name out, or puts another in its place. */
static void
take_name(GPtrArray *names, const RtName *name, const RtName *new_name)
{
    for (unsigned i = names->len; i-- > 0;) {
        if (!rt_name_equal(names->pdata[i], name))
            continue;
        if (new_name)
            names->pdata[i] = (void *) new_name;
        else
            g_ptr_array_remove_index(names, i);
    }
}

/* At the end, also what is there already: each effect names all readers behind what they read. */
static void
add_name(GPtrArray *names, const RtName *name)
{
    take_name(names, name, NULL);
    g_ptr_array_add(names, (void *) name);
}

static bool
is_of_object(const RtOp *op)
{
    return !op->owner && op->name && op->kind != RT_KIND_ATTRIBUTE && op->verb != RT_VERB_OPAQUE;
}

/* What is made, dropped or called otherwise is no longer what it was. */
static void
note_op(Activation *activation, const RtOp *op, const RtEffect *effect)
{
    for (unsigned i = 0; i < effect->n_invalidated; i++)
        add_name(activation->names, effect->invalidated[i]);
    if (!is_of_object(op))
        return;
    if (op->verb == RT_VERB_RENAME)
        take_name(activation->names, op->name, op->new_name);
    else if (op->verb != RT_VERB_ALTER)
        take_name(activation->names, op->name, NULL);
}

static void
emit(Activation *activation, const RtName *name)
{
    g_autofree char *sql = activation->dialect->activate(activation->dialect, name);
    RtArena *arena = rt_model_arena(rt_catalog_model(activation->catalog));
    RtRendered directive = { RT_RENDERED_DIRECTIVE, "idempotent", activation->n_ops, 0 };
    RtRendered statement = { RT_RENDERED_STATEMENT, rt_arena_strdup(arena, sql), activation->n_ops,
                             0 };
    g_array_append_val(activation->out, directive);
    g_array_append_val(activation->out, statement);
}

/* All that the object reads, itself or through views. */
static void
collect_read(const Activation *activation, const RtObject *object, GHashTable *keys)
{
    g_autoptr(GPtrArray) queue = g_ptr_array_new();
    rt_depend_relations(activation->dialect, activation->catalog, object, queue);
    for (unsigned i = 0; i < queue->len; i++) {
        const RtObject *read = queue->pdata[i];
        if (g_hash_table_add(keys, (void *) read->name->key))
            rt_depend_relations(activation->dialect, activation->catalog, read, queue);
    }
}

/* What is not there as it is when all is done cannot be brought back before. */
static bool
is_doomed(const Activation *activation, unsigned from, const RtName *name)
{
    for (unsigned i = from; i < activation->n_ops; i++) {
        const RtOp *op = &activation->ops[i];
        if (is_of_object(op) && rt_name_equal(op->name, name))
            return true;
    }
    return false;
}

/* A materialized view cannot be made of one that is invalid. */
static void
activate_what_is_read(Activation *activation, unsigned at)
{
    const RtOp *op = &activation->ops[at];
    if (activation->names->len == 0 || op->kind != RT_KIND_MATERIALIZED_VIEW || op->owner ||
        !op->after || (op->verb != RT_VERB_CREATE && op->verb != RT_VERB_RECREATE))
        return;
    g_autoptr(GHashTable) keys = g_hash_table_new(NULL, NULL);
    collect_read(activation, op->after, keys);
    for (unsigned i = 0; i < activation->names->len;) {
        const RtName *name = activation->names->pdata[i];
        if (!g_hash_table_contains(keys, name->key) || is_doomed(activation, at, name)) {
            i++;
            continue;
        }
        emit(activation, name);
        g_ptr_array_remove_index(activation->names, i);
    }
}

/* Hands over what is rendered of the operations before `end`. */
static void
pass(Activation *activation, const GArray *rendered, unsigned *at, unsigned end)
{
    while (*at < rendered->len && g_array_index(rendered, RtRendered, *at).first < end)
        g_array_append_val(activation->out, g_array_index(rendered, RtRendered, (*at)++));
}

void
rt_render_activations(const RtDialect *dialect, const RtCatalog *catalog, const RtOp *ops,
                      const RtEffect *effects, unsigned n, GArray *rendered)
{
    if (!dialect->activate)
        return;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(RtRendered));
    Activation activation = { dialect, catalog, ops, n, names, out };
    unsigned at = 0;
    for (unsigned i = 0; i < n; i++) {
        if (names->len)
            pass(&activation, rendered, &at, i);
        activate_what_is_read(&activation, i);
        note_op(&activation, &ops[i], &effects[i]);
    }
    pass(&activation, rendered, &at, n);
    for (unsigned i = 0; i < names->len; i++)
        emit(&activation, names->pdata[i]);
    g_array_set_size(rendered, 0);
    g_array_append_vals(rendered, out->data, out->len);
}
