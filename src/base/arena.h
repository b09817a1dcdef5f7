/*
 * Model memory: many small pieces that live and die together. Nothing is freed singly; everything
 * that one comparison builds (both catalogs, values, operations, the texts they point into) lives
 * in one arena and may point anywhere within it.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct RtArena RtArena;

RtArena *rt_arena_new(void);
void rt_arena_free(RtArena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtArena, rt_arena_free)

/* `size` zeroed bytes, aligned for any type. Never NULL: GLib aborts when memory ends. */
void *rt_arena_alloc(RtArena *arena, size_t size);
/* A copy of `size` bytes followed by a NUL that is not counted. */
char *rt_arena_copy(RtArena *arena, const void *data, size_t size);
/* A copy of `size` bytes, aligned for any type. */
void *rt_arena_memdup(RtArena *arena, const void *data, size_t size);
char *rt_arena_strdup(RtArena *arena, const char *text);
char *rt_arena_printf(RtArena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Takes ownership of memory from g_malloc; it is freed with the arena. */
void *rt_arena_take(RtArena *arena, void *memory);
/* Bytes that the arena holds, for measurements. */
size_t rt_arena_size(const RtArena *arena);

#define rt_arena_new_object(arena, Type) ((Type *) rt_arena_alloc((arena), sizeof(Type)))
#define rt_arena_new_array(arena, Type, n) ((Type *) rt_arena_alloc((arena), sizeof(Type) * (n)))
