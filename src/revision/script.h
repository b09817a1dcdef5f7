/*
 * Revision scripts: the text between header and end, pure. folder.h alone reads and writes files.
 * A script is a header (who am I, whom do I follow), an upgrade half and a downgrade half; a half
 * is a list of steps.
 */
#pragma once

#include "sql/directive.h"
#include "sql/split.h"

/* The header: what the revision graph needs. Strings and NULL-ended arrays in the arena. */
typedef struct RtScriptHeader {
    const char *revision;
    const char *const *down_revision;
    const char *const *branch_labels;
    const char *const *depends_on;
    const char *const *replaces;
    const char *message;
    const char *created; /* as written; "" when there is none */
    uint32_t end;        /* first byte behind the header */
} RtScriptHeader;

typedef enum RtDirection {
    RT_UP,
    RT_DOWN,
} RtDirection;

typedef enum RtScriptStepKind {
    RT_SCRIPT_STATEMENT,
    RT_SCRIPT_IF,           /* a condition; steps until its end depend on it */
    RT_SCRIPT_ASSERT,       /* `sql` must give true */
    RT_SCRIPT_RUN,          /* `sql` is a shell command */
    RT_SCRIPT_IRREVERSIBLE, /* `sql` is the reason */
} RtScriptStepKind;

typedef struct RtScriptStep {
    RtScriptStepKind kind;
    const char *sql; /* the statement without terminator, the SELECT, the command, the reason */
    RtSpan span;     /* where it stands in the script's text */
    RtSpan comment;  /* the comments before it, for --sql; may be empty */
    int condition;   /* index of the RT_SCRIPT_IF it stands in, -1 for none */
    int rebuild;     /* index into rebuilds of the half, -1 for none */
    bool idempotent, no_wait;
    unsigned batch;           /* rows at a time; 0: at once */
    const char *const *allow; /* risks accepted by name, NULL-ended; NULL: none */
    /* RT_SCRIPT_IF */
    bool if_not;
    const char *if_kind; /* "table", "view", "column", "index" */
    const char *if_name; /* as written, unquoted; a column is table.column */
    char hash[65];       /* SHA-256 over tokens, hexadecimal */
} RtScriptStep;

typedef struct RtRebuild {
    const char *table; /* unquoted */
    unsigned first, n; /* its steps */
} RtRebuild;

typedef struct RtHalf {
    bool is_written; /* false: as if it held `irreversible no downgrade written` */
    bool no_transaction;
    RtScriptStep *steps;
    unsigned n_steps;
    RtRebuild *rebuilds;
    unsigned n_rebuilds;
    char hash[65];
} RtHalf;

/*
 * Reads the header at the start of `text`. Fails with RT_ERROR_SYNTAX at the line that is wrong: an
 * unknown key (nearest named), no revision, a character that may not stand in an identifier.
 */
bool rt_script_parse_header(RtArena *arena, const RtText *text, RtScriptHeader *out_header,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether an `allow` at a step of this rebuild block accepts the risk. */
bool rt_half_allows(const RtHalf *half, int rebuild, const char *risk);
/* Reads one half of the script whose header ended at header->end. */
bool rt_script_parse_half(RtArena *arena, const RtLexicon *lexicon, const RtText *text,
                          const RtScriptHeader *header, RtDirection direction, RtHalf *out_half,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * The text of a new script. `upgrade` and `downgrade` are the halves' bodies, statements with
 * semicolons and directive lines; NULL leaves an empty half with a comment on what belongs there.
 */
char *rt_script_print(const RtScriptHeader *header, const char *upgrade, const char *downgrade);
