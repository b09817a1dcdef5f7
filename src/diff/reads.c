/*
 * Finds what objects read: foreign keys by their value; bodies by looking each of their names up,
 * so that the cost is that of the text, and asking for a real mention only where a name is known.
 */
#include "diff/reads.h"

#include "catalog/mention.h"
#include "sql/tokens.h"

void
rt_name_index_init(RtNameIndex *index)
{
    index->by_text = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    index->stamp = 0;
}

void
rt_name_index_clear(RtNameIndex *index)
{
    g_clear_pointer(&index->by_text, g_hash_table_unref);
}

static RtNamed *
find_text(const RtNameIndex *index, const char *text)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return g_hash_table_lookup(index->by_text, lower);
}

RtNamed *
rt_name_index_find(const RtNameIndex *index, const RtName *name)
{
    RtNamed *named = find_text(index, name->text);
    while (named && !rt_name_equal(named->name, name))
        named = named->next;
    return named;
}

void
rt_name_index_add(RtNameIndex *index, RtNamed *named)
{
    char *lower = g_ascii_strdown(named->name->text, -1);
    named->next = g_hash_table_lookup(index->by_text, lower);
    g_hash_table_insert(index->by_text, lower, named);
}

typedef struct Reading {
    const RtValueContext *context;
    RtNameIndex *index;
    const RtValue *body;
    RtReadFunc visit;
    void *data;
} Reading;

static void
visit_word(const char *word, RtToken token, RtToken previous, void *data)
{
    (void) token;
    (void) previous;
    Reading *reading = data;
    for (RtNamed *named = find_text(reading->index, word); named; named = named->next) {
        if (named->stamp == reading->index->stamp)
            continue;
        named->stamp = reading->index->stamp;
        RtMention mention = { .table = named->name };
        if (rt_mention_found(reading->context, &mention, reading->body->text,
                             reading->body->length))
            reading->visit(reading->data, named, false);
    }
}

static void
read_body(Reading *reading, const RtValue *body)
{
    g_autoptr(RtArena) scratch = rt_arena_new();
    const RtText *text = rt_text_new(scratch, "", body->text, body->length);
    reading->body = body;
    reading->index->stamp++;
    rt_tokens_each_name(scratch, reading->context->lexicon, text, visit_word, reading);
}

static void
read_object(Reading *reading, const RtObject *object)
{
    int row = rt_form_row(object->form, RT_ROLE_REFERENCES);
    const RtValue *value = row >= 0 ? rt_object_value(object, row) : NULL;
    RtNamed *named = value ? rt_name_index_find(reading->index, value->name) : NULL;
    if (named)
        reading->visit(reading->data, named, true);
    RtKind kind = rt_object_kind(object);
    bool has_body =
        kind == RT_KIND_VIEW || kind == RT_KIND_MATERIALIZED_VIEW || kind == RT_KIND_TRIGGER;
    value = has_body ? rt_object_role(object, RT_ROLE_DEFINITION) : NULL;
    if (value)
        read_body(reading, value);
}

void
rt_reads_own(const RtValueContext *context, RtNameIndex *index, const RtObject *object,
             RtReadFunc visit, void *data)
{
    Reading reading = { .context = context, .index = index, .visit = visit, .data = data };
    read_object(&reading, object);
}

void
rt_reads_each(const RtValueContext *context, RtNameIndex *index, const RtObject *object,
              RtReadFunc visit, void *data)
{
    Reading reading = { .context = context, .index = index, .visit = visit, .data = data };
    read_object(&reading, object);
    for (unsigned i = 0; i < object->n_children; i++)
        read_object(&reading, object->children[i]);
}
