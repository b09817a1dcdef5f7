/* Which of a set of tables and views an object reads or refers to. Private to diff/. */
#pragma once

#include "catalog/object.h"

/* An element of an index of names; the first member of what the index is about. */
typedef struct RtNamed {
    const RtName *name;
    struct RtNamed *next; /* of the same text but for case */
    unsigned stamp;       /* of the last body that was found to read it */
} RtNamed;

typedef struct RtNameIndex {
    GHashTable *by_text; /* lower-case text → RtNamed */
    unsigned stamp;
} RtNameIndex;

void rt_name_index_init(RtNameIndex *index);
void rt_name_index_clear(RtNameIndex *index);
/* `named->name` is set; it lives as long as the index. */
void rt_name_index_add(RtNameIndex *index, RtNamed *named);
RtNamed *rt_name_index_find(const RtNameIndex *index, const RtName *name);

/* `is_reference`: by a foreign key; else by a body. */
typedef void (*RtReadFunc)(void *data, RtNamed *named, bool is_reference);
/* Visits what the object and its children read, of the names in `index`. */
void rt_reads_each(const RtValueContext *context, RtNameIndex *index, const RtObject *object,
                   RtReadFunc visit, void *data);
/* As above, of the object alone, without its children. */
void rt_reads_own(const RtValueContext *context, RtNameIndex *index, const RtObject *object,
                  RtReadFunc visit, void *data);
