/* Draws the graph line by line; keeps only which columns lead to which revisions. */
#include "revision/draw.h"

#include <string.h>

/* What a revision is to a drawing: whether it is drawn, and which column leads to it. */
enum { COLUMN_OUTSIDE = -2, COLUMN_NONE = -1 };

struct RtDrawing {
    GPtrArray *columns; /* of const RtRevision *: what each leads to; NULL: a gap */
    GHashTable *places; /* of what is still to be drawn: revision → its column + 1, 0: none */
    int ended;          /* the column whose star the last line ended with; COLUMN_NONE */
    GString *line;
};

RtDrawing *
rt_drawing_new(const GPtrArray *revisions)
{
    RtDrawing *drawing = g_new0(RtDrawing, 1);
    drawing->columns = g_ptr_array_new();
    drawing->places = g_hash_table_new(NULL, NULL);
    drawing->line = g_string_new(NULL);
    drawing->ended = COLUMN_NONE;
    for (unsigned i = 0; i < revisions->len; i++)
        g_hash_table_insert(drawing->places, g_ptr_array_index(revisions, i), NULL);
    return drawing;
}

void
rt_drawing_free(RtDrawing *drawing)
{
    if (!drawing)
        return;
    g_ptr_array_unref(drawing->columns);
    g_hash_table_unref(drawing->places);
    g_string_free(drawing->line, TRUE);
    g_free(drawing);
}

static int
find_column(const RtDrawing *drawing, const RtRevision *revision)
{
    void *place;
    if (!g_hash_table_lookup_extended(drawing->places, revision, NULL, &place))
        return COLUMN_OUTSIDE;
    return GPOINTER_TO_INT(place) - 1;
}

/* Gives column i to a revision, or frees it. */
static void
set_column(RtDrawing *drawing, int i, const RtRevision *revision)
{
    drawing->columns->pdata[i] = (void *) revision;
    if (revision)
        g_hash_table_insert(drawing->places, (void *) revision, GINT_TO_POINTER(i + 1));
    while (drawing->columns->len && !drawing->columns->pdata[drawing->columns->len - 1])
        g_ptr_array_set_size(drawing->columns, (int) drawing->columns->len - 1);
}

static int
take_gap(RtDrawing *drawing, int from, const RtRevision *revision)
{
    int i = from;
    while (i < (int) drawing->columns->len && drawing->columns->pdata[i])
        i++;
    if (i >= (int) drawing->columns->len)
        g_ptr_array_set_size(drawing->columns, i + 1);
    set_column(drawing, i, revision);
    return i;
}

/* "| |   |": every column that leads somewhere; at least `width` columns wide. */
static void
start_line(RtDrawing *drawing, int width)
{
    g_string_truncate(drawing->line, 0);
    for (int i = 0; i < MAX(width, (int) drawing->columns->len); i++) {
        bool is_used = i < (int) drawing->columns->len && drawing->columns->pdata[i];
        g_string_append(drawing->line, is_used ? "| " : "  ");
    }
}

static void
end_line(RtDrawing *drawing, const char *text, GString *out)
{
    g_string_append(drawing->line, text);
    gsize length = drawing->line->len;
    while (length && drawing->line->str[length - 1] == ' ')
        length--;
    g_string_append_len(out, drawing->line->str, (gssize) length);
    g_string_append_c(out, '\n');
}

/* A slanted line between two columns, below the one and above the other: "|_|/" or "|_|\". */
static void
append_slant(RtDrawing *drawing, int left, int right, char slant, GString *out)
{
    start_line(drawing, right + 1);
    char *line = drawing->line->str;
    for (int i = 2 * left + 1; i < 2 * right - 1; i++) {
        if (line[i] == ' ')
            line[i] = '_';
    }
    line[2 * right - 1] = slant;
    end_line(drawing, "", out);
}

/* Leads from column `from`, which goes on itself, to another parent of its revision. */
static void
fork_column(RtDrawing *drawing, int from, const RtRevision *parent, GString *out)
{
    int to = find_column(drawing, parent);
    bool is_new = to == COLUMN_NONE;
    if (is_new)
        to = take_gap(drawing, from + 1, parent);
    if (is_new) /* it begins below the slant */
        drawing->columns->pdata[to] = NULL;
    append_slant(drawing, MIN(from, to), MAX(from, to), to > from ? '\\' : '/', out);
    if (is_new)
        drawing->columns->pdata[to] = (void *) parent;
}

/* Leads a column on to a parent; two columns that lead there become the left one. */
static void
continue_column(RtDrawing *drawing, int column, const RtRevision *parent, GString *out)
{
    int other = find_column(drawing, parent);
    if (other == COLUMN_NONE) {
        set_column(drawing, column, parent);
        return;
    }
    int left = MIN(column, other), right = MAX(column, other);
    set_column(drawing, left, parent);
    set_column(drawing, right, NULL);
    append_slant(drawing, left, right, '/', out);
}

static void
append_text(RtDrawing *drawing, int column, bool goes_on, const char *text, GString *out)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; i == 0 || lines[i]; i++) {
        start_line(drawing, column + 1);
        drawing->line->str[2 * column] = i == 0 ? '*' : goes_on ? '|' : ' ';
        end_line(drawing, lines[i] ? lines[i] : "", out);
    }
}

void
rt_drawing_append(RtDrawing *drawing, const RtRevision *revision, const char *text, GString *out)
{
    int column = find_column(drawing, revision);
    if (column < 0)
        column = take_gap(drawing, 0, revision);
    /* a star right below the last one of another line would look like its parent */
    if (column == drawing->ended) {
        drawing->columns->pdata[column] = NULL;
        start_line(drawing, 0);
        end_line(drawing, "", out);
        drawing->columns->pdata[column] = (void *) revision;
    }
    g_hash_table_remove(drawing->places, revision);
    const RtRevision *first = NULL;
    for (size_t i = revision->parents.count; i-- > 0;) {
        if (find_column(drawing, revision->parents.items[i]) != COLUMN_OUTSIDE)
            first = revision->parents.items[i];
    }
    append_text(drawing, column, first, text, out);
    for (size_t i = 0; i < revision->parents.count; i++) {
        const RtRevision *parent = revision->parents.items[i];
        if (parent != first && find_column(drawing, parent) != COLUMN_OUTSIDE)
            fork_column(drawing, column, parent, out);
    }
    if (first)
        continue_column(drawing, column, first, out);
    else
        set_column(drawing, column, NULL);
    drawing->ended = first ? COLUMN_NONE : column;
}
