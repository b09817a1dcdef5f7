/*
 * A dialect's lexical rules as data: which quotes, comments and operators it has, how its words
 * fold. The lexer knows no dialect; it walks this table.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What a byte can begin; the lexer's only dispatch. */
typedef enum RtByteClass {
    RT_BYTE_OPERATOR, /* a character by itself unless `operators` has a longer one */
    RT_BYTE_SPACE,
    RT_BYTE_LETTER, /* begins a word; bytes from 0x80 are letters */
    RT_BYTE_DIGIT,
    RT_BYTE_QUOTE,     /* begins one of `quotes` */
    RT_BYTE_PARAMETER, /* ? @a :a $a: one token with the word that follows */
    RT_BYTE_POINT,     /* begins a number when a digit follows */
    RT_BYTE_DASH,      /* begins a comment when doubled */
    RT_BYTE_SLASH,     /* begins a comment with a star */
    RT_BYTE_HASH,      /* begins a comment to the end of the line */
    RT_BYTE_END,       /* NUL */
} RtByteClass;

/* The classes that all dialects share; a dialect adds its quotes, parameters and '#'. */
#define RT_BYTES_COMMON                                                                            \
    [0] = RT_BYTE_END, ['\t' ... '\r'] = RT_BYTE_SPACE, [' '] = RT_BYTE_SPACE,                     \
    ['0' ... '9'] = RT_BYTE_DIGIT, ['A' ... 'Z'] = RT_BYTE_LETTER,                                 \
    ['a' ... 'z'] = RT_BYTE_LETTER, ['_'] = RT_BYTE_LETTER, [0x80 ... 0xFF] = RT_BYTE_LETTER,      \
    ['.'] = RT_BYTE_POINT, ['-'] = RT_BYTE_DASH, ['/'] = RT_BYTE_SLASH

typedef enum RtQuoteUse {
    RT_QUOTE_STRING,
    RT_QUOTE_NAME,
} RtQuoteUse;

typedef struct RtQuote {
    char open, close;
    RtQuoteUse use;
    bool doubled;   /* the closing character twice stands for itself */
    bool backslash; /* a backslash escapes what follows */
} RtQuote;

/* How names are compared; printing always keeps what was written. */
typedef enum RtFold {
    RT_FOLD_EXACT,
    RT_FOLD_ASCII, /* A-Z equal a-z */
} RtFold;

/*
 * A statement that holds semicolons of its own: after the words of `intro` it ends at the `end`
 * that closes its `begin` (CASE … END inside is counted too).
 */
typedef struct RtCompound {
    const char *intro; /* "CREATE * TRIGGER": a star is any one word or none */
    const char *begin, *end;
} RtCompound;

typedef struct RtLexicon {
    uint8_t bytes[256];        /* RtByteClass of each byte */
    RtQuote quotes[6];         /* ended by one with open == 0 */
    const char *operators[24]; /* of two characters and more, longest first, ended by NULL */
    bool nested_comments;
    bool dash_needs_space; /* "--x" is no comment (MySQL) */
    bool string_is_name;   /* a string that stands where a name must is one */
    bool word_has_dollar;  /* $ may stand inside a word */
    /* A letter that joins a string after it into one token: x'00' (blob), each a letter. */
    const char *string_prefixes;
    RtCompound compounds[4];     /* ended by one with intro == NULL */
    const char *const *reserved; /* words that must be quoted as names, upper case, sorted */
    unsigned n_reserved;
    char name_quote; /* how names are printed when they need quoting */
} RtLexicon;
