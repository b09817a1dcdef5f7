/* Indexes of introducing words; what they introduce is the parser's business. */
#include "dialect/phrases.h"

#include <string.h>

enum {
    BUCKETS = 27,   /* a letter each, and one for all that is no letter */
    MOST_WORDS = 8, /* of one phrase */
    LONGEST_WORD = 64,
    MOST_PHRASES = 250,
};

typedef struct Entry {
    const char *phrase;  /* not terminated */
    uint64_t head, mask; /* of its first word, as read_head gives it; letters in any case */
    uint16_t length;
    int16_t id;
    uint8_t n_words;
    uint8_t words[MOST_WORDS]; /* their lengths: compared before any byte */
} Entry;

struct RtPhrases {
    RtPhrases *next;
    const void *key;
    RtPhraseUse use;
    uint8_t first[BUCKETS + 1]; /* of `entries`, longest phrase first in each bucket */
    uint64_t lengths[BUCKETS];  /* bits of the lengths of first words: most tokens have no such */
    Entry entries[];
};

struct RtPhraseBook {
    RtPhrases *first;
    RtPhrases *last[RT_N_PHRASE_USES]; /* that was asked for: columns ask again and again */
};

static unsigned
find_bucket(char byte)
{
    unsigned letter = (unsigned) (uint8_t) (byte & ~0x20) - 'A';
    return letter < BUCKETS - 1 ? letter : BUCKETS - 1;
}

/* The first bytes of a word as one number: one comparison instead of a loop. */
static inline uint64_t
read_head(const char *word, size_t length)
{
    uint64_t head = 0;
    if (G_LIKELY(length >= sizeof head))
        memcpy(&head, word, sizeof head);
    else
        memcpy(&head, word, length);
    return head;
}

static uint64_t
make_mask(const char *word, size_t length)
{
    char mask[sizeof(uint64_t)] = { 0 };
    for (size_t i = 0; i < length && i < sizeof mask; i++)
        mask[i] = (char) (g_ascii_isalpha(word[i]) ? ~0x20 : ~0);
    return read_head(mask, sizeof mask);
}

/* Alternatives stand in one text, split by bars. */
static void
add_entries(GArray *entries, const char *intro, unsigned id)
{
    while (intro && *intro) {
        Entry entry = { .phrase = intro, .id = (int16_t) id };
        entry.length = (uint16_t) strcspn(intro, "|");
        for (const char *end = intro + entry.length, *word = intro; word < end;) {
            size_t length = strcspn(word, "| ");
            g_assert(entry.n_words < MOST_WORDS && length < LONGEST_WORD);
            entry.words[entry.n_words++] = (uint8_t) length;
            word += length + 1;
        }
        entry.head = read_head(intro, entry.words[0]);
        entry.mask = make_mask(intro, entry.words[0]);
        g_array_append_val(entries, entry);
        intro += entry.length + (intro[entry.length] == '|');
    }
}

static int
compare_entries(const void *a, const void *b)
{
    const Entry *left = a, *right = b;
    unsigned left_bucket = find_bucket(*left->phrase), right_bucket = find_bucket(*right->phrase);
    if (left_bucket != right_bucket)
        return left_bucket < right_bucket ? -1 : 1;
    if (left->length != right->length)
        return left->length > right->length ? -1 : 1;
    return left->id < right->id ? -1 : left->id > right->id;
}

static void
add_alter_entries(GArray *entries, const RtForm *form)
{
    for (unsigned i = 0; i < form->n_attributes; i++) {
        const RtAttribute *row = &form->attributes[i];
        if (row->alter == RT_ALTER_NEVER && !row->alter_intro)
            continue;
        add_entries(entries, row->alter_intro ?: row->intro, i * 2);
        add_entries(entries, row->clear, i * 2 + 1);
    }
}

static void
collect_entries(GArray *entries, RtPhraseUse use, const void *key)
{
    const RtForm *form = key;
    const RtDialect *dialect = key;
    const RtStatementRule *rules = key;
    switch (use) {
    case RT_PHRASES_ATTRIBUTES:
        for (unsigned i = 0; i < form->n_attributes; i++)
            add_entries(entries, form->attributes[i].intro, i);
        break;
    case RT_PHRASES_ALTER:
        add_alter_entries(entries, form);
        break;
    case RT_PHRASES_RULES:
        for (unsigned i = 0; rules[i].intro; i++)
            add_entries(entries, rules[i].intro, i);
        break;
    case RT_PHRASES_ELEMENTS:
        for (unsigned i = 0; i < dialect->n_elements; i++)
            add_entries(entries, dialect->elements[i].intro, i);
        break;
    case RT_PHRASES_COLUMN_ELEMENTS:
        for (unsigned i = 0; i < dialect->n_elements; i++)
            add_entries(entries, dialect->elements[i].column_intro, i);
        break;
    case RT_N_PHRASE_USES:
        break;
    }
}

static RtPhrases *
make_phrases(RtArena *arena, RtPhraseUse use, const void *key)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    collect_entries(entries, use, key);
    g_assert(entries->len <= MOST_PHRASES);
    g_array_sort(entries, compare_entries);

    RtPhrases *phrases = rt_arena_alloc(arena, sizeof *phrases + sizeof(Entry) * entries->len);
    phrases->key = key;
    phrases->use = use;
    for (unsigned i = 0, bucket = 0; i <= entries->len; i++) {
        unsigned next = BUCKETS;
        if (i < entries->len) {
            const Entry *entry = &phrases->entries[i];
            phrases->entries[i] = g_array_index(entries, Entry, i);
            next = find_bucket(*entry->phrase);
            phrases->lengths[next] |= UINT64_C(1) << entry->words[0];
        }
        while (bucket <= next)
            phrases->first[bucket++] = (uint8_t) i;
    }
    return phrases;
}

static RtPhraseBook *
open_book(RtModel *model)
{
    RtPhraseBook **book = rt_model_phrase_book(model);
    if (!*book)
        *book = rt_arena_new_object(rt_model_arena(model), RtPhraseBook);
    return *book;
}

const RtPhrases *
rt_phrases_get(RtParser *parser, RtPhraseUse use, const void *key)
{
    RtPhraseBook *book = parser->book;
    if (G_LIKELY(book && book->last[use] && book->last[use]->key == key))
        return book->last[use];
    RtArena *arena = rt_model_arena(parser->model);
    if (!book)
        book = parser->book = open_book(parser->model);
    for (RtPhrases *known = book->first; known; known = known->next) {
        if (known->key == key && known->use == use)
            return book->last[use] = known;
    }
    RtPhrases *phrases = make_phrases(arena, use, key);
    phrases->next = book->first;
    return book->first = book->last[use] = phrases;
}

/* Tokens from the cursor, lexed as far as comparisons want them. */
typedef struct Ahead {
    const RtCursor *cursor;
    unsigned n;
    RtToken tokens[MOST_WORDS];
} Ahead;

/* Whether the token, which is as long as the word, is the word. */
static bool
match_token(const RtText *text, RtToken token, const char *word, unsigned length)
{
    if (token.kind != RT_TOKEN_WORD && token.kind != RT_TOKEN_OPERATOR)
        return false;
    const char *at = text->data + token.span.start;
    int fold = token.kind == RT_TOKEN_WORD ? ~0x20 : ~0;
    for (unsigned i = 0; i < length; i++) {
        if (at[i] != word[i] && (at[i] & fold) != word[i])
            return false;
    }
    return true;
}

/* Whether the tokens are as long as the words of the phrase. */
static bool
match_lengths(Ahead *ahead, const Entry *entry)
{
    const RtCursor *cursor = ahead->cursor;
    for (unsigned i = 0; i < entry->n_words; i++) {
        if (i == ahead->n) {
            uint32_t from = ahead->tokens[i - 1].span.end;
            ahead->tokens[ahead->n++] = rt_lexer_next(cursor->lexicon, cursor->text, from, NULL);
        }
        if (ahead->tokens[i].span.end - ahead->tokens[i].span.start != entry->words[i])
            return false;
    }
    return true;
}

/* The end of the last token of the phrase, whose head is equal, or 0. */
static uint32_t
match_entry(Ahead *ahead, const Entry *entry)
{
    RtSpan first = ahead->tokens[0].span;
    if (entry->length <= sizeof entry->head && entry->n_words == 1)
        return first.end - first.start == entry->length ? first.end : 0;
    if (!match_lengths(ahead, entry))
        return 0;
    const char *word = entry->phrase;
    bool is_all_head = entry->words[0] <= sizeof entry->head;
    for (unsigned i = 0; i < entry->n_words; i++) {
        if (!(i == 0 && is_all_head) &&
            !match_token(ahead->cursor->text, ahead->tokens[i], word, entry->words[i]))
            return 0;
        word += entry->words[i] + 1;
    }
    return ahead->tokens[entry->n_words - 1].span.end;
}

static int
find_entry(const RtPhrases *phrases, const RtCursor *cursor, uint32_t *out_end)
{
    RtTokenKind kind = cursor->token.kind;
    const RtText *text = cursor->text;
    uint32_t start = cursor->token.span.start, length = cursor->token.span.end - start;
    if ((kind != RT_TOKEN_WORD && kind != RT_TOKEN_OPERATOR) || length >= LONGEST_WORD)
        return -1;
    unsigned bucket = find_bucket(text->data[start]);
    if (!(phrases->lengths[bucket] >> length & 1))
        return -1;
    Ahead ahead; /* field by field: clearing all tokens would cost more than the search */
    ahead.cursor = cursor;
    ahead.n = 1;
    ahead.tokens[0] = cursor->token;
    uint64_t head = read_head(text->data + start, text->length - start);
    for (unsigned i = phrases->first[bucket]; i < phrases->first[bucket + 1]; i++) {
        const Entry *entry = &phrases->entries[i];
        if ((head ^ entry->head) & entry->mask)
            continue;
        *out_end = match_entry(&ahead, entry);
        if (*out_end)
            return entry->id;
    }
    return -1;
}

int
rt_phrases_accept(const RtPhrases *phrases, RtCursor *cursor)
{
    uint32_t end;
    int id = find_entry(phrases, cursor, &end);
    if (id >= 0)
        rt_cursor_seek(cursor, end);
    return id;
}

bool
rt_phrases_at(const RtPhrases *phrases, const RtCursor *cursor)
{
    uint32_t end;
    return find_entry(phrases, cursor, &end) >= 0;
}
