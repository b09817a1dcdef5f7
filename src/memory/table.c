/* Rows and keys of a table. */
#include "memory/table.h"

#include "base/error.h"

#include <string.h>

RtRow *
rt_row_new(unsigned n)
{
    RtRow *row = g_malloc0(sizeof(RtRow) + n * sizeof(RtCell));
    row->n = n;
    return row;
}

void
rt_row_free(RtRow *row)
{
    if (!row)
        return;
    for (unsigned i = 0; i < row->n; i++)
        rt_cell_clear(&row->cells[i]);
    g_free(row);
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static void
free_key(RtStoreKey *key)
{
    g_free(key->columns);
    g_free(key->label);
    g_hash_table_unref(key->rows);
    g_free(key);
}

/* NULL where a value is NULL: such a row is equal to none. */
static char *
key_text(const RtStoreKey *key, const RtRow *row)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < key->n; i++) {
        const RtCell *cell = &row->cells[key->columns[i]];
        if (cell->kind == RT_CELL_NULL) {
            g_string_free(text, TRUE);
            return NULL;
        }
        rt_cell_append_key(text, cell);
    }
    return g_string_free(text, FALSE);
}

int64_t
rt_store_find(const RtStore *store, const RtStoreKey *key, const RtRow *row)
{
    (void) store;
    g_autofree char *text = key_text(key, row);
    gpointer found = text ? g_hash_table_lookup(key->rows, text) : NULL;
    return (int64_t) GPOINTER_TO_SIZE(found) - 1;
}

static bool
enter_key(RtStoreKey *key, const RtRow *row, unsigned index)
{
    char *text = key_text(key, row);
    return !text || g_hash_table_insert(key->rows, text, GSIZE_TO_POINTER((gsize) index + 1));
}

static void
leave_key(RtStoreKey *key, const RtRow *row)
{
    g_autofree char *text = key_text(key, row);
    if (text)
        g_hash_table_remove(key->rows, text);
}

static void
enter_keys(RtStore *store, const RtRow *row, unsigned index)
{
    for (unsigned i = 0; i < store->keys->len; i++)
        enter_key(store->keys->pdata[i], row, index);
}

static void
leave_keys(RtStore *store, const RtRow *row)
{
    for (unsigned i = 0; i < store->keys->len; i++)
        leave_key(store->keys->pdata[i], row);
}

/* The column that is part `i` of a key; NULL for an expression. */
static const RtName *
part_column(const RtValue *parts, const RtValueKind *kind, unsigned i)
{
    return kind == &rt_value_names ? parts->names[i] : parts->parts[i].column;
}

/* The columns of a key, or NULL where a part is no plain column of the table. */
static RtStoreKey *
new_key(const RtStore *store, const RtValue *parts, const RtValueKind *kind)
{
    RtStoreKey *key = g_new0(RtStoreKey, 1);
    g_autoptr(GString) label = g_string_new(NULL);
    key->columns = g_new(unsigned, parts->length);
    key->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (; key->n < parts->length; key->n++) {
        const RtName *name = part_column(parts, kind, key->n);
        int column = name ? rt_store_find_column(store, name) : -1;
        if (column < 0)
            break;
        key->columns[key->n] = (unsigned) column;
        g_string_append_printf(label, "%s%s.%s", key->n ? ", " : "", store->name->text, name->text);
    }
    key->label = g_strdup(label->str);
    if (key->n == parts->length && key->n > 0)
        return key;
    free_key(key);
    return NULL;
}

/* PRIMARY KEY and UNIQUE by their words (a key of another sort may hold equal rows); an index by
   its flag, unless a clause of its own (WHERE) leaves rows out. */
static bool
is_unique(const RtObject *child)
{
    if (rt_object_kind(child) == RT_KIND_INDEX)
        return rt_object_flag(child, RT_ROLE_UNIQUE) && child->n_values <= 2;
    const char *intro = child->form->intro ? child->form->intro : "";
    return strstr(intro, "PRIMARY") || strstr(intro, "UNIQUE");
}

static void
note_numbered(RtStore *store, const RtObject *child, const RtStoreKey *key)
{
    const char *intro = child->form->intro ? child->form->intro : "";
    RtStoreColumn *column = &store->columns[key->columns[0]];
    if (key->n == 1 && strstr(intro, "PRIMARY") && column->storage == RT_STORE_NUMBER)
        column->is_numbered = true;
}

static void
build_keys(RtStore *store)
{
    store->keys = g_ptr_array_new_with_free_func((GDestroyNotify) free_key);
    const RtValue *own = rt_object_role(store->object, RT_ROLE_KEY);
    RtStoreKey *own_key = own ? new_key(store, own, &rt_value_names) : NULL;
    store->inserts_replace = own_key != NULL;
    if (own_key) {
        RtStoreColumn *first = &store->columns[own_key->columns[0]];
        first->is_numbered = own_key->n == 1 && first->storage == RT_STORE_NUMBER;
        g_ptr_array_add(store->keys, own_key);
    }
    for (unsigned i = 0; i < store->object->n_children; i++) {
        const RtObject *child = store->object->children[i];
        const RtValue *parts = is_unique(child) ? rt_object_role(child, RT_ROLE_PARTS) : NULL;
        const RtValueKind *kind = parts ? child->form->attributes[parts->row].kind : NULL;
        RtStoreKey *key = parts ? new_key(store, parts, kind) : NULL;
        if (!key)
            continue;
        note_numbered(store, child, key);
        g_ptr_array_add(store->keys, key);
    }
}

static bool
fill_keys(RtStore *store, GError **error)
{
    for (unsigned i = 0; i < store->rows->len; i++) {
        const RtRow *row = store->rows->pdata[i];
        for (unsigned k = 0; row && k < store->keys->len; k++) {
            RtStoreKey *key = store->keys->pdata[k];
            if (enter_key(key, row, i))
                continue;
            rt_error_set(error, RT_ERROR_REJECTED, "UNIQUE constraint failed: %s", key->label);
            return false;
        }
    }
    return true;
}

static bool
same_keys(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return false;
    for (unsigned i = 0; i < a->len; i++) {
        const RtStoreKey *left = a->pdata[i], *right = b->pdata[i];
        if (left->n != right->n || !g_str_equal(left->label, right->label) ||
            memcmp(left->columns, right->columns, left->n * sizeof(unsigned)) != 0)
            return false;
    }
    return true;
}

/* ---- stores -----------------------------------------------------------------------------------
 */

int
rt_store_find_column(const RtStore *store, const RtName *name)
{
    for (unsigned i = 0; i < store->n_columns; i++)
        if (rt_name_equal(store->columns[i].name, name))
            return (int) i;
    return -1;
}

static void
read_columns(RtStore *store)
{
    const RtObject *object = store->object;
    store->columns = g_new0(RtStoreColumn, object->n_children);
    for (unsigned i = 0; i < object->n_children; i++) {
        const RtObject *child = object->children[i];
        if (rt_object_kind(child) != RT_KIND_COLUMN)
            continue;
        const RtType *type = rt_object_type(child);
        store->columns[store->n_columns++] = (RtStoreColumn){
            .name = child->name,
            .storage = rt_storage_of(type ? type->name : NULL),
            .not_null = rt_object_flag(child, RT_ROLE_NOT_NULL),
            .is_generated = rt_object_role(child, RT_ROLE_GENERATED) != NULL,
        };
    }
}

static const RtObject *
find_child(const RtStore *store, const RtName *name)
{
    int index = rt_object_find_child(store->object, RT_KIND_COLUMN, name, 0);
    return store->object->children[index];
}

/* Of each column its place in `before`, -1 for a new one; returns whether nothing moved. */
static bool
map_columns(const RtStore *store, const RtStore *before, const RtName *renamed_from,
            const RtName *renamed_to, int *map)
{
    bool is_same = store->n_columns == before->n_columns;
    for (unsigned i = 0; i < store->n_columns; i++) {
        const RtName *name = store->columns[i].name;
        if (renamed_to && rt_name_equal(name, renamed_to))
            name = renamed_from;
        map[i] = rt_store_find_column(before, name);
        is_same =
            is_same && map[i] == (int) i && store->columns[i].storage == before->columns[i].storage;
    }
    return is_same;
}

static void
move_rows(RtStore *store, const RtStore *before, const int *map, RtFillFunc fill, void *data)
{
    RtRow *fills = rt_row_new(store->n_columns);
    for (unsigned i = 0; i < store->n_columns; i++)
        if (map[i] < 0)
            fills->cells[i] = fill(data, find_child(store, store->columns[i].name));
    for (unsigned r = 0; r < before->rows->len; r++) {
        const RtRow *from = before->rows->pdata[r];
        if (!from)
            continue;
        RtRow *row = rt_row_new(store->n_columns);
        for (unsigned i = 0; i < store->n_columns; i++) {
            row->cells[i] = rt_cell_copy(map[i] < 0 ? &fills->cells[i] : &from->cells[map[i]]);
            rt_cell_store(&row->cells[i], store->columns[i].storage);
        }
        g_ptr_array_add(store->rows, row);
    }
    rt_row_free(fills);
}

RtStore *
rt_store_new(const RtName *name, const RtObject *object, RtStore *before,
             const RtName *renamed_from, const RtName *renamed_to, RtFillFunc fill, void *data,
             GError **error)
{
    RtStore *store = g_new0(RtStore, 1);
    store->name = name;
    store->object = object;
    read_columns(store);
    build_keys(store);
    g_autofree int *map = g_new(int, store->n_columns + 1);
    bool is_same = before && map_columns(store, before, renamed_from, renamed_to, map);
    store->rows = is_same ? g_ptr_array_ref(before->rows)
                          : g_ptr_array_new_with_free_func((GDestroyNotify) rt_row_free);
    if (before)
        store->last_number = before->last_number;
    if (is_same)
        store->n_deleted = before->n_deleted;
    else if (before)
        move_rows(store, before, map, fill, data);
    if (is_same && same_keys(store->keys, before->keys)) {
        g_ptr_array_unref(store->keys);
        store->keys = g_ptr_array_ref(before->keys);
        return store;
    }
    if (fill_keys(store, error))
        return store;
    rt_store_free(store);
    return NULL;
}

void
rt_store_free(RtStore *store)
{
    if (!store)
        return;
    g_ptr_array_unref(store->rows);
    g_ptr_array_unref(store->keys);
    g_free(store->columns);
    g_free(store);
}

void
rt_store_compact(RtStore *store)
{
    if (store->n_deleted < 16 || store->n_deleted < store->rows->len / 2)
        return;
    unsigned kept = 0;
    for (unsigned i = 0; i < store->rows->len; i++) {
        RtRow *row = store->rows->pdata[i];
        store->rows->pdata[i] = NULL;
        if (row)
            store->rows->pdata[kept++] = row;
    }
    g_ptr_array_set_size(store->rows, (int) kept);
    store->n_deleted = 0;
    for (unsigned k = 0; k < store->keys->len; k++)
        g_hash_table_remove_all(((RtStoreKey *) store->keys->pdata[k])->rows);
    for (unsigned i = 0; i < kept; i++)
        enter_keys(store, store->rows->pdata[i], i);
}

/* ---- changes and their undo -------------------------------------------------------------------
 */

typedef enum UndoKind {
    UNDO_INSERT,
    UNDO_DELETE,
    UNDO_UPDATE,
    UNDO_STORE,
    UNDO_RENAME,
} UndoKind;

typedef struct UndoEntry {
    UndoKind kind;
    unsigned index;
    RtStore *store; /* whose row it is; UNDO_STORE: the one that was in the place */
    RtRow *row;     /* the one that was there */
    const void *key, *other_key;
    int64_t last_number;
} UndoEntry;

struct RtUndo {
    GHashTable *stores;
    GArray *entries;
};

RtUndo *
rt_undo_new(GHashTable *stores)
{
    RtUndo *undo = g_new0(RtUndo, 1);
    undo->stores = stores;
    undo->entries = g_array_new(FALSE, TRUE, sizeof(UndoEntry));
    return undo;
}

void
rt_undo_free(RtUndo *undo)
{
    if (!undo)
        return;
    rt_undo_forget(undo);
    g_array_unref(undo->entries);
    g_free(undo);
}

size_t
rt_undo_mark(const RtUndo *undo)
{
    return undo->entries->len;
}

static void
put_in_place(RtUndo *undo, const void *key, RtStore *store)
{
    if (store)
        g_hash_table_insert(undo->stores, (gpointer) key, store);
    else
        g_hash_table_remove(undo->stores, key);
}

static void
undo_entry(RtUndo *undo, UndoEntry *entry)
{
    RtStore *store = entry->store;
    RtRow *now = entry->kind <= UNDO_UPDATE ? store->rows->pdata[entry->index] : NULL;
    switch (entry->kind) {
    case UNDO_INSERT:
        leave_keys(store, now);
        g_ptr_array_set_size(store->rows, (int) entry->index);
        store->last_number = entry->last_number;
        break;
    case UNDO_UPDATE:
        leave_keys(store, now);
        rt_row_free(now);
        store->rows->pdata[entry->index] = entry->row;
        enter_keys(store, entry->row, entry->index);
        break;
    case UNDO_DELETE:
        store->rows->pdata[entry->index] = entry->row;
        store->n_deleted--;
        enter_keys(store, entry->row, entry->index);
        break;
    case UNDO_STORE:
        rt_store_free(g_hash_table_lookup(undo->stores, entry->key));
        put_in_place(undo, entry->key, store);
        break;
    case UNDO_RENAME:
        store = g_hash_table_lookup(undo->stores, entry->other_key);
        put_in_place(undo, entry->other_key, NULL);
        put_in_place(undo, entry->key, store);
        break;
    }
}

void
rt_undo_back(RtUndo *undo, size_t mark)
{
    while (undo->entries->len > mark) {
        UndoEntry entry = g_array_index(undo->entries, UndoEntry, undo->entries->len - 1);
        g_array_set_size(undo->entries, undo->entries->len - 1);
        undo_entry(undo, &entry);
    }
}

void
rt_undo_forget(RtUndo *undo)
{
    for (unsigned i = 0; i < undo->entries->len; i++) {
        UndoEntry *entry = &g_array_index(undo->entries, UndoEntry, i);
        rt_row_free(entry->row);
        if (entry->kind == UNDO_STORE)
            rt_store_free(entry->store);
    }
    g_array_set_size(undo->entries, 0);
}

static void
note(RtUndo *undo, UndoEntry entry)
{
    g_array_append_val(undo->entries, entry);
}

void
rt_store_insert(RtStore *store, RtUndo *undo, RtRow *row)
{
    note(undo, (UndoEntry){ .kind = UNDO_INSERT,
                            .index = store->rows->len,
                            .store = store,
                            .last_number = store->last_number });
    for (unsigned i = 0; i < store->n_columns; i++) {
        int64_t number;
        if (store->columns[i].is_numbered && rt_cell_is_integer(&row->cells[i], &number))
            store->last_number = MAX(store->last_number, number);
    }
    enter_keys(store, row, store->rows->len);
    g_ptr_array_add(store->rows, row);
}

void
rt_store_delete(RtStore *store, RtUndo *undo, unsigned index)
{
    RtRow *row = store->rows->pdata[index];
    note(undo, (UndoEntry){ .kind = UNDO_DELETE, .index = index, .store = store, .row = row });
    leave_keys(store, row);
    store->rows->pdata[index] = NULL;
    store->n_deleted++;
}

void
rt_store_update(RtStore *store, RtUndo *undo, unsigned index, RtRow *row)
{
    RtRow *before = store->rows->pdata[index];
    note(undo, (UndoEntry){ .kind = UNDO_UPDATE, .index = index, .store = store, .row = before });
    leave_keys(store, before);
    store->rows->pdata[index] = row;
    enter_keys(store, row, index);
}

void
rt_undo_put_store(RtUndo *undo, const void *key, RtStore *store)
{
    RtStore *before = g_hash_table_lookup(undo->stores, key);
    note(undo, (UndoEntry){ .kind = UNDO_STORE, .store = before, .key = key });
    put_in_place(undo, key, store);
}

void
rt_undo_rename_store(RtUndo *undo, const void *from, const void *to)
{
    RtStore *store = g_hash_table_lookup(undo->stores, from);
    note(undo, (UndoEntry){ .kind = UNDO_RENAME, .key = from, .other_key = to });
    put_in_place(undo, from, NULL);
    put_in_place(undo, to, store);
}
