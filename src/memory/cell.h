/* One value of a row: how it is read, stored, compared and counted with. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum RtCellKind {
    RT_CELL_NULL,
    RT_CELL_NUMBER,
    RT_CELL_TEXT,
    RT_CELL_BLOB, /* as the literal X'..' */
} RtCellKind;

/* Plain data; `text` is a GRefString, NULL for NULL. Cells of one text share it. */
typedef struct RtCell {
    RtCellKind kind;
    char *text;
} RtCell;

/* What a column makes of the values that are put into it. */
typedef enum RtStorage {
    RT_STORE_ANY, /* keeps them as they are */
    RT_STORE_TEXT,
    RT_STORE_NUMBER, /* texts that are numbers become numbers, 1.0 becomes 1 */
    RT_STORE_REAL,   /* the same, and 1 becomes 1.0 */
} RtStorage;

/* By the words in a type's name, in the order that SQL's own products use: INT, CHAR, REAL… */
RtStorage rt_storage_of(const char *type_name);

/* Takes `length` bytes (-1: all). A number is brought into its canonical form. */
RtCell rt_cell_new(RtCellKind kind, const char *text, gssize length);
RtCell rt_cell_integer(int64_t number);
RtCell rt_cell_real(double number);
RtCell rt_cell_copy(const RtCell *cell);
void rt_cell_clear(RtCell *cell);

/* Makes of *cell what a column of this storage keeps. */
void rt_cell_store(RtCell *cell, RtStorage storage);
/* For counting with: a text gives the number that it begins with. */
void rt_cell_make_number(RtCell *cell);
/* -1, 0, 1 in the order NULL, numbers, texts, blobs. */
int rt_cell_compare(const RtCell *a, const RtCell *b);
/* As a condition: 1 true, 0 false, -1 unknown. */
int rt_cell_truth(const RtCell *cell);
bool rt_cell_is_integer(const RtCell *cell, int64_t *out_number);
/* The number that the cell is or begins with, 0 for none. */
double rt_cell_number(const RtCell *cell);
/* Appends a text that equal cells share, for hash tables. */
void rt_cell_append_key(GString *out, const RtCell *cell);
