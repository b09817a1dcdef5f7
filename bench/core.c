/*
 * The core by itself, on files of DDL, without a command or database around it. Prints one line:
 * bytes, CPU seconds, and what was counted.
 *   bench-core lex|parse DIALECT FILE
 *   bench-core show|render DIALECT FILE   what a server printed: parsed, and printed again
 *   bench-core compare DIALECT FROM TO    both catalogs in memory, and their difference
 */
#include "dialect/parse.h"
#include "dialect/render.h"
#include "diff/diff.h"

#include <stdio.h>
#include <time.h>

typedef struct Bench {
    const RtDialect *dialect;
    RtModel *model;
    bool from_server;
    size_t bytes;
    double seconds;
    unsigned count;
} Bench;

static double
read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static const RtText *
open_text(Bench *bench, const char *path, GError **error)
{
    const RtText *text = rt_text_open(rt_model_arena(bench->model), path, error);
    if (text)
        bench->bytes += text->length;
    return text;
}

static bool
count_tokens(Bench *bench, char **paths, GError **error)
{
    const RtText *text = open_text(bench, paths[0], error);
    if (!text)
        return false;
    double start = read_clock();
    RtToken token = { 0 };
    do {
        token = rt_lexer_next(bench->dialect->lexicon, text, token.span.end, NULL);
        bench->count++;
    } while (token.kind != RT_TOKEN_END);
    bench->seconds = read_clock() - start;
    return true;
}

static RtCatalog *
load(Bench *bench, const char *path, GError **error)
{
    const RtText *text = open_text(bench, path, error);
    if (!text)
        return NULL;
    g_autoptr(RtCatalog) catalog =
        rt_catalog_new(bench->model, bench->dialect->rules, bench->dialect->lexicon);
    RtLoad options = { .dialect = bench->dialect, .server = &bench->dialect->assumed };
    options.from_server = bench->from_server;
    g_autoptr(GArray) deferred = g_array_new(FALSE, TRUE, sizeof(RtOp));
    double start = read_clock();
    if (!rt_load_text(&options, catalog, text, deferred, error) ||
        !rt_load_finish(&options, catalog, deferred, error))
        return NULL;
    bench->seconds += read_clock() - start;
    return g_steal_pointer(&catalog);
}

static bool
parse(Bench *bench, char **paths, GError **error)
{
    g_autoptr(RtCatalog) catalog = load(bench, paths[0], error);
    bench->count = catalog ? rt_catalog_count(catalog) : 0;
    return catalog != NULL;
}

static bool
show(Bench *bench, char **paths, GError **error)
{
    bench->from_server = true;
    return parse(bench, paths, error);
}

static bool
render(Bench *bench, char **paths, GError **error)
{
    bench->from_server = true;
    g_autoptr(RtCatalog) catalog = load(bench, paths[0], error);
    g_autoptr(GString) out = g_string_new(NULL);
    double start = read_clock();
    if (!catalog ||
        !rt_render_catalog(bench->dialect, &bench->dialect->assumed, catalog, out, error))
        return false;
    bench->seconds += read_clock() - start;
    bench->count = rt_catalog_count(catalog);
    return true;
}

static bool
compare(Bench *bench, char **paths, GError **error)
{
    g_autoptr(RtCatalog) from = load(bench, paths[0], error);
    g_autoptr(RtCatalog) to = from ? load(bench, paths[1], error) : NULL;
    if (!to)
        return false;
    double start = read_clock();
    RtDiffOptions options = { 0 };
    g_autoptr(RtDiff) diff =
        rt_diff_new(bench->dialect, &bench->dialect->assumed, from, to, &options);
    bench->seconds += read_clock() - start;
    bench->count = diff->ops->len;
    return true;
}

static const struct {
    const char *name;
    int n_paths;
    bool (*run)(Bench *bench, char **paths, GError **error);
} cases[] = {
    { "lex", 1, count_tokens }, { "parse", 1, parse },     { "show", 1, show },
    { "render", 1, render },    { "compare", 2, compare },
};

int
main(int argc, char **argv)
{
    for (size_t i = 0; argc > 3 && i < G_N_ELEMENTS(cases); i++) {
        if (strcmp(argv[1], cases[i].name) != 0 || argc != 3 + cases[i].n_paths)
            continue;
        g_autoptr(GError) error = NULL;
        g_autoptr(RtModel) model = rt_model_new(NULL);
        Bench bench = { .dialect = rt_dialect_find(rt_dialects, argv[2]), .model = model };
        if (!bench.dialect || !cases[i].run(&bench, argv + 3, &error)) {
            fprintf(stderr, "bench-core: %s\n", error ? error->message : "no such dialect");
            return 1;
        }
        printf("%zu %.6f %u\n", bench.bytes, bench.seconds, bench.count);
        return 0;
    }
    fputs("usage: bench-core lex|parse DIALECT FILE, or compare DIALECT FROM TO\n", stderr);
    return 2;
}
