/*
 * Lines "-- retort: WORD …": one table of the words, what may follow them and where they may
 * stand. What they mean is known to those who act on them.
 */
#pragma once

#include "base/text.h"

typedef enum RtDirectiveKind {
    RT_DIRECTIVE_NONE,
    /* script structure */
    RT_DIRECTIVE_UPGRADE,
    RT_DIRECTIVE_DOWNGRADE,
    /* in a half */
    RT_DIRECTIVE_IF, /* if [not] exists table|view|column|index NAME */
    RT_DIRECTIVE_END,
    RT_DIRECTIVE_ASSERT,       /* assert SELECT … */
    RT_DIRECTIVE_IRREVERSIBLE, /* irreversible REASON */
    RT_DIRECTIVE_ALLOW,        /* allow RISK REASON */
    RT_DIRECTIVE_IDEMPOTENT,
    RT_DIRECTIVE_BATCH,   /* batch N */
    RT_DIRECTIVE_REBUILD, /* rebuild TABLE */
    RT_DIRECTIVE_RUN,     /* run COMMAND */
    RT_DIRECTIVE_NO_TRANSACTION,
    RT_DIRECTIVE_NO_WAIT,
    RT_DIRECTIVE_DELIMITER, /* delimiter X */
    /* in a schema file */
    RT_DIRECTIVE_DIALECT,      /* dialect NAME */
    RT_DIRECTIVE_RENAMED_FROM, /* renamed from NAME */
    RT_DIRECTIVE_REFERENCES,   /* references TABLE(COLUMN) */
} RtDirectiveKind;

typedef struct RtDirective {
    RtDirectiveKind kind;
    RtSpan line;     /* from "--" to the end of the line */
    RtSpan word;     /* the WORD */
    RtSpan argument; /* what follows it, without blanks at the ends; may be empty */
} RtDirective;

/* The places where a directive may stand; a directive elsewhere is an error. */
typedef enum RtDirectivePlace {
    RT_PLACE_SCRIPT, /* between the header and the halves */
    RT_PLACE_HALF,   /* and the lines that end one half and begin the other */
    RT_PLACE_SCHEMA,
} RtDirectivePlace;

/*
 * Reads the first directive of `hints` at or after *from and moves *from behind it. Returns false
 * at the end of `hints` and on an error; tell them apart by `error`. An unknown word, a missing or
 * superfluous argument and a word out of its place are RT_ERROR_SYNTAX; an unknown word names the
 * nearest known one. *from is moved on an error too, so that the next call goes on behind it.
 */
bool rt_directive_next(const RtText *text, RtSpan hints, RtDirectivePlace place, uint32_t *from,
                       RtDirective *out_directive, GError **error);
/*
 * As above, but checks neither the place nor what follows the word; the kind of a word that is not
 * known is RT_DIRECTIVE_NONE. False only at the end of `hints`.
 */
bool rt_directive_scan(const RtText *text, RtSpan hints, uint32_t *from,
                       RtDirective *out_directive);
/* The argument in the arena. */
const char *rt_directive_argument(RtArena *arena, const RtText *text, const RtDirective *directive);
const char *rt_directive_word(RtDirectiveKind kind);
