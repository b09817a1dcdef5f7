/*
 * The contract of a dialect: one const struct of tables and a few hooks. Generic code sees a
 * dialect only through it and never asks which one it is in.
 */
#pragma once

#include "connection/connection.h"
#include "op/op.h"
#include "sql/split.h"

typedef struct RtDialect RtDialect;

/* ---- parsing ----------------------------------------------------------------------------------
 */

/* One text being read. `from_server`: what no row knows is kept and flagged instead of refused. */
typedef struct RtParser {
    const RtDialect *dialect;
    RtModel *model;
    const RtServer *server;
    RtCursor cursor;
    RtValueContext context;
    bool from_server;
    GArray *ops; /* of RtOp: what the statement says, appended */
    uint32_t statement_start;
    RtSpan hints; /* "-- retort:" lines before the statement */
    /* While the clauses of an ALTER are read: what is altered. */
    const RtName *subject;
    const struct RtStatementRule *subject_rule;
    /* The engine's own. */
    struct RtPhraseBook *book; /* the model's */
    RtSplitter splitter;
    RtText bounded;       /* the text up to the end of a statement that holds semicolons */
    const RtText *source; /* the text that is read; cursor.text may be `bounded` */
} RtParser;

/* A statement: its first words and who reads the rest. The longest intro that fits is taken. */
typedef struct RtStatementRule {
    const char *intro; /* "CREATE UNIQUE INDEX" */
    /* Reads from behind the intro to the end of the statement, and appends operations. */
    bool (*parse)(RtParser *parser, const struct RtStatementRule *rule, GError **error);
    const RtForm *form;
    uint32_t flags; /* RtOpFlags of the operations */
    RtKind kind;    /* where form is NULL: DROP, RENAME */
    /* ALTER: its clauses, ended by intro == NULL; several may be joined by commas when `joined`. */
    const struct RtStatementRule *clauses;
    bool joined;
    /* for parse functions of dialects: which of their variants */
    int variant;
    /* for a dialect's own parse function: the ordinary one as whose clause it is written */
    bool (*written_as)(RtParser *parser, const struct RtStatementRule *rule, GError **error);
} RtStatementRule;

/*
 * What may stand in a table's body between commas, and after a column's name. The longest intro
 * that fits is taken; an element without intro is the column.
 */
typedef struct RtElementRule {
    const char *intro;  /* "FOREIGN KEY"; NULL: a column */
    const RtForm *form; /* the child that it makes */
    /* At a column ("REFERENCES t(a)"): the same child, whose parts are that column. */
    const char *column_intro;
    /* Replaces the walk over the form's rows. */
    bool (*parse)(RtParser *parser, const struct RtElementRule *rule, const RtName *column,
                  RtObject *out_object, GError **error);
} RtElementRule;

/* ---- changing ---------------------------------------------------------------------------------
 */

/* How a server makes a change. */
typedef enum RtHow {
    RT_HOW_STATEMENT, /* by a statement of its own */
    RT_HOW_SHARED,    /* by a clause that may share its ALTER with neighbours of the same `share` */
    RT_HOW_REPLACE,   /* by dropping the object and creating it: views, indexes, triggers */
    RT_HOW_REBUILD,   /* by writing its table anew, with all other changes of that table at once */
    RT_HOW_BESIDE,    /* by building the object beside and swapping; see RtRecreation */
    RT_HOW_REFUSED,   /* not at all: `reason` and `ways` */
} RtHow;

typedef struct RtChange {
    RtHow how;
    int share;
    const char *reason;  /* in model memory or static */
    const char *ways[4]; /* NULL-ended */
    bool can_recreate;   /* refused, but the whole object can be made anew beside */
} RtChange;

typedef enum RtRuns {
    RT_RUNS_METADATA,
    RT_RUNS_JOB,     /* in the background, to be waited for */
    RT_RUNS_REWRITE, /* all rows of the table are written again */
    RT_RUNS_COPY,    /* into another table */
} RtRuns;

typedef enum RtRisk {
    RT_RISK_DATA_LOSS = 1 << 0,
    RT_RISK_REWRITE = 1 << 1,
    RT_RISK_JOB = 1 << 2,
    RT_RISK_LOCK = 1 << 3,
    RT_RISK_INVALIDATES = 1 << 4,
    RT_RISK_IRREVERSIBLE = 1 << 5,
    RT_N_RISKS = 6,
} RtRisk;

/* What a change does to a server. The one source of this knowledge for all who ask. */
typedef struct RtEffect {
    RtRuns runs;
    unsigned risks;     /* bits of RtRisk */
    bool wait;          /* ends later than its statement */
    const char *reason; /* for a person: "all rows of t are copied"; NULL for plain metadata */
    /* By the bit of a risk, where it has a reason of its own; NULL: `reason`. */
    const char *reasons[RT_N_RISKS];
    /* Objects that stop working by it and can be brought back (see RtDialect.activate), what is
       read before its readers; they are part of RT_RISK_INVALIDATES. */
    const RtName *const *invalidated;
    unsigned n_invalidated;
} RtEffect;

const char *rt_runs_name(RtRuns runs);
const char *rt_risk_name(RtRisk risk); /* "data-loss": also the lint rule that `allow` names */
/* The risk of this name, 0 for none. */
unsigned rt_risk_find(const char *name);

/* ---- rendering --------------------------------------------------------------------------------
 */

/* Appends what a group of operations is in DDL; see dialect/render.h. */
typedef struct RtRenderer {
    const RtDialect *dialect;
    const RtServer *server;
    RtCatalog *catalog; /* the state before the operation that is rendered */
    GArray *out;        /* of RtRendered */
    RtModel *model;
    RtOp *ops; /* what is rendered, n_ops of them */
    unsigned n_ops;
    unsigned first, n; /* the operations that an emitted statement is for */
} RtRenderer;

/* ---- making anew ------------------------------------------------------------------------------
 */

/*
 * How an object that a server cannot alter is built beside and swapped. The plan is the generic
 * engine's (rt_render_recreate); a dialect gives its statements, each emitted with what directives
 * it needs. `beside` is the new object until it has its name.
 */
typedef struct RtRecreation {
    /* Whether what `before` states in a row (of a map: under `key`) goes into the new object, which
       leaves it open. NULL: all that silence leaves unmanaged. */
    bool (*inherits)(const RtValueContext *context, const RtObject *before,
                     const RtObject *declared, unsigned row, const char *key);
    /* Whether a reader is part of what it reads, and would stay with the old object: it is dropped
       before and made on the new one. NULL: none is. */
    bool (*is_part)(const RtObject *reader);
    /* The new object gets the rows of the old one, or is brought up to date; what is resumed must
       not double a row. */
    void (*fill)(RtRenderer *renderer, const RtObject *before, const RtObject *after,
                 const RtName *beside);
    /* The new object gets the name; the old one is called `kept`, or is dropped (NULL). */
    void (*swap)(RtRenderer *renderer, const RtObject *after, const RtName *beside,
                 const RtName *kept);
    /* What is `kept` gets its name again, what had it is dropped. */
    void (*swap_back)(RtRenderer *renderer, const RtObject *after, const RtName *kept);
    /* Statements that would give others again what they may do with the object now; NULL-ended, in
       the arena. NULL with an error where that cannot be read; NULL as a member: rights are those
       of the name and stay. */
    const char *const *(*read_rights)(const RtDialect *dialect, RtConnection *connection,
                                      RtKind kind, const RtName *name, RtArena *arena,
                                      GError **error);
} RtRecreation;

/* ---- jobs -------------------------------------------------------------------------------------
 */

typedef enum RtJobState {
    RT_JOB_NONE,
    RT_JOB_RUNNING,
    RT_JOB_DONE,
    RT_JOB_CANCELLED,
} RtJobState;

typedef struct RtJob {
    RtJobState state;
    char *id; /* owned; g_free; what a person needs to find it, and `find` to know what is newer */
    char *message; /* owned; why it was cancelled, or how far it is */
    int percent;   /* -1: unknown */
} RtJob;

/* Background jobs of servers that have them. */
typedef struct RtJobs {
    /*
     * For each of n objects, in few round trips: with marks (ids of jobs; NULL: none), the first
     * job on it that began after its mark, else the newest job on it. State RT_JOB_NONE where there
     * is none. The strings of *out_jobs (n of them) are the caller's; untouched on failure.
     */
    bool (*find)(RtConnection *connection, const RtName *const *objects, const char *const *marks,
                 unsigned n, RtJob *out_jobs, GError **error);
    /* How the server runs jobs and speaks of them, for a memory database in its place. NULL: jobs
       of one kind, which every other change of their table waits for. */
    const struct RtJobRules *rules;
} RtJobs;

/* A job as a memory database keeps it, for the dialect to show. */
typedef struct RtJobRecord {
    unsigned id;
    const char *kind; /* as RtJobRules.kind has it; "" where there are no rules */
    const RtName *table;
    const char *made; /* the rollup or view that it builds; NULL: the table itself */
    RtJobState state;
    int percent;
    const char *started, *ended; /* "2026-11-21 09:30:00"; ended is NULL while it runs */
    const char *message;         /* NULL: none */
} RtJobRecord;

/* What a statement about jobs asks for. */
typedef struct RtJobRequest {
    bool is_cancel;      /* else to be shown */
    const char *kind;    /* as RtJobRules.kind has it */
    const RtName *table; /* NULL: of all tables in `schema` */
    const char *schema;  /* NULL: the default */
    unsigned id;         /* only this one; 0: any */
    bool newest_first;
    unsigned limit; /* 0: none */
} RtJobRequest;

typedef struct RtJobRules {
    const char *cancelled; /* the message of a job that a statement cancelled */
    /* The kind of job that a change of columns, clauses or rollups is, static: one that waits
       leaves it running, one that does not leaves it done. NULL: no job. */
    const char *(*kind)(const RtOp *op);
    /* What of its own a job of this change builds, of the operation's life; NULL: the table. */
    const char *(*made)(const RtOp *op);
    /* The table whose jobs a statement waits for; NULL: it passes whatever runs. */
    const RtName *(*table)(const RtDialect *dialect, const RtCatalog *catalog, const RtOp *op);
    /* Why a table on which a job of this kind runs takes no other change; owned. */
    char *(*explain_busy)(const char *kind, const RtName *table);
    /* Reads a statement about jobs at the cursor; false when it is none. */
    bool (*read)(RtCursor *cursor, RtModel *model, RtJobRequest *out_request);
    /* Why the job (NULL: none runs) is not cancelled, owned; NULL: it is. */
    char *(*refuse_cancel)(const RtJobRequest *request, const RtJobRecord *running);
    /* Hands over one job as a row of the kind's own columns; what `row` returned. */
    bool (*show)(const RtJobRecord *record, RtRowFunc row, void *data);
} RtJobRules;

/* ---- own tables -------------------------------------------------------------------------------
 */

/* Own tables are described once, in state/; a dialect says how to make and write such a table. */
typedef struct RtOwnColumn {
    const char *name;
    bool is_key;    /* part of the primary key */
    bool is_number; /* else text of any length up to `length`; 0: no bound */
    unsigned length;
    bool not_null;
} RtOwnColumn;

typedef struct RtOwnTable {
    const char *name;   /* as configured, without schema */
    const char *schema; /* NULL: the default */
    const RtOwnColumn *columns;
    unsigned n_columns;
    const char *properties; /* the configuration's extra options for own tables, or NULL */
} RtOwnTable;

/* As a value of `put`: the server's clock, in UTC as ISO 8601 with milliseconds; empty text where
   the dialect cannot say that in SQL. Known by its address. */
extern const char rt_own_now[];

/* How runs without transactions keep others out. */
typedef enum RtOwnLock {
    RT_OWN_LOCK_ROW,         /* by a row that the transaction of each write checks */
    RT_OWN_LOCK_GENERATIONS, /* by a table with a number, which only one runner can create, and that
                                holds the steps of its run; see state/generation.h */
} RtOwnLock;

typedef struct RtOwnTables {
    RtOwnLock lock;
    /* CREATE TABLE without semicolon: IF NOT EXISTS, or, of a table that `is_new`, a statement that
       fails with RT_FAILURE_EXISTS where it is there. */
    char *(*create)(const RtDialect *dialect, const RtOwnTable *table, bool is_new);
    const char *put; /* the words of an INSERT that replaces a row of the same key, up to INTO */
    const char *now; /* the expression of rt_own_now; NULL: none */
    /* For generations: another name in the same schema; DROP TABLE IF EXISTS. */
    char *(*rename)(const RtDialect *dialect, const RtOwnTable *table, const char *new_name);
    char *(*drop)(const RtDialect *dialect, const RtOwnTable *table);
    /* Sent before own tables are read, so that what others have written is seen; NULL: nothing. */
    const char *sync;
    /* Whether all can read what a statement wrote into the table, of which the server said `info`
       (NULL: nothing). NULL: always. */
    bool (*is_visible)(RtConnection *connection, const RtOwnTable *table, const char *info,
                       bool *out_is_visible, GError **error);
    /* The properties (NULL: none) with what a server that refused a CREATE with these words wants;
     *out_why (owned) tells a person. NULL: nothing can be done. The function may be NULL. */
    char *(*fit)(const char *properties, const char *refusal, char **out_why);
} RtOwnTables;

/* The table's name, qualified and quoted as it must be. */
void rt_own_append_name(GString *out, const RtLexicon *lexicon, const RtOwnTable *table);
/* Writes a row whole, replacing one of the same key. `values` in the order of the columns, NULL for
   NULL; owned, without semicolon. */
char *rt_own_put(const RtDialect *dialect, const RtOwnTable *table, const char *const *values);

/* A setting of the session that must have a value of its own during rebuilds. */
typedef struct RtRebuildSetting {
    const char *ask;   /* answers with the value that it has */
    const char *set;   /* a value follows */
    const char *value; /* during a rebuild */
    const char *usual; /* what is set back where nothing can be asked; NULL: it stays */
    /* Set around each block, as it can be inside a transaction: what stands between two blocks must
       not run under it. */
    bool is_local;
} RtRebuildSetting;

/* ---- the dialect ------------------------------------------------------------------------------
 */

typedef enum RtCapabilities {
    RT_CAN_TRANSACT_DDL = 1 << 0,
    RT_CAN_QUALIFY = 1 << 1, /* names may have a schema */
    RT_KEEPS_TEXT = 1 << 2,  /* prints what it was given, no defaults that nobody said */
    RT_CAN_RENAME_TABLE = 1 << 3,
    RT_CAN_RENAME_COLUMN = 1 << 4,
    RT_CAN_RENAME_VIEW = 1 << 5,
    RT_CAN_RENAME_INDEX = 1 << 6,
    RT_NEEDS_DROPPED_USERS = 1 << 7, /* views and triggers that use a table must be dropped before
                                        its columns are dropped or it is renamed, and made anew */
    RT_JOINS_TABLE_CLAUSES = 1 << 8, /* commas stand between the clauses behind a table's body */
    RT_URL_NAMES_SCHEMA = 1 << 9,    /* the path of a URL is the default schema, perhaps behind a
                                        catalog and a point; others are read beside it when named */
} RtCapabilities;

/* What of a server is read beside its default schema, and what of all that is not. */
typedef struct RtReading {
    /* NULL-ended names, or patterns with * and ?, as far as they are there; may be NULL. */
    const char *const *schemas;
    /* Whether a table or view is of interest; NULL: all are. Where it costs nothing to read the
       others too, nobody is asked. */
    bool (*wants)(void *data, RtKind kind, const RtName *name);
    void *data;
} RtReading;

/* Reads a server into a catalog. */
typedef bool (*RtReflectFunc)(const RtDialect *dialect, RtConnection *connection,
                              const RtServer *server, RtCatalog *catalog, const RtReading *reading,
                              GPtrArray *notes, GError **error);

struct RtDialect {
    const char *name;  /* "sqlite": configuration, URLs, loggers */
    const char *label; /* for people */
    const RtLexicon *lexicon;
    const RtRules *rules;
    unsigned capabilities;

    const RtStatementRule *statements; /* ended by intro == NULL */
    const RtElementRule *elements;     /* of a table's body; n_elements */
    unsigned n_elements;
    const RtForm *const *forms; /* NULL-ended: every form, for JSON and tests */
    /* Statements that no rule knows, by first word: flags RT_OP_DATA or RT_OP_SESSION, perhaps with
       RT_OP_TRANSACTION; the rest is opaque. Ended by intro == NULL; parse is NULL. */
    const RtStatementRule *others;

    /* Fills implied values of one object in place (it is a copy that may be changed), by one
       function for declared and printed text alike. `catalog` gives what it refers to. NULL:
       nothing is ever implied. */
    void (*complete)(const RtDialect *dialect, const RtServer *server, const RtCatalog *catalog,
                     RtObject *object);
    /* What the server would reject, with its reason; before the operation is applied. NULL: the
       generic rules of rt_apply are all. */
    bool (*check)(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                  const RtOp *op, GError **error);
    /* How the change is made. `before` is the catalog before it. NULL: by the rows' `alter`. */
    RtChange (*change)(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                       const RtOp *op);
    /* What the change does. */
    RtEffect (*effect)(const RtDialect *dialect, const RtServer *server, const RtCatalog *before,
                       const RtOp *op);

    /* The statement that brings back an object that an effect names as invalidated; owned by the
       caller, may be repeated. NULL: nothing is ever invalidated for longer than its cause. */
    char *(*activate)(const RtDialect *dialect, const RtName *name);

    /* Renders one irregular operation; returns false to leave it to the generic engine. */
    bool (*render)(RtRenderer *renderer, const RtOp *op);
    /* Appends an irregular clause of ALTER, behind the words and the name that begin the statement:
       returns how many of the operations it is for, 0 to leave it to the generic engine. */
    unsigned (*render_clause)(GString *out, const RtRenderer *renderer, const RtOp *ops,
                              unsigned n);
    /* Renders a rebuild: `before` and `after` are the table, `ops` all its changes. */
    void (*render_rebuild)(RtRenderer *renderer, const RtObject *before, const RtObject *after,
                           const RtOp *ops, unsigned n);
    const RtRecreation *recreation; /* NULL: nothing is built beside */
    /* Runs before the statements of a rebuild block: fails, naming it, when something hangs on the
       table that the block does not make again. NULL where there are no rebuilds. */
    bool (*check_rebuild)(const RtDialect *dialect, RtConnection *connection, const char *table,
                          const char *const *statements, unsigned n, GError **error);
    /* What the session needs during rebuilds: set before BEGIN, set back after COMMIT. Ended by ask
       == NULL; NULL: nothing. */
    const RtRebuildSetting *rebuild_settings;
    /* Queries before BEGIN and before COMMIT, NULL-ended; any row is a violation. */
    const char *const *rebuild_verify;

    RtReflectFunc reflect;
    /* The same of some tables and views only, with all that is on them but entries of maps that
       have a kind: those are read by their names. An index or trigger stands for what it is on, and
       a name that nothing has for nothing. NULL: all is read. */
    bool (*reflect_some)(const RtDialect *dialect, RtConnection *connection, const RtServer *server,
                         RtCatalog *catalog, const RtName *const *names, unsigned n,
                         GError **error);
    const RtJobs *jobs; /* NULL: no jobs */
    const RtOwnTables *own;
    const char *shell_begin, *shell_commit; /* around a half in --sql: "BEGIN IMMEDIATE;"; NULL: a
                                               server that takes back no DDL */

    const char *const *schemes; /* URL schemes, NULL-ended */
    const char *default_schema; /* what an unqualified name is in; NULL: there are no schemas */
    const char *own_catalog;    /* of the product's own tables, where a URL may name others */
    const char *example_url;    /* for new projects */
    const char *driver;         /* name of the driver module; NULL: memory only */
    RtServer assumed;           /* the server that offline work assumes, unless configured */
};

/* The dialects of the program, NULL-ended. Contexts are given such a list; tests give their own. */
extern const RtDialect *const rt_dialects[];
const RtDialect *rt_dialect_find(const RtDialect *const *dialects, const char *name);
/* By the scheme of a URL; "memory+NAME" finds NAME. */
const RtDialect *rt_dialect_of_scheme(const RtDialect *const *dialects, const char *scheme);
/*
 * The schema that names without one are in when this URL is spoken to: of a server its path, of a
 * memory database its option `database`, else the dialect's own. Owned by the caller; NULL: none.
 */
char *rt_dialect_schema_of_url(const RtDialect *dialect, const RtUrl *url);
/* The catalog that the URL of a server names, interned; NULL: none, or the product's own. */
const char *rt_dialect_catalog_of_url(const RtDialect *dialect, const RtUrl *url);
/* The schema of a server. */
static inline const char *
rt_dialect_schema(const RtDialect *dialect, const RtServer *server)
{
    return server && server->schema ? server->schema : dialect->default_schema;
}
