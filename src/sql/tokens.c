/* Token sequences: equal, hashed, digested, searched for names, and names and strings printed. */
#include "sql/tokens.h"

#include "sql/directive.h"

/* FNV-1a, 64 bits: stored in targets, so it is the same on every machine and for ever. */
#define HASH_BASIS UINT64_C(0xCBF29CE484222325)
#define HASH_PRIME UINT64_C(0x100000001B3)

static RtText
text_of(const char *data, uint32_t length)
{
    return (RtText){ "<tokens>", data, length, 1 };
}

static bool
is_identifier(RtToken token)
{
    return token.kind == RT_TOKEN_WORD || token.kind == RT_TOKEN_NAME;
}

static bool
have_equal_bytes(const RtText *a_text, RtToken a, const RtText *b_text, RtToken b)
{
    size_t length = a.span.end - a.span.start;
    return length == b.span.end - b.span.start &&
           memcmp(a_text->data + a.span.start, b_text->data + b.span.start, length) == 0;
}

static inline int
fold_byte(int byte)
{
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

static inline int
raise_byte(int byte)
{
    return byte >= 'a' && byte <= 'z' ? byte & ~0x20 : byte;
}

/* Whether two words, names or strings have the same value. */
static bool
have_equal_values(RtTokenReader *a, RtTokenReader *b, bool fold)
{
    if (a->prefix != b->prefix)
        return false;
    int byte;
    do {
        byte = rt_token_reader_next(a);
        int other = rt_token_reader_next(b);
        if (byte != other && (!fold || fold_byte(byte) != fold_byte(other)))
            return false;
    } while (byte >= 0);
    return true;
}

static bool
are_equal(const RtLexicon *lexicon, RtFold fold, const RtText *a_text, RtToken a,
          const RtText *b_text, RtToken b)
{
    bool are_identifiers = is_identifier(a) && is_identifier(b);
    if (!are_identifiers && a.kind != b.kind)
        return false;
    if (a.kind == b.kind && have_equal_bytes(a_text, a, b_text, b))
        return true;
    if (!are_identifiers && a.kind != RT_TOKEN_STRING)
        return false;
    RtTokenReader a_reader, b_reader;
    rt_token_reader_init(&a_reader, lexicon, a_text, a);
    rt_token_reader_init(&b_reader, lexicon, b_text, b);
    bool are_words = a.kind == RT_TOKEN_WORD && b.kind == RT_TOKEN_WORD;
    return have_equal_values(&a_reader, &b_reader,
                             are_words || (are_identifiers && fold == RT_FOLD_ASCII));
}

bool
rt_tokens_equal(const RtLexicon *lexicon, RtFold fold, const char *a, uint32_t a_length,
                const char *b, uint32_t b_length)
{
    if (a_length == b_length && (a == b || memcmp(a, b, a_length) == 0))
        return true;
    const RtText a_text = text_of(a, a_length), b_text = text_of(b, b_length);
    for (uint32_t a_from = 0, b_from = 0;;) {
        RtToken a_token = rt_lexer_next(lexicon, &a_text, a_from, NULL);
        RtToken b_token = rt_lexer_next(lexicon, &b_text, b_from, NULL);
        if (a_token.kind == RT_TOKEN_END || b_token.kind == RT_TOKEN_END)
            return a_token.kind == b_token.kind;
        if (!are_equal(lexicon, fold, &a_text, a_token, &b_text, b_token))
            return false;
        a_from = a_token.span.end;
        b_from = b_token.span.end;
    }
}

static uint64_t
hash_byte(uint64_t hash, int byte)
{
    return (hash ^ (uint64_t) (uint8_t) byte) * HASH_PRIME;
}

static uint64_t
hash_token(uint64_t hash, const RtLexicon *lexicon, const RtText *text, RtToken token)
{
    bool fold = is_identifier(token);
    RtTokenReader reader;
    rt_token_reader_init(&reader, lexicon, text, token);
    hash = hash_byte(hash, fold ? RT_TOKEN_WORD : (int) token.kind);
    hash = hash_byte(hash, reader.prefix);
    for (int byte; (byte = rt_token_reader_next(&reader)) >= 0;)
        hash = hash_byte(hash, fold ? fold_byte(byte) : byte);
    return hash_byte(hash, 0);
}

uint64_t
rt_tokens_hash(const RtLexicon *lexicon, G_GNUC_UNUSED RtFold fold, const char *data,
               uint32_t length)
{
    const RtText text = text_of(data, length);
    uint64_t hash = HASH_BASIS;
    uint32_t from = 0;
    for (RtToken token; (token = rt_lexer_next(lexicon, &text, from, NULL)).kind;) {
        hash = hash_token(hash, lexicon, &text, token);
        from = token.span.end;
    }
    return hash;
}

/* Collects many small pieces, so that the checksum is called a few times only. */
typedef struct Batch {
    GChecksum *checksum;
    size_t length;
    char bytes[2048];
} Batch;

static void
flush_batch(Batch *batch)
{
    g_checksum_update(batch->checksum, (const guchar *) batch->bytes, (gssize) batch->length);
    batch->length = 0;
}

static void
add_to_batch(Batch *batch, const char *data, size_t length, char separator)
{
    if (batch->length + length + 1 > sizeof(batch->bytes))
        flush_batch(batch);
    if (length < sizeof(batch->bytes)) {
        memcpy(batch->bytes + batch->length, data, length);
        batch->length += length;
    } else {
        g_checksum_update(batch->checksum, (const guchar *) data, (gssize) length);
    }
    batch->bytes[batch->length++] = separator;
}

/* The words of a directive's line, joined by one blank each. */
static void
add_line(Batch *batch, const char *at, const char *end)
{
    while (at < end) {
        const char *word = at;
        while (at < end && !g_ascii_isspace(*at))
            at++;
        size_t length = (size_t) (at - word);
        while (at < end && g_ascii_isspace(*at))
            at++;
        add_to_batch(batch, word, length, at < end ? ' ' : '\n');
    }
}

static void
add_directives(Batch *batch, const RtText *text, RtSpan hints)
{
    RtDirective directive;
    for (uint32_t from = hints.start; rt_directive_scan(text, hints, &from, &directive);)
        add_line(batch, text->data + directive.line.start, text->data + directive.line.end);
}

void
rt_tokens_digest(const RtLexicon *lexicon, const char *data, uint32_t length, GChecksum *checksum)
{
    const RtText text = text_of(data, length);
    Batch batch = { .checksum = checksum };
    for (uint32_t from = 0;;) {
        RtSpan hints = { from, from };
        RtToken token = rt_lexer_next(lexicon, &text, from, &hints);
        if (hints.start != hints.end)
            add_directives(&batch, &text, hints);
        if (token.kind == RT_TOKEN_END)
            break;
        add_to_batch(&batch, data + token.span.start, token.span.end - token.span.start, ' ');
        from = token.span.end;
    }
    flush_batch(&batch);
}

void
rt_tokens_each_name(RtArena *scratch, const RtLexicon *lexicon, const RtText *text,
                    void (*visit)(const char *name, RtToken token, RtToken previous, void *data),
                    void *data)
{
    RtToken token, previous = { RT_TOKEN_END, { 0, 0 } };
    uint32_t from = 0;
    while ((token = rt_lexer_next(lexicon, text, from, NULL)).kind) {
        if (is_identifier(token))
            visit(rt_token_unquote(scratch, lexicon, text, token), token, previous, data);
        previous = token;
        from = token.span.end;
    }
}

/* The order of the table, which is that of upper case: "_" comes after the letters. */
static int
compare_word(const char *name, const char *word)
{
    int order;
    while ((order = raise_byte(*name) - *word) == 0 && *name) {
        name++;
        word++;
    }
    return order;
}

bool
rt_lexicon_reserves(const RtLexicon *lexicon, const char *name)
{
    size_t first = 0, end = lexicon->n_reserved;
    while (first < end) {
        size_t middle = (first + end) / 2;
        int order = compare_word(name, lexicon->reserved[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            end = middle;
        else
            first = middle + 1;
    }
    return false;
}

static bool
needs_quotes(const RtLexicon *lexicon, const char *name)
{
    if (!g_ascii_isalpha(*name) && *name != '_')
        return true;
    for (const char *at = name; *at; at++) {
        if (!g_ascii_isalnum(*at) && *at != '_')
            return true;
    }
    return rt_lexicon_reserves(lexicon, name);
}

static void
print_quoted(GString *out, const RtQuote *quote, const char *value)
{
    const char *from = value;
    g_string_append_c(out, quote->open);
    for (; *value; value++) {
        bool is_backslash = quote->backslash && *value == '\\';
        if (!is_backslash && *value != quote->close)
            continue;
        g_string_append_len(out, from, value - from);
        g_string_append_c(out, quote->doubled && !is_backslash ? quote->close : '\\');
        from = value;
    }
    g_string_append_len(out, from, value - from);
    g_string_append_c(out, quote->close);
}

void
rt_name_print(GString *out, const RtLexicon *lexicon, const char *name)
{
    if (needs_quotes(lexicon, name))
        print_quoted(out, rt_lexicon_quote(lexicon, lexicon->name_quote), name);
    else
        g_string_append(out, name);
}

void
rt_string_print(GString *out, const RtLexicon *lexicon, const char *value)
{
    print_quoted(out, rt_lexicon_quote(lexicon, '\''), value);
}
