/* One run of a data statement, as execute.c and select.c share it. */
#pragma once

#include "memory/execute.h"

typedef struct RtExecution {
    const RtQuery *query;
    const RtTables *tables;
    RtStore *store; /* the statement's table; NULL: SELECT without FROM */
    RtRowFunc row;
    void *data;
    int64_t changed;
    RtFailureClass *out_class;
} RtExecution;

/* Sets the failure's class and error; false. */
bool rt_execution_fail(RtExecution *execution, RtFailureClass class, GError **error,
                       const char *format, ...) G_GNUC_PRINTF(4, 5);
bool rt_execution_find_table(RtExecution *execution, const RtName *name, RtStore **out_store,
                             GError **error);
/* Finds the columns that the statement's expressions name. */
bool rt_execution_resolve(RtExecution *execution, GError **error);
/* Indices (unsigned) of the rows that the statement's WHERE takes. */
GArray *rt_execution_rows(const RtExecution *execution);

RtRow *rt_row_copy(const RtRow *row);
/* Takes the cell. */
void rt_row_put(RtRow *row, int column, RtCell cell);
/* Of each listed column its place in the table, -1 for one that the table does not have; without a
   list all that can be written. */
int *rt_execution_map(const RtStore *store, const GPtrArray *columns, unsigned *out_n);
/* Fails where a place of the map is -1. */
bool rt_execution_check_columns(RtExecution *execution, const int *map, unsigned n, GError **error);
/* A row of defaults, for the columns that are not given. */
RtRow *rt_execution_defaults(const RtExecution *execution, const int *map, unsigned n,
                             bool *is_given);
/* Takes the row. */
bool rt_execution_insert(RtExecution *execution, RtRow *row, const bool *is_given, GError **error);

bool rt_execute_insert(RtExecution *execution, GError **error);
bool rt_execute_copy(RtExecution *execution, GError **error);
bool rt_execute_update(RtExecution *execution, GError **error);
bool rt_execute_delete(RtExecution *execution, GError **error);
bool rt_execute_select(RtExecution *execution, GError **error);
