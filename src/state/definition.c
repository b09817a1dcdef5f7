/* Pairs of a declared and a stored text, by object and attribute. */
#include "state/definition.h"

#include "sql/tokens.h"
#include "state/tables.h"

#include <string.h>

/* The columns behind `name`, in their order. */
enum { PAIR_ID, PAIR_OBJECT, PAIR_DECLARED, PAIR_STORED, N_PAIR };

typedef struct Pair {
    char *declared, *stored; /* hashes */
} Pair;

struct RtDefinitions {
    RtState *state;
    const RtServer *server;
    GHashTable *pairs; /* of Pair by id */
};

/* ---- texts ------------------------------------------------------------------------------------
 */

static bool
is_rewritten(const RtAttribute *attribute, const RtServer *server)
{
    RtVersion since = attribute->kept_since;
    return since.major && rt_server_compare(server, since.major, since.minor, since.patch) < 0;
}

bool
rt_definitions_are_needed(const RtDialect *dialect, const RtServer *server)
{
    for (const RtForm *const *form = dialect->forms; *form; form++) {
        for (unsigned row = 0; row < (*form)->n_attributes; row++) {
            if (is_rewritten(&(*form)->attributes[row], server))
                return true;
        }
    }
    return false;
}

/* "view mydb.v definition": for people, and what the id is made of. */
static char *
name_text(const RtCatalog *catalog, const RtObject *object, const RtAttribute *attribute)
{
    const RtName *name = object->name;
    const char *own = rt_model_default_schema(rt_catalog_model(catalog));
    const char *schema = name->schema ? name->schema : own;
    return g_strdup_printf("%s %s%s%s %s", object->form->name, schema ? schema : "",
                           schema ? "." : "", name->text, attribute->name);
}

/* Servers limit the length of a key, and names may be long. */
static char *
make_id(const char *text)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    return g_strndup(digest, 32);
}

static char *
hash_text(const RtCatalog *catalog, const RtValue *value)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    rt_tokens_digest(rt_catalog_context(catalog)->lexicon, value->text, value->length, checksum);
    return g_strdup(g_checksum_get_string(checksum));
}

/* A text that stands in both catalogs. */
typedef struct Text {
    const RtCatalog *catalog;
    const RtObject *live; /* NULL: only what is known is looked at */
    const RtObject *known;
    const RtAttribute *attribute;
    const RtValue *stored; /* NULL: as `live` */
    const RtValue *declared;
} Text;

typedef void (*TextFunc)(void *data, const Text *text);

/* Calls `visit` for each rewritten text of `known`; with `live` only for those that it has too. */
static void
each_text(const RtServer *server, const RtCatalog *live, const RtCatalog *known, TextFunc visit,
          void *data)
{
    for (unsigned i = 0; i < rt_catalog_size(known); i++) {
        const RtObject *object = rt_catalog_at(known, i);
        for (unsigned row = 0; object && row < object->form->n_attributes; row++) {
            Text text = { known, NULL, object, &object->form->attributes[row], NULL, NULL };
            if (!is_rewritten(text.attribute, server) ||
                !(text.declared = rt_object_value(object, row)))
                continue;
            if (live) {
                text.live = rt_catalog_find(live, rt_object_kind(object), object->name);
                if (!text.live || text.live->form != object->form ||
                    !(text.stored = rt_object_value(text.live, row)))
                    continue;
            }
            visit(data, &text);
        }
    }
}

/* ---- pairs ------------------------------------------------------------------------------------
 */

static void
free_pair(void *data)
{
    Pair *pair = data;
    g_free(pair->declared);
    g_free(pair->stored);
    g_free(pair);
}

static bool
take_pair(void *data, unsigned n, const char *const *values, const char *const *names)
{
    (void) n, (void) names;
    Pair *pair = g_new(Pair, 1);
    *pair = (Pair){ g_strdup(values[PAIR_DECLARED]), g_strdup(values[PAIR_STORED]) };
    g_hash_table_insert(data, g_strdup(values[PAIR_ID]), pair);
    return true;
}

RtDefinitions *
rt_definitions_read(RtState *state, const RtServer *server, GError **error)
{
    g_autoptr(RtDefinitions) definitions = g_new0(RtDefinitions, 1);
    definitions->state = state;
    definitions->server = server;
    definitions->pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_pair);
    if (!rt_own_read(state, RT_OWN_DEFINITION, NULL, take_pair, definitions->pairs, NULL, error))
        return NULL;
    return g_steal_pointer(&definitions);
}

void
rt_definitions_free(RtDefinitions *definitions)
{
    if (!definitions)
        return;
    g_hash_table_unref(definitions->pairs);
    g_free(definitions);
}

static const Pair *
find_pair(const RtDefinitions *definitions, const Text *text)
{
    g_autofree char *name = name_text(text->catalog, text->known, text->attribute);
    g_autofree char *id = make_id(name);
    return g_hash_table_lookup(definitions->pairs, id);
}

/* ---- translating ------------------------------------------------------------------------------
 */

typedef struct Translation {
    const RtDefinitions *definitions; /* NULL: all is trusted */
    RtCatalog *live;
    bool trusts;
} Translation;

static bool
stands_for(const Translation *translation, const Text *text)
{
    const Pair *pair = translation->definitions ? find_pair(translation->definitions, text) : NULL;
    if (!pair)
        return translation->trusts;
    g_autofree char *stored = hash_text(text->catalog, text->stored);
    g_autofree char *declared = hash_text(text->catalog, text->declared);
    return g_str_equal(pair->stored, stored) && g_str_equal(pair->declared, declared);
}

static void
translate_text(void *data, const Text *text)
{
    const Translation *translation = data;
    const RtValueContext *context = rt_catalog_context(text->catalog);
    if (rt_value_equal(context, text->attribute, text->stored, text->declared) ||
        !stands_for(translation, text))
        return;
    RtArena *arena = rt_model_arena(rt_catalog_model(text->catalog));
    rt_catalog_replace(translation->live, text->live,
                       rt_object_with_value(arena, text->live, text->declared));
}

void
rt_definitions_translate(const RtDefinitions *definitions, RtCatalog *live, const RtCatalog *known,
                         bool trusts)
{
    Translation translation = { definitions, live, trusts };
    each_text(definitions->server, live, known, translate_text, &translation);
}

void
rt_definitions_trust(const RtServer *server, RtCatalog *live, const RtCatalog *known)
{
    Translation translation = { NULL, live, true };
    each_text(server, live, known, translate_text, &translation);
}

/* ---- keeping ----------------------------------------------------------------------------------
 */

typedef struct Keeping {
    const RtDefinitions *definitions;
    bool accepts;
    GPtrArray *statements; /* of char * */
} Keeping;

static void
keep_text(void *data, const Text *text)
{
    const Keeping *keeping = data;
    const Pair *pair = find_pair(keeping->definitions, text);
    g_autofree char *declared = hash_text(text->catalog, text->declared);
    g_autofree char *stored = hash_text(text->catalog, text->stored);
    bool is_known = pair && g_str_equal(pair->declared, declared);
    if (is_known && (!keeping->accepts || g_str_equal(pair->stored, stored)))
        return;
    g_autofree char *name = name_text(text->catalog, text->known, text->attribute);
    g_autofree char *id = make_id(name);
    const char *values[N_PAIR] = {
        [PAIR_ID] = id,
        [PAIR_OBJECT] = name,
        [PAIR_DECLARED] = declared,
        [PAIR_STORED] = stored,
    };
    g_ptr_array_add(keeping->statements,
                    rt_own_put_sql(keeping->definitions->state, RT_OWN_DEFINITION, values));
}

bool
rt_definitions_keep(const RtDefinitions *definitions, const RtCatalog *live, const RtCatalog *known,
                    bool accepts, unsigned *out_kept, GError **error)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    Keeping keeping = { definitions, accepts, statements };
    each_text(definitions->server, live, known, keep_text, &keeping);
    static const RtOwn which = RT_OWN_DEFINITION;
    if (statements->len && !rt_own_create(definitions->state, &which, 1, false, error))
        return false;
    for (unsigned i = 0; i < statements->len; i++) {
        if (!rt_own_execute(definitions->state, RT_OWN_DEFINITION, statements->pdata[i], error))
            return false;
    }
    if (out_kept)
        *out_kept = statements->len;
    return true;
}

typedef struct Names {
    const RtDefinitions *definitions;
    bool only_missing;
    GPtrArray *names;
} Names;

static void
note_name(void *data, const Text *text)
{
    const Names *names = data;
    const Pair *pair = find_pair(names->definitions, text);
    g_autofree char *declared = hash_text(text->catalog, text->declared);
    if (!names->only_missing || !pair || !g_str_equal(pair->declared, declared))
        g_ptr_array_add(names->names, (void *) text->known->name);
}

static GPtrArray *
list_names(const RtDefinitions *definitions, const RtCatalog *known, bool only_missing)
{
    Names names = { definitions, only_missing, g_ptr_array_new() };
    each_text(definitions->server, NULL, known, note_name, &names);
    return names.names;
}

GPtrArray *
rt_definitions_names(const RtDefinitions *definitions, const RtCatalog *known)
{
    return list_names(definitions, known, false);
}

GPtrArray *
rt_definitions_missing(const RtDefinitions *definitions, const RtCatalog *known)
{
    return list_names(definitions, known, true);
}
