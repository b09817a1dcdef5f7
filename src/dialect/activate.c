/* Brings back what operations leave invalid: once each, at the end, what is read first. */
#include "dialect/render.h"

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

/* What is made, dropped or called otherwise is no longer what it was. */
static void
note_op(GPtrArray *names, const RtOp *op)
{
    if (op->owner || !op->name || op->kind == RT_KIND_ATTRIBUTE || op->verb == RT_VERB_OPAQUE)
        return;
    if (op->verb == RT_VERB_RENAME)
        take_name(names, op->name, op->new_name);
    else if (op->verb != RT_VERB_ALTER)
        take_name(names, op->name, NULL);
}

void
rt_render_activations(const RtDialect *dialect, RtModel *model, const RtOp *ops,
                      const RtEffect *effects, unsigned n, GArray *out)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (unsigned i = 0; i < n && dialect->activate; i++) {
        for (unsigned j = 0; j < effects[i].n_invalidated; j++)
            add_name(names, effects[i].invalidated[j]);
        note_op(names, &ops[i]);
    }
    for (unsigned i = 0; i < names->len; i++) {
        g_autofree char *sql = dialect->activate(dialect, names->pdata[i]);
        RtRendered directive = { RT_RENDERED_DIRECTIVE, "idempotent", n, 0 };
        RtRendered statement = { RT_RENDERED_STATEMENT, rt_arena_strdup(rt_model_arena(model), sql),
                                 n, 0 };
        g_array_append_val(out, directive);
        g_array_append_val(out, statement);
    }
}
