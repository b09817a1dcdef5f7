/* Finds and reads scripts; file-scan and headers become the graph. Writing is in folder-write.c. */
#include "revision/folder-internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Headers are read from the beginning of a file only, as long as they fit in here. */
enum { HEAD_SIZE = 4096 };

static bool
is_location(const RtFolder *folder, const char *path)
{
    for (guint i = 0; i < folder->locations->len; i++) {
        if (strcmp(g_ptr_array_index(folder->locations, i), path) == 0)
            return true;
    }
    return false;
}

static bool
is_folder(const struct dirent *entry, const char *path)
{
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type == DT_DIR;
    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* Adds the paths below `path`; one that is a location of its own is left to itself. */
static bool
list_files(const RtFolder *folder, const char *path, GPtrArray *files, GError **error)
{
    DIR *directory = opendir(path);
    if (!directory) {
        rt_error_set(error, errno == ENOENT || errno == ENOTDIR ? RT_ERROR_CONFIG : RT_ERROR_FILE,
                     errno == ENOENT ? "the folder of scripts '%s' is not there, 'init' makes it"
                                     : "the folder of scripts '%s' cannot be read",
                     path);
        return false;
    }
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        g_autofree char *child = g_strconcat(path, "/", entry->d_name, NULL);
        bool is_script = g_str_has_suffix(entry->d_name, ".sql");
        if (is_script && entry->d_type == DT_REG)
            g_ptr_array_add(files, g_steal_pointer(&child));
        else if (is_folder(entry, child))
            ok = is_location(folder, child) || list_files(folder, child, files, error);
        else if (is_script)
            g_ptr_array_add(files, g_steal_pointer(&child));
    }
    closedir(directory);
    return ok;
}

static int
compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The files of one location: opened from its folder, so that the system walks no long path. */
typedef struct Location {
    int folder;
    size_t length; /* of its path, which that of each file begins with */
} Location;

/* Reads up to HEAD_SIZE bytes; *out_whole says whether that is all of the file. */
static bool
read_head(const Location *location, const char *path, char *head, size_t *out_length,
          bool *out_whole, GError **error)
{
    int file = openat(location->folder, path + location->length + 1, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, head, HEAD_SIZE);
    int code = errno;
    if (file >= 0)
        close(file);
    if (n < 0) {
        rt_error_set(error, RT_ERROR_FILE, "cannot read '%s': %s", path, g_strerror(code));
        return false;
    }
    *out_length = (size_t) n;
    *out_whole = n < HEAD_SIZE;
    return true;
}

/* Reads the header from the beginning of the file, or, where that is not enough, from all of it. */
static bool
read_header(RtArena *arena, const Location *location, const char *path, RtScriptHeader *out_header,
            GError **error)
{
    char head[HEAD_SIZE + 1];
    size_t length;
    bool whole;
    if (!read_head(location, path, head, &length, &whole, error))
        return false;
    while (!whole && length && head[length - 1] != '\n')
        length--;
    head[length] = '\0';
    bool has_mark = length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0;
    RtText text = { .name = path, .data = head, .length = (uint32_t) length, .first_line = 1 };
    if (!has_mark && !memchr(head, '\0', length) &&
        rt_script_parse_header(arena, &text, out_header, NULL) &&
        (whole || out_header->end < length) && rt_text_validate(head, out_header->end, NULL))
        return true;
    const RtText *all = rt_text_open(arena, path, error);
    return all && rt_script_parse_header(arena, all, out_header, error);
}

static bool
read_headers(RtArena *arena, const Location *location, const GPtrArray *files, GArray *inputs,
             GError **error)
{
    for (guint i = 0; i < files->len; i++) {
        RtScriptHeader header;
        const char *path = g_ptr_array_index(files, i);
        if (!read_header(arena, location, path, &header, error))
            return false;
        RtRevisionInput input = {
            .id = header.revision,
            .down_revisions = header.down_revision,
            .depends_on = header.depends_on,
            .branch_labels = header.branch_labels,
            .message = header.message,
            .created = header.created,
            .path = path,
        };
        g_array_append_val(inputs, input);
    }
    return true;
}

/* Adds the headers of one location; `all` takes the paths, which the inputs borrow. */
static bool
read_location(const RtFolder *folder, const char *path, RtArena *arena, GPtrArray *all,
              GArray *inputs, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    bool ok = list_files(folder, path, files, error);
    g_ptr_array_sort(files, compare_paths);
    Location location = { .folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC),
                          .length = strlen(path) };
    ok = ok && read_headers(arena, &location, files, inputs, error);
    if (location.folder >= 0)
        close(location.folder);
    g_ptr_array_extend_and_steal(all, g_steal_pointer(&files));
    return ok;
}

static bool
read_graph(RtFolder *folder, GError **error)
{
    g_autoptr(RtArena) arena = rt_arena_new();
    g_autoptr(GArray) inputs = g_array_new(FALSE, FALSE, sizeof(RtRevisionInput));
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < folder->locations->len; i++) {
        const char *location = g_ptr_array_index(folder->locations, i);
        if (!read_location(folder, location, arena, all, inputs, error))
            return false;
    }
    folder->graph =
        rt_graph_new((const RtRevisionInput *) (void *) inputs->data, inputs->len, error);
    return folder->graph != NULL;
}

static void
add_location(RtFolder *folder, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    g_autofree char *location = g_strndup(path, length);
    if (!is_location(folder, location))
        g_ptr_array_add(folder->locations, g_steal_pointer(&location));
}

RtFolder *
rt_folder_open(const RtFolderOptions *options, GError **error)
{
    g_autoptr(RtFolder) folder = g_new0(RtFolder, 1);
    folder->locations = g_ptr_array_new_with_free_func(g_free);
    folder->file_template =
        g_strdup(options->file_template ? options->file_template : "%(rev)s_%(slug)s");
    folder->truncate_slug_length =
        options->truncate_slug_length ? options->truncate_slug_length : 40;
    for (unsigned i = 0; options->version_locations && options->version_locations[i]; i++)
        add_location(folder, options->version_locations[i]);
    if (!folder->locations->len) {
        g_autofree char *versions = g_build_filename(options->script_location, "versions", NULL);
        add_location(folder, versions);
    }
    return read_graph(folder, error) ? g_steal_pointer(&folder) : NULL;
}

void
rt_folder_free(RtFolder *folder)
{
    if (!folder)
        return;
    rt_graph_free(folder->graph);
    g_ptr_array_unref(folder->locations);
    g_free(folder->file_template);
    g_free(folder);
}

const RtGraph *
rt_folder_graph(const RtFolder *folder)
{
    return folder->graph;
}

RtText *
rt_folder_text(const RtFolder *folder, RtArena *arena, const RtRevision *revision, GError **error)
{
    (void) folder;
    return rt_text_open(arena, revision->path, error);
}

bool
rt_folder_half(const RtFolder *folder, RtArena *arena, const RtLexicon *lexicon,
               const RtRevision *revision, RtDirection direction, RtHalf *out_half,
               const RtText **out_text, GError **error)
{
    const RtText *text = rt_folder_text(folder, arena, revision, error);
    RtScriptHeader header;
    if (!text || !rt_script_parse_header(arena, text, &header, error) ||
        !rt_script_parse_half(arena, lexicon, text, &header, direction, out_half, error))
        return false;
    *out_text = text;
    return true;
}
