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

bool rt_execute_insert(RtExecution *execution, GError **error);
bool rt_execute_copy(RtExecution *execution, GError **error);
bool rt_execute_update(RtExecution *execution, GError **error);
bool rt_execute_delete(RtExecution *execution, GError **error);
bool rt_execute_select(RtExecution *execution, GError **error);
