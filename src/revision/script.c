/*
 * The halves of a revision script: statements and directives become steps. Splitting and the table
 * of directives are sql/'s; what steps do is migrate's.
 */
#include "revision/script.h"

#include "sql/tokens.h"

#include <string.h>

typedef enum BlockKind {
    BLOCK_IF,
    BLOCK_REBUILD,
} BlockKind;

typedef struct Block {
    BlockKind kind;
    int index; /* of the step or the rebuild */
    RtSpan line;
} Block;

/* A script being read for one of its halves; the other is only split. */
typedef struct Reader {
    RtArena *arena;
    const RtLexicon *lexicon;
    const RtText *text;
    RtDirectiveKind wanted;  /* RT_DIRECTIVE_UPGRADE or RT_DIRECTIVE_DOWNGRADE */
    RtDirectiveKind current; /* the half that the place is in, or RT_DIRECTIVE_NONE */
    bool seen[2];            /* upgrade, downgrade */
    bool no_transaction;
    GArray *steps;    /* of RtScriptStep */
    GArray *rebuilds; /* of RtRebuild */
    GArray *blocks;   /* of Block */
    /* What directives said about the next statement. */
    RtScriptStep pending;
    GPtrArray *allow;
    RtSpan modifier; /* the last of those directives; empty: none */
    uint32_t comment_from;
    GChecksum *half;
} Reader;

static inline bool
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static RtSpan
comment_before(const Reader *reader, uint32_t end)
{
    RtSpan span = { MIN(reader->comment_from, end), end };
    while (span.start < span.end && is_space(reader->text->data[span.start]))
        span.start++;
    while (span.end > span.start && is_space(reader->text->data[span.end - 1]))
        span.end--;
    return span;
}

static void
add_to_half(Reader *reader, const char *data, size_t length)
{
    g_checksum_update(reader->half, (const guchar *) data, (gssize) length);
    g_checksum_update(reader->half, (const guchar *) "\n", 1);
}

/* Directives that are no steps count in the half's hash. */
static void
add_directive_to_half(Reader *reader, const RtDirective *directive)
{
    add_to_half(reader, reader->text->data + directive->word.start,
                directive->argument.end > directive->argument.start
                    ? directive->argument.end - directive->word.start
                    : directive->word.end - directive->word.start);
}

static bool
has_modifiers(const Reader *reader)
{
    return reader->modifier.start != reader->modifier.end;
}

static void
forget_modifiers(Reader *reader)
{
    reader->pending = (RtScriptStep){ 0 };
    reader->modifier = (RtSpan){ 0, 0 };
    g_ptr_array_set_size(reader->allow, 0);
}

static bool
check_no_modifiers(const Reader *reader, GError **error)
{
    if (!has_modifiers(reader))
        return true;
    rt_text_error(error, RT_ERROR_SYNTAX, reader->text, reader->modifier,
                  "no statement follows to which this applies");
    return false;
}

static int
innermost_block(const Reader *reader, BlockKind kind)
{
    for (guint i = reader->blocks->len; i-- > 0;) {
        const Block *block = &g_array_index(reader->blocks, Block, i);
        if (block->kind == kind)
            return block->index;
    }
    return -1;
}

/* The hash over directives and statement; reformatting is no change. */
static void
hash_step(Reader *reader, RtScriptStep *step, uint32_t start)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    rt_tokens_digest(reader->lexicon, reader->text->data + start, step->span.end - start, checksum);
    g_strlcpy(step->hash, g_checksum_get_string(checksum), sizeof step->hash);
    add_to_half(reader, step->hash, strlen(step->hash));
}

static void
add_step(Reader *reader, RtScriptStepKind kind, const char *sql, RtSpan span)
{
    RtScriptStep step = reader->pending;
    step.kind = kind;
    step.sql = sql;
    step.span = span;
    step.comment = comment_before(reader, span.start);
    step.condition = innermost_block(reader, BLOCK_IF);
    step.rebuild = innermost_block(reader, BLOCK_REBUILD);
    if (reader->allow->len) {
        const char **allow =
            rt_arena_new_array(reader->arena, const char *, reader->allow->len + 1);
        memcpy(allow, reader->allow->pdata, sizeof(char *) * reader->allow->len);
        step.allow = allow;
    }
    hash_step(reader, &step, step.comment.start);
    if (step.rebuild >= 0)
        g_array_index(reader->rebuilds, RtRebuild, step.rebuild).n++;
    g_array_append_val(reader->steps, step);
    forget_modifiers(reader);
    reader->comment_from = span.end;
}

/* A name of one or several parts, unquoted and joined by points; NULL when it is none. */
static const char *
read_name(Reader *reader, const RtText *argument, RtToken *token, RtSpan span, GError **error)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (;;) {
        bool is_name = token->kind == RT_TOKEN_WORD || token->kind == RT_TOKEN_NAME ||
                       token->kind == RT_TOKEN_STRING;
        if (!is_name) {
            rt_text_error(error, RT_ERROR_SYNTAX, reader->text, span, "expected a name");
            return NULL;
        }
        g_string_append(name, rt_token_unquote(reader->arena, reader->lexicon, argument, *token));
        *token = rt_lexer_next(reader->lexicon, argument, token->span.end, NULL);
        if (!rt_token_is(argument, *token, '.'))
            break;
        g_string_append_c(name, '.');
        *token = rt_lexer_next(reader->lexicon, argument, token->span.end, NULL);
    }
    if (token->kind != RT_TOKEN_END) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, span, "something follows the name");
        return NULL;
    }
    return rt_arena_strdup(reader->arena, name->str);
}

static RtToken
next_token(const Reader *reader, const RtText *text, RtToken token)
{
    return rt_lexer_next(reader->lexicon, text, token.span.end, NULL);
}

static bool
read_if(Reader *reader, const RtDirective *directive, GError **error)
{
    static const char *const kinds[][2] = {
        { "TABLE", "table" }, { "VIEW", "view" }, { "COLUMN", "column" }, { "INDEX", "index" }
    };
    const char *data = rt_directive_argument(reader->arena, reader->text, directive);
    const RtText *argument = rt_text_new(reader->arena, reader->text->name, data, strlen(data));
    RtScriptStep *pending = &reader->pending;
    RtToken token = rt_lexer_next(reader->lexicon, argument, 0, NULL);
    if (rt_token_is_word(argument, token, "NOT")) {
        pending->if_not = true;
        token = next_token(reader, argument, token);
    }
    if (rt_token_is_word(argument, token, "EXISTS")) {
        token = next_token(reader, argument, token);
        for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !pending->if_kind; i++) {
            if (rt_token_is_word(argument, token, kinds[i][0]))
                pending->if_kind = kinds[i][1];
        }
    }
    if (!pending->if_kind) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->argument,
                      "expected '[not] exists table|view|column|index NAME'");
        return false;
    }
    token = next_token(reader, argument, token);
    pending->if_name = read_name(reader, argument, &token, directive->argument, error);
    if (!pending->if_name)
        return false;
    if (strcmp(pending->if_kind, "column") == 0 && !strchr(pending->if_name, '.')) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->argument,
                      "a column is written TABLE.COLUMN");
        return false;
    }
    Block block = { BLOCK_IF, (int) reader->steps->len, directive->line };
    add_step(reader, RT_SCRIPT_IF, data, directive->line);
    g_array_append_val(reader->blocks, block);
    return true;
}

static bool
read_rebuild(Reader *reader, const RtDirective *directive, GError **error)
{
    if (innermost_block(reader, BLOCK_REBUILD) >= 0) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->line,
                      "a rebuild cannot stand in a rebuild, the 'end' of the first is missing");
        return false;
    }
    const char *data = rt_directive_argument(reader->arena, reader->text, directive);
    const RtText *argument = rt_text_new(reader->arena, reader->text->name, data, strlen(data));
    RtToken token = rt_lexer_next(reader->lexicon, argument, 0, NULL);
    RtRebuild rebuild = { .first = reader->steps->len };
    rebuild.table = read_name(reader, argument, &token, directive->argument, error);
    if (!rebuild.table)
        return false;
    Block block = { BLOCK_REBUILD, (int) reader->rebuilds->len, directive->line };
    g_array_append_val(reader->rebuilds, rebuild);
    g_array_append_val(reader->blocks, block);
    add_directive_to_half(reader, directive);
    reader->comment_from = directive->line.end;
    return true;
}

static bool
read_end(Reader *reader, const RtDirective *directive, GError **error)
{
    if (!reader->blocks->len) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->line,
                      "'end' without an 'if' or 'rebuild' before it");
        return false;
    }
    g_array_set_size(reader->blocks, reader->blocks->len - 1);
    add_directive_to_half(reader, directive);
    reader->comment_from = directive->line.end;
    return true;
}

static bool
read_batch(Reader *reader, const RtDirective *directive, GError **error)
{
    const char *argument = rt_directive_argument(reader->arena, reader->text, directive);
    guint64 rows = 0;
    if (!g_ascii_string_to_unsigned(argument, 10, 1, G_MAXINT32, &rows, NULL)) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->argument,
                      "expected a number of rows from 1, found '%s'", argument);
        return false;
    }
    reader->pending.batch = (unsigned) rows;
    return true;
}

/* Directives that say something of the next statement. */
static bool
read_modifier(Reader *reader, const RtDirective *directive, GError **error)
{
    reader->modifier = directive->line;
    switch (directive->kind) {
    case RT_DIRECTIVE_ALLOW: {
        const char *argument = rt_directive_argument(reader->arena, reader->text, directive);
        size_t length = strcspn(argument, " \t");
        g_ptr_array_add(reader->allow, rt_arena_copy(reader->arena, argument, length));
        return true;
    }
    case RT_DIRECTIVE_IDEMPOTENT:
        return reader->pending.idempotent = true;
    case RT_DIRECTIVE_NO_WAIT:
        return reader->pending.no_wait = true;
    default:
        return read_batch(reader, directive, error);
    }
}

static bool
read_no_transaction(Reader *reader, const RtDirective *directive, GError **error)
{
    if (reader->steps->len || reader->rebuilds->len || reader->blocks->len) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->line,
                      "'no-transaction' must be the first line of its half");
        return false;
    }
    reader->no_transaction = true;
    add_directive_to_half(reader, directive);
    reader->comment_from = directive->line.end;
    return true;
}

static bool
close_half(Reader *reader, GError **error)
{
    if (!check_no_modifiers(reader, error))
        return false;
    if (!reader->blocks->len)
        return true;
    const Block *block = &g_array_index(reader->blocks, Block, reader->blocks->len - 1);
    rt_text_error(error, RT_ERROR_SYNTAX, reader->text, block->line, "this '%s' has no 'end'",
                  block->kind == BLOCK_IF ? "if" : "rebuild");
    return false;
}

static bool
open_half(Reader *reader, const RtDirective *directive, GError **error)
{
    if (!close_half(reader, error))
        return false;
    bool *seen = &reader->seen[directive->kind == RT_DIRECTIVE_DOWNGRADE];
    if (*seen) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, directive->line,
                      "the script has a half '%s' already", rt_directive_word(directive->kind));
        return false;
    }
    *seen = true;
    reader->current = directive->kind;
    reader->comment_from = directive->line.end;
    return true;
}

static bool
read_step(Reader *reader, const RtDirective *directive, GError **error)
{
    bool is_run = directive->kind == RT_DIRECTIVE_RUN;
    if (!is_run && !check_no_modifiers(reader, error))
        return false;
    if (is_run && (reader->pending.batch || reader->pending.no_wait || reader->allow->len)) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, reader->modifier,
                      "this applies to statements, not to 'run'");
        return false;
    }
    if (directive->kind == RT_DIRECTIVE_IF)
        return read_if(reader, directive, error);
    const char *argument = rt_directive_argument(reader->arena, reader->text, directive);
    RtScriptStepKind kind = is_run                                   ? RT_SCRIPT_RUN
                            : directive->kind == RT_DIRECTIVE_ASSERT ? RT_SCRIPT_ASSERT
                                                                     : RT_SCRIPT_IRREVERSIBLE;
    add_step(reader, kind, argument, directive->line);
    return true;
}

static bool
read_in_half(Reader *reader, const RtDirective *directive, GError **error)
{
    switch (directive->kind) {
    case RT_DIRECTIVE_ALLOW:
    case RT_DIRECTIVE_IDEMPOTENT:
    case RT_DIRECTIVE_NO_WAIT:
    case RT_DIRECTIVE_BATCH:
        return read_modifier(reader, directive, error);
    case RT_DIRECTIVE_REBUILD:
        return read_rebuild(reader, directive, error);
    case RT_DIRECTIVE_END:
        return check_no_modifiers(reader, error) && read_end(reader, directive, error);
    case RT_DIRECTIVE_NO_TRANSACTION:
        return read_no_transaction(reader, directive, error);
    case RT_DIRECTIVE_IF:
    case RT_DIRECTIVE_ASSERT:
    case RT_DIRECTIVE_RUN:
    case RT_DIRECTIVE_IRREVERSIBLE:
        return read_step(reader, directive, error);
    default: /* the splitter follows `delimiter`, pictures `references` */
        return true;
    }
}

static bool
read_directives(Reader *reader, RtSpan hints, GError **error)
{
    RtDirective directive;
    GError *failure = NULL;
    uint32_t from = hints.start;
    for (;;) {
        RtDirectivePlace place = reader->current ? RT_PLACE_HALF : RT_PLACE_SCRIPT;
        if (!rt_directive_next(reader->text, hints, place, &from, &directive, &failure))
            break;
        bool opens =
            directive.kind == RT_DIRECTIVE_UPGRADE || directive.kind == RT_DIRECTIVE_DOWNGRADE;
        if (opens ? !open_half(reader, &directive, error)
                  : reader->current == reader->wanted && !read_in_half(reader, &directive, error))
            return false;
    }
    if (failure)
        g_propagate_error(error, failure);
    return !failure;
}

/* A directive inside a statement means that the statement before it was not ended. */
static bool
check_no_directive_inside(const Reader *reader, RtSpan span, GError **error)
{
    const RtText *text = reader->text;
    if (!memmem(text->data + span.start, span.end - span.start, "retort:", strlen("retort:")))
        return true;
    for (uint32_t from = span.start; from < span.end;) {
        RtSpan hints = { 0, 0 };
        RtToken token = rt_lexer_next(reader->lexicon, text, from, &hints);
        if (token.kind == RT_TOKEN_END || token.span.end > span.end)
            break;
        RtDirective directive;
        uint32_t at = hints.start;
        while (rt_directive_scan(text, hints, &at, &directive)) {
            if (directive.kind == RT_DIRECTIVE_REFERENCES)
                continue;
            rt_text_error(error, RT_ERROR_SYNTAX, text, directive.line,
                          "a directive cannot stand inside a statement, the one before it is not "
                          "ended");
            return false;
        }
        from = token.span.end;
    }
    return true;
}

static bool
read_statement(Reader *reader, const RtStatement *statement, GError **error)
{
    RtSpan span = statement->span;
    if (!reader->current) {
        rt_text_error(error, RT_ERROR_SYNTAX, reader->text, (RtSpan){ span.start, span.start + 1 },
                      "a statement before the line '-- retort: upgrade'");
        return false;
    }
    if (!check_no_directive_inside(reader, span, error))
        return false;
    if (reader->current != reader->wanted)
        return true;
    const char *sql =
        rt_arena_copy(reader->arena, reader->text->data + span.start, span.end - span.start);
    add_step(reader, RT_SCRIPT_STATEMENT, sql, span);
    reader->comment_from = statement->whole.end;
    return true;
}

static bool
read_script(Reader *reader, const RtScriptHeader *header, GError **error)
{
    RtSplitter splitter;
    RtStatement statement;
    GError *failure = NULL;
    rt_splitter_init(&splitter, reader->lexicon, reader->text);
    splitter.next = header->end;
    while (rt_splitter_next(&splitter, &statement, &failure)) {
        if (!read_directives(reader, statement.hints, error) ||
            !read_statement(reader, &statement, error))
            return false;
    }
    if (failure) {
        g_propagate_error(error, failure);
        return false;
    }
    return read_directives(reader, statement.hints, error) && close_half(reader, error);
}

static void *
copy_array(RtArena *arena, const GArray *array, size_t size)
{
    if (!array->len)
        return NULL;
    return memcpy(rt_arena_alloc(arena, array->len * size), array->data, array->len * size);
}

bool
rt_script_parse_half(RtArena *arena, const RtLexicon *lexicon, const RtText *text,
                     const RtScriptHeader *header, RtDirection direction, RtHalf *out_half,
                     GError **error)
{
    g_autoptr(GArray) steps = g_array_new(FALSE, FALSE, sizeof(RtScriptStep));
    g_autoptr(GArray) rebuilds = g_array_new(FALSE, FALSE, sizeof(RtRebuild));
    g_autoptr(GArray) blocks = g_array_new(FALSE, FALSE, sizeof(Block));
    g_autoptr(GPtrArray) allow = g_ptr_array_new();
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    Reader reader = {
        .arena = arena,
        .lexicon = lexicon,
        .text = text,
        .wanted = direction == RT_UP ? RT_DIRECTIVE_UPGRADE : RT_DIRECTIVE_DOWNGRADE,
        .steps = steps,
        .rebuilds = rebuilds,
        .blocks = blocks,
        .allow = allow,
        .half = checksum,
    };
    if (!read_script(&reader, header, error))
        return false;
    *out_half = (RtHalf){
        .is_written = reader.seen[direction == RT_DOWN],
        .no_transaction = reader.no_transaction,
        .steps = copy_array(arena, steps, sizeof(RtScriptStep)),
        .n_steps = steps->len,
        .rebuilds = copy_array(arena, rebuilds, sizeof(RtRebuild)),
        .n_rebuilds = rebuilds->len,
    };
    g_strlcpy(out_half->hash, g_checksum_get_string(checksum), sizeof out_half->hash);
    return true;
}

bool
rt_half_allows(const RtHalf *half, int rebuild, const char *risk)
{
    for (unsigned i = 0; i < half->n_steps; i++) {
        const RtScriptStep *step = &half->steps[i];
        if (step->rebuild == rebuild && step->allow && g_strv_contains(step->allow, risk))
            return true;
    }
    return false;
}
