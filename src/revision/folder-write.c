/* Creates script files: whole or not at all, never over one that is there. */
#include "revision/folder-internal.h"

#include "revision/file-name.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The location that holds `path`, the longest where they nest; NULL for none. */
static const char *
location_of(const RtFolder *folder, const char *path)
{
    const char *best = NULL;
    g_autofree char *wanted = g_canonicalize_filename(path, NULL);
    for (guint i = 0; i < folder->locations->len; i++) {
        const char *location = g_ptr_array_index(folder->locations, i);
        g_autofree char *absolute = g_canonicalize_filename(location, NULL);
        size_t length = strlen(absolute);
        bool holds = strncmp(wanted, absolute, length) == 0 &&
                     (wanted[length] == '\0' || wanted[length] == '/');
        if (holds && (!best || strlen(location) > strlen(best)))
            best = location;
    }
    return best;
}

static const char *
choose_location(const RtFolder *folder, const RtScriptHeader *header, const char *version_path,
                GError **error)
{
    if (version_path) {
        g_autofree char *wanted = g_canonicalize_filename(version_path, NULL);
        for (guint i = 0; i < folder->locations->len; i++) {
            const char *location = g_ptr_array_index(folder->locations, i);
            g_autofree char *absolute = g_canonicalize_filename(location, NULL);
            if (strcmp(absolute, wanted) == 0)
                return location;
        }
        rt_error_set(error, RT_ERROR_CONFIG,
                     "Path %s is not represented in current version locations", version_path);
        return NULL;
    }
    if (folder->locations->len == 1)
        return g_ptr_array_index(folder->locations, 0);
    const char *const *parents = header->down_revision;
    const RtRevision *parent =
        parents && parents[0] ? rt_graph_find(folder->graph, parents[0]) : NULL;
    if (parent && parent->path)
        return location_of(folder, parent->path);
    rt_error_set(error, RT_ERROR_CONFIG,
                 "Multiple version locations present, please specify --version-path");
    return NULL;
}

static bool
write_all(int file, const char *data, size_t length)
{
    while (length) {
        ssize_t n = write(file, data, length);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            data += n;
            length -= (size_t) n;
        }
    }
    return fsync(file) == 0;
}

/* Gives the finished file its name; fails with EEXIST when one is there. */
static bool
publish(const char *temporary, const char *path)
{
    if (link(temporary, path) == 0)
        return true;
    /* A file system without hard links. */
    return errno != EEXIST && renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0;
}

static bool
create_file(const char *path, const char *data, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, 0777) != 0) {
        rt_error_set(error, RT_ERROR_FILE, "cannot make the folder '%s': %s", folder,
                     g_strerror(errno));
        return false;
    }
    /* Hidden, so that nobody takes what a crash may leave for a script. */
    g_autofree char *temporary = g_build_filename(folder, ".retort-XXXXXX", NULL);
    int file = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0666);
    bool ok = file >= 0 && write_all(file, data, strlen(data)) && publish(temporary, path);
    int code = errno;
    if (file >= 0) {
        close(file);
        g_unlink(temporary);
    }
    if (!ok && code == EEXIST)
        rt_error_set(error, RT_ERROR_FILE, "'%s' is there already and is not written over", path);
    else if (!ok)
        rt_error_set(error, RT_ERROR_FILE, "cannot write '%s': %s", path, g_strerror(code));
    return ok;
}

/* A script that nobody could read again would break the whole folder. */
static bool
check_text(const char *text, GError **error)
{
    const char *bad;
    if (rt_text_validate(text, strlen(text), &bad))
        return true;
    const char *start = bad, *end = strchr(bad, '\n');
    while (start > text && start[-1] != '\n')
        start--;
    g_autofree char *line = g_utf8_make_valid(start, end ? end - start : -1);
    rt_error_set(error, RT_ERROR_ILLEGAL_CHARACTER,
                 "a script is UTF-8, and this line of the new one would be none: %s", line);
    return false;
}

char *
rt_folder_write(RtFolder *folder, const RtScriptHeader *header, GDateTime *created,
                const char *version_path, const char *upgrade, const char *downgrade,
                GError **error)
{
    const char *location = choose_location(folder, header, version_path, error);
    g_autofree char *text = rt_script_print(header, upgrade, downgrade);
    if (!location || !check_text(text, error))
        return NULL;
    RtFileName name = {
        .template = folder->file_template,
        .revision = header->revision,
        .message = header->message && *header->message ? header->message : "empty message",
        .truncate_slug_length = folder->truncate_slug_length,
        .created = created,
    };
    g_autofree char *relative = rt_file_name_expand(&name, error);
    if (!relative)
        return NULL;
    g_autofree char *path = g_strdup_printf("%s/%s.sql", location, relative);
    return create_file(path, text, error) ? g_steal_pointer(&path) : NULL;
}
