/*
 * Brings back what operations leave invalid: at the end, what is read first, and before something
 * is made that reads it.
 */
#include "catalog/mention.h"
#include "dialect/depend.h"
#include "dialect/render.h"

typedef struct Activation {
    const RtDialect *dialect;
    const RtCatalog *catalog;
    const RtOp *ops;
    unsigned n_ops;
    GPtrArray *names; /* of const RtName *: what is invalid, each behind all that it reads */
    GPtrArray *lost;  /* of const RtOp *: what takes a name away, of a relation or a column */
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

static bool
is_relation(RtKind kind)
{
    return kind == RT_KIND_TABLE || kind == RT_KIND_VIEW || kind == RT_KIND_MATERIALIZED_VIEW;
}

/* Whether the operation gives again what the other one took. */
static bool
gives_back(const RtOp *op, const RtOp *lost)
{
    const RtName *name = op->verb == RT_VERB_RENAME ? op->new_name : op->name;
    bool is_same_sort =
        op->owner ? lost->owner && rt_name_equal(op->owner, lost->owner) : !lost->owner;
    return is_same_sort && op->verb != RT_VERB_DROP && rt_name_equal(name, lost->name);
}

/* Names that are there no more, and those that are there again. */
static void
note_lost(Activation *activation, const RtOp *op)
{
    bool is_name = op->owner ? op->kind == RT_KIND_COLUMN : is_relation(op->kind);
    if (!is_name || !op->name || op->verb == RT_VERB_ALTER || op->verb == RT_VERB_OPAQUE)
        return;
    for (unsigned i = activation->lost->len; i-- > 0;) {
        if (gives_back(op, activation->lost->pdata[i]))
            g_ptr_array_remove_index(activation->lost, i);
    }
    if (op->verb == RT_VERB_DROP || op->verb == RT_VERB_RENAME)
        g_ptr_array_add(activation->lost, (void *) op);
}

/* What is made, dropped or called otherwise is no longer what it was. */
static void
note_op(Activation *activation, const RtOp *op, const RtEffect *effect)
{
    for (unsigned i = 0; i < effect->n_invalidated; i++)
        add_name(activation->names, effect->invalidated[i]);
    note_lost(activation, op);
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

static bool
names_column(const Activation *activation, const RtObject *object, const RtOp *lost)
{
    const RtValue *body = rt_object_role(object, RT_ROLE_DEFINITION);
    RtMention mention = { lost->owner, lost->name, false };
    return body && rt_mention_found(rt_catalog_context(activation->catalog), &mention, body->text,
                                    body->length);
}

/* Whether the object, or what it reads, reads something that is there no more: it cannot work. */
static bool
has_lost(const Activation *activation, const RtObject *object)
{
    g_autoptr(GPtrArray) queue = g_ptr_array_new();
    g_autoptr(GHashTable) keys = g_hash_table_new(NULL, NULL);
    g_ptr_array_add(queue, (void *) object);
    for (unsigned i = 0; i < queue->len && activation->lost->len; i++) {
        const RtObject *read = queue->pdata[i];
        if (!g_hash_table_add(keys, (void *) read->name->key))
            continue;
        for (unsigned j = 0; j < activation->lost->len; j++) {
            const RtOp *lost = activation->lost->pdata[j];
            if (lost->owner ? names_column(activation, read, lost)
                            : rt_name_equal(lost->name, read->name))
                return true;
        }
        rt_depend_relations(activation->dialect, activation->catalog, read, queue);
    }
    return false;
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

/* At the end: what cannot work as it is declared is left to a person. */
static void
finish(Activation *activation, const RtName *name)
{
    const RtObject *object = rt_catalog_find(activation->catalog, RT_KIND_MATERIALIZED_VIEW, name);
    if (!object || !has_lost(activation, object)) {
        emit(activation, name);
        return;
    }
    const char *text =
        rt_arena_printf(rt_model_arena(rt_catalog_model(activation->catalog)),
                        "%s stays inactive: what it reads is no longer there", name->text);
    RtRendered comment = { RT_RENDERED_COMMENT, text, activation->n_ops, 0 };
    g_array_append_val(activation->out, comment);
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
    g_autoptr(GPtrArray) names = g_ptr_array_new(), lost = g_ptr_array_new();
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(RtRendered));
    Activation activation = { dialect, catalog, ops, n, names, lost, out };
    unsigned at = 0;
    for (unsigned i = 0; i < n; i++) {
        if (names->len)
            pass(&activation, rendered, &at, i);
        activate_what_is_read(&activation, i);
        note_op(&activation, &ops[i], &effects[i]);
    }
    pass(&activation, rendered, &at, n);
    for (unsigned i = 0; i < names->len; i++)
        finish(&activation, names->pdata[i]);
    g_array_set_size(rendered, 0);
    g_array_append_vals(rendered, out->data, out->len);
}
