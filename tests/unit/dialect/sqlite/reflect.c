/* What a file holds: everything but what belongs to SQLite or to a virtual table. */
#include "database.h"

static const RtObject *
find(const RtCatalog *catalog, const char *name)
{
    return rt_catalog_find(catalog, RT_KIND_TABLE,
                           rt_model_name(rt_catalog_model(catalog), RT_FOLD_ASCII, NULL, name));
}

static void
test_virtual_tables_are_left_alone(void)
{
    Database database;
    database_open(&database);
    database_run(&database, "CREATE VIRTUAL TABLE texts USING fts5(title, body);"
                            "CREATE TABLE texts_of_mine (a);"
                            "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE);"
                            "ANALYZE;");
    {
        g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
        g_autoptr(RtCatalog) catalog = database_reflect_noted(&database, notes);
        const RtObject *texts = find(catalog, "texts");
        g_assert_true(texts && texts->form->is_left_alone);
        g_assert_nonnull(find(catalog, "counted"));
        g_assert_null(find(catalog, "texts_data"));
        g_assert_null(find(catalog, "sqlite_sequence"));
        g_assert_cmpuint(find(catalog, "counted")->n_children, ==, 4);
        bool is_noted = false;
        for (unsigned i = 0; i < notes->len; i++)
            is_noted |= strstr(notes->pdata[i], "texts_data belongs to a virtual table") != NULL;
        g_assert_true(is_noted);
        g_assert_nonnull(find(catalog, "texts_of_mine"));
    }
    database_close(&database);
}

/* ALTER TABLE leaves its marks in the texts. */
static void
test_altered_texts(void)
{
    Database database;
    database_open(&database);
    database_run(&database, "CREATE TABLE a (x INT, y INT CHECK (y > 0)); CREATE INDEX i ON a (x);"
                            "CREATE VIEW v AS SELECT x FROM a;"
                            "ALTER TABLE a RENAME TO \"b c\"; ALTER TABLE \"b c\" ADD COLUMN z;"
                            "ALTER TABLE \"b c\" RENAME x TO \"select\";"
                            "ALTER TABLE \"b c\" DROP COLUMN y");
    {
        g_autoptr(RtCatalog) catalog = database_reflect(&database);
        g_autoptr(RtCatalog) declared =
            load_catalog(database.model, "CREATE TABLE [b c] (\"select\" INT, z);"
                                         "CREATE INDEX i ON [b c] ([select]);"
                                         "CREATE VIEW v AS SELECT \"select\" FROM \"b c\";");
        assert_catalogs_equal(catalog, declared);
    }
    database_close(&database);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sqlite/reflect/virtual-tables-are-left-alone",
                    test_virtual_tables_are_left_alone);
    g_test_add_func("/sqlite/reflect/altered-texts", test_altered_texts);
    return g_test_run();
}
