/* Recorded truth of StarRocks: the records of a file, and those that are known to disagree. */
#pragma once

#include "dialect/parse.h"
#include "dialect/starrocks/starrocks.h"
#include "diff/diff.h"

#include <jansson.h>

typedef struct Records {
    GPtrArray *all;    /* of json_t */
    GHashTable *known; /* id → reason */
    GString *problems; /* what disagrees and is not listed, or is listed and does not */
    unsigned n_known, n_problems, n_opaque;
} Records;

/* Reads `name`.jsonl of the folder of data, and `known` (NULL: none) of the folder of this test. */
void records_open(Records *records, const char *name, const char *known);
/* Fails the test with all problems. */
void records_close(Records *records);
const char *records_text(const json_t *record, const char *key);
/* Notes how the record came out; `problem` (NULL: none) is copied. */
void records_note(Records *records, const json_t *record, const char *problem);

/* The server that the record was taken from. */
RtServer records_server(const json_t *record);
/* Reads the text into ops; NULL on success, else what is wrong, owned by the caller. */
char *records_parse(RtModel *model, const RtServer *server, const char *sql, bool from_server,
                    GArray *ops);
/* Adds the text to a catalog as a server would run it: each operation completed. */
char *records_replay(RtCatalog *catalog, const RtServer *server, const char *sql, bool from_server);
/* What differs, as text; NULL where nothing does. */
char *records_diff(const RtServer *server, const RtCatalog *from, const RtCatalog *to);

/* Fails the test unless a row of the table in docs/starrocks-coverage.md begins with this text;
   there numbers may have commas. */
void records_check_row(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* How many of the records agree. */
unsigned records_agree(const Records *records);

/* The folders: argv[1] of the data, argv[2] of the lists; argv[3]: docs/starrocks-coverage.md. */
void records_init(int argc, char **argv);
