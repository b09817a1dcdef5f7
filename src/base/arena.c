/* A bump allocator over blocks that grow with what was asked for. */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 8, /* pointers and 64-bit numbers; nothing wider is in a model */
    FIRST_BLOCK = 16 * 1024,
    LARGEST_BLOCK = 4 * 1024 * 1024,
    HUGE_PAGE = 2 * 1024 * 1024,
};

typedef struct Block {
    struct Block *next;
    _Alignas(ALIGNMENT) char data[];
} Block;

struct RtArena {
    char *free, *end;
    Block *blocks;
    GPtrArray *taken;
    size_t next_block;
    size_t size;
};

RtArena *
rt_arena_new(void)
{
    RtArena *arena = g_new0(RtArena, 1);
    arena->next_block = FIRST_BLOCK;
    return arena;
}

void
rt_arena_free(RtArena *arena)
{
    if (!arena)
        return;
    for (Block *block = arena->blocks; block;) {
        Block *next = block->next;
        g_aligned_free(block);
        block = next;
    }
    if (arena->taken)
        g_ptr_array_unref(arena->taken);
    g_free(arena);
}

/* A large model is many pages, each taken by a fault; huge ones are fewer. */
static Block *
alloc_block(size_t size)
{
    if (size < LARGEST_BLOCK)
        return g_aligned_alloc(1, size, ALIGNMENT);
    Block *block = g_aligned_alloc(1, size, HUGE_PAGE);
    (void) madvise(block, size, MADV_HUGEPAGE); /* without, it is only slower */
    return block;
}

static char *
new_block(RtArena *arena, size_t size)
{
    Block *block = alloc_block(sizeof(Block) + size);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->size += size;
    return block->data;
}

/* A piece of a quarter block or more gets a block of its own, so that little is left unused. */
static void *
alloc_slowly(RtArena *arena, size_t size)
{
    if (size >= arena->next_block / 4)
        return new_block(arena, size);
    size_t block_size = arena->next_block - sizeof(Block);
    arena->free = new_block(arena, block_size);
    arena->end = arena->free + block_size;
    if (arena->next_block < LARGEST_BLOCK)
        arena->next_block *= 2;
    char *piece = arena->free;
    arena->free += size;
    return piece;
}

static void *
alloc_raw(RtArena *arena, size_t size)
{
    g_assert(size <= SIZE_MAX / 2);
    size = (size + ALIGNMENT - 1) & ~(size_t) (ALIGNMENT - 1);
    if ((size_t) (arena->end - arena->free) < size)
        return alloc_slowly(arena, size);
    char *piece = arena->free;
    arena->free += size;
    return piece;
}

void *
rt_arena_alloc(RtArena *arena, size_t size)
{
    void *piece = alloc_raw(arena, size);
    return size ? memset(piece, 0, size) : piece;
}

char *
rt_arena_copy(RtArena *arena, const void *data, size_t size)
{
    char *copy = alloc_raw(arena, size + 1);
    if (size)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

void *
rt_arena_memdup(RtArena *arena, const void *data, size_t size)
{
    void *copy = alloc_raw(arena, size);
    return size ? memcpy(copy, data, size) : copy;
}

char *
rt_arena_strdup(RtArena *arena, const char *text)
{
    return text ? rt_arena_copy(arena, text, strlen(text)) : NULL;
}

char *
rt_arena_printf(RtArena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return rt_arena_strdup(arena, text);
}

void *
rt_arena_take(RtArena *arena, void *memory)
{
    if (!arena->taken)
        arena->taken = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(arena->taken, memory);
    return memory;
}

size_t
rt_arena_size(const RtArena *arena)
{
    return arena->size;
}
