/*
 * A dialect's catalog rules as rows: the forms that objects are written in, and the attributes of
 * each. The generic engine walks the rows; to add an attribute is to add a row.
 */
#pragma once

#include "catalog/kind.h"
#include "catalog/value.h"

typedef struct RtForm RtForm;
typedef struct RtObject RtObject;
struct RtOp;

/* Attributes that several parts of the program read whatever the dialect. */
typedef enum RtRole {
    RT_ROLE_NONE,
    RT_ROLE_TYPE,       /* rt_value_type, of a column */
    RT_ROLE_NOT_NULL,   /* rt_value_flag, of a column */
    RT_ROLE_DEFAULT,    /* rt_value_literal, of a column */
    RT_ROLE_COMMENT,    /* rt_value_string */
    RT_ROLE_GENERATED,  /* rt_value_parenthesized, of a column */
    RT_ROLE_DEFINITION, /* rt_value_body, of a view or trigger */
    RT_ROLE_PARTS, /* rt_value_parts or rt_value_names: the columns of a key, index, constraint */
    RT_ROLE_REFERENCES, /* rt_value_table: the table a foreign key points at */
    RT_ROLE_REFERENCED, /* rt_value_names: the columns there */
    RT_ROLE_UNIQUE,     /* rt_value_flag, of an index */
    RT_ROLE_KEY, /* rt_value_names, of a table: no two rows have the same, the last one inserted
                    replaces those before it */
} RtRole;

/* What a declared object means by leaving an attribute out. */
typedef enum RtSilence {
    RT_SILENCE_DEFAULT,   /* the server's default */
    RT_SILENCE_UNMANAGED, /* whatever the target has */
} RtSilence;

/* How a change of the attribute is made; what exactly is the dialect's `change` to say. */
typedef enum RtAlter {
    RT_ALTER_NEVER,
    RT_ALTER_IN_PLACE,
    RT_ALTER_NEW_PARTITIONS, /* in place, but only new partitions see it */
    RT_ALTER_RECREATE,       /* the object is made anew */
} RtAlter;

typedef struct RtVersion {
    uint16_t major, minor, patch;
} RtVersion;

struct RtAttribute {
    const char *name;  /* stable key: JSON, messages, configuration: "without_rowid" */
    const char *intro; /* the words before the value: "DEFAULT"; alternatives split by "|",
                          the first is printed; NULL: the value has no introduction and
                          stands at its place in the order of the rows */
    const RtValueKind *kind;
    const char *fallback; /* the server's default, as text of the kind; NULL: nothing */
    RtRole role;
    RtSilence silence;
    RtAlter alter;
    const char *alter_intro; /* the clause after ALTER TABLE t; NULL: as intro */
    const char *clear;       /* the clause that takes the value away; NULL: there is none */
    RtVersion since;         /* servers know it */
    RtVersion shown;         /* servers print it: what those before say of it is not compared */
    RtVersion kept_since;    /* servers before store other tokens than they are given; 0: none */
    bool uncompared;         /* style only: kept for printing, no difference */
    bool is_data;            /* a map of parts that are compared one by one, in their normal form,
                                and only where whoever compares asks for it by name: partitions,
                                rollups; where [DIALECT] has it under the row's name `managed` */
    bool is_managed;         /* of such a map: what [DIALECT] does not say */
    bool comes_with_rows;    /* of such a map: its entries come and go with the rows, and none is
                                dropped because nobody declared it (partitions) */
    RtKind entry_kind;       /* of such a map: what its entries are which a server lists by name
                                beside the objects (rollups); 0: it does not */
    bool intro_is_value;     /* the introducing words are (the beginning of) the value: SUM */
    bool alter_only;         /* printed in clauses of ALTER only: in CREATE it is said elsewhere;
                                where the object is said anew, an implied one too */
    bool no_reset;           /* one that an ALTER of the object cannot take back */
    const char *suffix;      /* of parts, what stands behind each is; NULL: its order */
    const char *const *ends; /* words that end a value which has no end of its own; NULL-ended */
    /* Hooks, only where the row cannot say it: replace the kind's. */
    const RtValueKind *hooks;
};

/*
 * How objects of one kind are written: a table, a view, a virtual table; in a table's body a
 * column, PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY. All objects of a form have the same attributes.
 */
struct RtForm {
    const char *name; /* "check", "virtual table" */
    RtKind kind;
    const char *intro; /* the words of it in a table's body ("PRIMARY KEY"), or after CREATE */
    const RtAttribute *attributes;
    uint16_t n_attributes;
    bool is_left_alone; /* read and named, never changed (virtual tables) */
};

/* What an alias does with arguments that are not its own. */
typedef enum RtTypeArguments {
    RT_ARGUMENTS_KEPT,    /* a name for a name: NUMERIC(5, 2) is DECIMAL(5, 2) */
    RT_ARGUMENTS_DROPPED, /* whatever they are, they are for display only: INT(11) is INT */
    RT_ARGUMENTS_FILLED,  /* those that are missing are the canonical's: DECIMAL(5) of (10, 0) */
} RtTypeArguments;

typedef struct RtTypeAlias {
    const char *alias, *canonical; /* upper case, perhaps with arguments */
    RtTypeArguments arguments;
} RtTypeAlias;

/* How type names are read. */
typedef struct RtTypeRules {
    bool many_words;            /* DOUBLE PRECISION, and whatever words stand there */
    const char *const *ends;    /* with many_words: words that are no part of a type; NULL-ended */
    bool may_be_missing;        /* a column may have no type at all */
    bool may_be_quoted;         /* any quoted text may be one */
    char open, close;           /* brackets of nested types, 0 for none */
    const char *note;           /* a word and a string behind a field that say nothing of the type:
                                   "COMMENT"; NULL: none */
    const RtTypeAlias *aliases; /* ended by alias == NULL */
    const char *const *texts; /* canonical names of types whose values do not compare with numbers,
                                 even where they look like some; NULL-ended; NULL: none */
} RtTypeRules;

struct RtRules {
    RtFold fold[RT_N_KINDS];
    uint8_t space[RT_N_KINDS]; /* kinds with the same number share one space of names;
                                  0: named within their table only */
    bool column_order_counts;
    bool rename_reaches_bodies; /* a rename rewrites views and triggers that use the name */
    RtTypeRules types;
    /*
     * What a change brings with it: the object as it is after `op` changed `before` to `after` (a
     * table whose child or attribute was changed); `after` itself where nothing more happens. An
     * index that goes with its column, a column that joins the key. NULL: changes stand alone.
     */
    const RtObject *(*adjust)(const RtValueContext *context, const struct RtOp *op,
                              const RtObject *before, const RtObject *after);
};

/* Index of the attribute of this role, or -1. */
int rt_form_row(const RtForm *form, RtRole role);
