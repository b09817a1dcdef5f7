/*
 * Views and triggers that read a table which is renamed, or loses or renames a column, on servers
 * that refuse such a change while they stand: they are dropped before all changes and made again
 * after them, as what they are then.
 */
#include "diff/order.h"
#include "diff/parts.h"
#include "diff/reads.h"

#include <string.h>

/* A table or view of the catalog before, or a trigger. */
typedef struct User {
    RtNamed named; /* must be first; a trigger's is its own and in no index */
    const RtObject *object;
    const RtObject *owner; /* of a trigger; NULL: a view or table */
    const RtName *final_owner;
    bool is_affected;
    GPtrArray *readers; /* of User */
} User;

typedef struct Search {
    RtOrdering *ordering;
    RtNameIndex index;       /* of User: affected tables and all views */
    GPtrArray *users;        /* of User */
    GHashTable *final_names; /* key of a name before → RtName behind all renames */
    GHashTable *first_names; /* and back */
    GHashTable *lost;        /* keys of tables that the steps drop */
    GHashTable *rebuilt;     /* keys of tables that are rebuilt and not renamed */
    GHashTable *renamed;     /* keys of tables that have a column renamed */
} Search;

static void
free_user(void *data)
{
    User *user = data;
    g_ptr_array_unref(user->readers);
    g_free(user);
}

static User *
add_user(Search *search, const RtObject *object, const RtObject *owner)
{
    User *user = g_new0(User, 1);
    user->named.name = object->name;
    user->object = object;
    user->owner = owner;
    user->readers = g_ptr_array_new();
    g_ptr_array_add(search->users, user);
    if (!owner)
        rt_name_index_add(&search->index, &user->named);
    return user;
}

static const RtName *
lookup_name(GHashTable *names, const RtName *name)
{
    const RtName *found = g_hash_table_lookup(names, name->key);
    return found ? found : name;
}

/* Marks the table that is called `name` at this point of the steps. */
static void
affect_table(Search *search, const RtName *name)
{
    const RtName *first = lookup_name(search->first_names, name);
    const RtObject *object = rt_catalog_find(search->ordering->before, RT_KIND_TABLE, first);
    if (!object || rt_object_kind(object) != RT_KIND_TABLE)
        return;
    User *user = (User *) rt_name_index_find(&search->index, first);
    if (!user)
        user = add_user(search, object, NULL);
    user->is_affected = true;
}

static void
note_rename(Search *search, const RtOp *op)
{
    const RtName *first = lookup_name(search->first_names, op->name);
    g_hash_table_insert(search->first_names, (void *) op->new_name->key, (void *) first);
    g_hash_table_insert(search->final_names, (void *) first->key, (void *) op->new_name);
}

static void
note_step(Search *search, const RtStep *step)
{
    const RtOp *op = &step->op;
    bool is_top = rt_op_is_top(op);
    if (op->verb == RT_VERB_RENAME && (is_top || op->kind == RT_KIND_COLUMN))
        affect_table(search, rt_op_top_name(op));
    else if (op->verb == RT_VERB_DROP && op->kind == RT_KIND_COLUMN)
        affect_table(search, op->owner);
    if (op->verb == RT_VERB_RENAME && is_top)
        note_rename(search, op);
    if (op->verb == RT_VERB_DROP && is_top)
        g_hash_table_add(search->lost, (void *) lookup_name(search->first_names, op->name)->key);
    if (op->verb == RT_VERB_RENAME && op->kind == RT_KIND_COLUMN)
        g_hash_table_add(search->renamed, (void *) op->owner->key);
    if (rt_step_is_rebuild(step))
        g_hash_table_add(search->rebuilt, (void *) rt_op_top_name(op)->key);
}

static void
add_views(Search *search, const GPtrArray *objects)
{
    for (unsigned i = 0; i < objects->len; i++) {
        const RtObject *object = g_ptr_array_index(objects, i);
        if (rt_form_is_view(object->form))
            add_user(search, object, NULL);
    }
}

static void
add_triggers(Search *search, const GPtrArray *objects)
{
    for (unsigned i = 0; i < objects->len; i++) {
        const RtObject *owner = g_ptr_array_index(objects, i);
        for (unsigned j = 0; j < owner->n_children; j++) {
            const RtObject *child = owner->children[j];
            if (rt_object_kind(child) != RT_KIND_TRIGGER || !child->name)
                continue;
            User *trigger = add_user(search, child, owner);
            User *table = (User *) rt_name_index_find(&search->index, owner->name);
            /* A rebuild makes its triggers again; a rename of a column after it would alter them.
             */
            bool is_rebuilt = g_hash_table_contains(search->rebuilt, owner->name->key) &&
                              !g_hash_table_contains(search->renamed, owner->name->key);
            if (table && !is_rebuilt)
                g_ptr_array_add(table->readers, trigger);
        }
    }
}

static void
note_reader(void *data, RtNamed *named, bool is_reference)
{
    if (is_reference)
        return;
    User *read = (User *) named, *reader = data;
    bool is_own_trigger = reader->owner && rt_name_equal(reader->owner->name, named->name);
    if (read != reader && !is_own_trigger)
        g_ptr_array_add(read->readers, reader);
}

static void
spread(Search *search)
{
    const RtValueContext *context = search->ordering->context;
    for (unsigned i = 0; i < search->users->len; i++) {
        User *user = g_ptr_array_index(search->users, i);
        rt_reads_own(context, &search->index, user->object, note_reader, user);
    }
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    for (unsigned i = 0; i < search->users->len; i++) {
        User *user = g_ptr_array_index(search->users, i);
        if (user->is_affected)
            g_ptr_array_add(open, user);
    }
    for (unsigned i = 0; i < open->len; i++) {
        const User *user = g_ptr_array_index(open, i);
        for (unsigned j = 0; j < user->readers->len; j++) {
            User *reader = g_ptr_array_index(user->readers, j);
            if (!reader->is_affected) {
                reader->is_affected = true;
                g_ptr_array_add(open, reader);
            }
        }
    }
}

static bool
is_view(const User *user)
{
    return !user->owner && rt_form_is_view(user->object->form);
}

/* Whether the view that holds the trigger goes and comes with all that it has. */
static bool
goes_with_owner(Search *search, const User *user)
{
    const User *owner = (User *) rt_name_index_find(&search->index, user->owner->name);
    return (owner && is_view(owner) && owner->is_affected) ||
           g_hash_table_contains(search->lost, user->owner->name->key);
}

static void
collect_moved(Search *search, GPtrArray *out_views, GPtrArray *out_triggers)
{
    for (unsigned i = 0; i < search->users->len; i++) {
        User *user = g_ptr_array_index(search->users, i);
        if (!user->is_affected)
            continue;
        const RtObject *top = user->owner ? user->owner : user->object;
        user->final_owner = lookup_name(search->final_names, top->name);
        if (is_view(user))
            g_ptr_array_add(out_views, user);
        else if (user->owner && !goes_with_owner(search, user))
            g_ptr_array_add(out_triggers, user);
    }
}

static void
append_step(GArray *steps, const RtOp *op, RtPin pin)
{
    RtStep step = { .op = *op, .pin = pin };
    g_array_append_val(steps, step);
}

static void
append_drop(GArray *steps, const User *user)
{
    RtOp op = { .verb = RT_VERB_DROP,
                .kind = rt_object_kind(user->object),
                .owner = user->owner ? user->owner->name : NULL,
                .name = user->object->name,
                .before = user->object };
    append_step(steps, &op, RT_PIN_FRONT);
}

static void
append_view(Search *search, GArray *steps, const User *user)
{
    const RtOrdering *ordering = search->ordering;
    const RtObject *final =
        rt_catalog_find(ordering->after, rt_object_kind(user->object), user->final_owner);
    if (!final || !rt_form_is_view(final->form))
        return;
    g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(RtOp));
    rt_ops_create(ordering->dialect, ordering->arena, final, ops);
    for (unsigned i = 0; i < ops->len; i++)
        append_step(steps, &g_array_index(ops, RtOp, i), RT_PIN_BACK);
}

static void
append_trigger(Search *search, GArray *steps, const User *user)
{
    const RtObject *final =
        rt_catalog_find(search->ordering->after, rt_object_kind(user->owner), user->final_owner);
    int at = final
                 ? rt_object_find_child(final, rt_object_kind(user->object), user->object->name, 0)
                 : -1;
    if (at < 0)
        return;
    RtOp op = { .verb = RT_VERB_CREATE,
                .kind = rt_object_kind(user->object),
                .owner = final->name,
                .name = user->object->name,
                .after = final->children[at] };
    append_step(steps, &op, RT_PIN_BACK);
}

/* Whether what the steps did with the object is now done by its drop and its creation. */
static bool
is_replaced(GHashTable *views, GHashTable *triggers, const RtOp *op)
{
    const RtName *top = rt_op_top_name(op);
    const RtForm *made = op->after ? op->after->form : NULL;
    if (g_hash_table_contains(views, top->key))
        return !(rt_op_is_top(op) && made && !rt_form_is_view(made));
    if (op->kind != RT_KIND_TRIGGER)
        return false;
    const RtName *owner = g_hash_table_lookup(triggers, op->name->key);
    return owner && rt_name_equal(owner, op->owner);
}

static void
note_views(GHashTable *keys, const GPtrArray *views)
{
    for (unsigned i = 0; i < views->len; i++) {
        const User *user = g_ptr_array_index(views, i);
        g_hash_table_add(keys, (void *) user->object->name->key);
        g_hash_table_add(keys, (void *) user->final_owner->key);
    }
}

/* Leaves out of the steps what is now done for the triggers otherwise; by both owners' names. */
static void
keep_others(const RtOrdering *ordering, const GPtrArray *views, const GPtrArray *triggers,
            GArray *steps)
{
    g_autoptr(GHashTable) view_keys = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) first_owners = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) final_owners = g_hash_table_new(NULL, NULL);
    note_views(view_keys, views);
    for (unsigned i = 0; i < triggers->len; i++) {
        const User *user = g_ptr_array_index(triggers, i);
        void *key = (void *) user->object->name->key;
        g_hash_table_insert(first_owners, key, (void *) user->owner->name);
        g_hash_table_insert(final_owners, key, (void *) user->final_owner);
    }
    for (unsigned i = 0; i < ordering->steps->len; i++) {
        const RtStep *step = &g_array_index(ordering->steps, RtStep, i);
        if (!is_replaced(view_keys, first_owners, &step->op) &&
            !is_replaced(view_keys, final_owners, &step->op))
            g_array_append_val(steps, *step);
    }
}

static bool
rewrite_steps(Search *search)
{
    RtOrdering *ordering = search->ordering;
    g_autoptr(GPtrArray) views = g_ptr_array_new();
    g_autoptr(GPtrArray) triggers = g_ptr_array_new();
    collect_moved(search, views, triggers);
    if (views->len + triggers->len == 0)
        return false;
    GArray *steps = g_array_new(FALSE, TRUE, sizeof(RtStep));
    for (unsigned i = 0; i < triggers->len; i++)
        append_drop(steps, g_ptr_array_index(triggers, i));
    for (unsigned i = views->len; i-- > 0;)
        append_drop(steps, g_ptr_array_index(views, i));
    keep_others(ordering, views, triggers, steps);
    for (unsigned i = 0; i < views->len; i++)
        append_view(search, steps, g_ptr_array_index(views, i));
    for (unsigned i = 0; i < triggers->len; i++)
        append_trigger(search, steps, g_ptr_array_index(triggers, i));
    g_array_unref(ordering->steps);
    ordering->steps = steps;
    return true;
}

static void
clear_search(Search *search)
{
    rt_name_index_clear(&search->index);
    g_ptr_array_unref(search->users);
    g_hash_table_unref(search->final_names);
    g_hash_table_unref(search->first_names);
    g_hash_table_unref(search->lost);
    g_hash_table_unref(search->rebuilt);
    g_hash_table_unref(search->renamed);
}

bool
rt_order_users(RtOrdering *ordering)
{
    if (!(ordering->dialect->capabilities & RT_NEEDS_DROPPED_USERS))
        return false;
    bool has_changed = false;
    Search search = { .ordering = ordering };
    rt_name_index_init(&search.index);
    search.users = g_ptr_array_new_with_free_func(free_user);
    search.final_names = g_hash_table_new(NULL, NULL);
    search.first_names = g_hash_table_new(NULL, NULL);
    search.lost = g_hash_table_new(NULL, NULL);
    search.rebuilt = g_hash_table_new(NULL, NULL);
    search.renamed = g_hash_table_new(NULL, NULL);
    for (unsigned i = 0; i < ordering->steps->len; i++)
        note_step(&search, &g_array_index(ordering->steps, RtStep, i));
    if (search.users->len > 0) {
        g_autoptr(GPtrArray) objects = rt_catalog_with_bodies(ordering->before);
        add_views(&search, objects);
        add_triggers(&search, objects);
        spread(&search);
        has_changed = rewrite_steps(&search);
    }
    clear_search(&search);
    return has_changed;
}
