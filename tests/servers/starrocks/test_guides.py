"""What the StarRocks guides show beside their tutorials, over the wire; docs/guides.md says which
test belongs to which section."""

from peers import DATABASE, PeerCase

TABLE = """\
CREATE TABLE my_core_table (
    id INT NOT NULL,
    name VARCHAR(50)
) PRIMARY KEY (id) DISTRIBUTED BY HASH(id) BUCKETS 10 PROPERTIES ('replication_num' = '1');
"""
VIEW = "CREATE VIEW user_view AS SELECT id, name FROM my_core_table WHERE name IS NOT NULL;\n"
QUERY = "SELECT id, COUNT(*) AS cnt FROM my_core_table GROUP BY id"
MATERIALIZED = f"CREATE MATERIALIZED VIEW user_stats_mv REFRESH ASYNC AS {QUERY};\n"
NOTHING = "No new upgrade operations detected.\n"


class Guide(PeerCase):
    def setUp(self):
        super().setUp()
        self.server = self.start_server()
        self.url = self.server.url(DATABASE)

    def run_sql(self, sql):
        self.run_script(self.connect(self.server), sql)

    def names(self, database=DATABASE):
        cursor = self.connect(self.server)
        cursor.execute(f"SHOW TABLES FROM {database}")
        return {name for name, in cursor.fetchall() if not name.startswith("retort_")}

    def start(self, schema, more=""):
        self.starrocks_project(self.url, schema)
        self.write("retort.ini", self.read("retort.ini") + more)

    def go(self, message):
        """The upgrade half of the next script, applied."""
        self.retort("revision", "--autogenerate", "-m", message)
        text = self.newest_script(message)
        self.retort("upgrade")
        self.assertEqual(self.retort("check").out, NOTHING)
        return text.partition("-- retort: upgrade\n")[2].partition("\n-- retort: downgrade")[0]


class Connecting(Guide):
    def test_the_quick_test(self):
        out = self.retort("ping", "--url", self.url).out
        self.assertIn("StarRocks 4.1.0", out)
        self.assertIn(f"url            {self.url}\n", out)

    def test_create_all(self):
        self.write("s.sql", TABLE + VIEW + MATERIALIZED)
        self.retort("apply", "s.sql", "--create-only", "--dialect", "starrocks", "--url", self.url)
        self.assertEqual(self.names(), {"my_core_table", "user_view", "user_stats_mv"})

    def test_environments(self):
        other = self.start_server()
        self.start(TABLE, f"[env staging]\nurl = {other.url(DATABASE)}\n")
        self.go("one")
        self.retort("check", "-e", "staging", status=1)
        self.retort("upgrade", "-e", "staging")
        self.assertEqual(self.retort("check", "-e", "staging").out, NOTHING)


class Filters(Guide):
    def test_several_databases(self):
        self.run_sql("CREATE DATABASE my_schema; CREATE DATABASE another_schema;"
                     "CREATE TABLE another_schema.keep_me (id INT) DISTRIBUTED BY HASH(id)")
        self.start(TABLE + TABLE.replace("my_core_table", "my_schema.t") +
                   "CREATE VIEW my_schema.v AS SELECT id FROM my_schema.t;\n")
        script = self.go("several")
        self.assertIn("CREATE TABLE my_schema.t", script)
        self.assertNotIn("keep_me", script)
        self.assertEqual(self.names("my_schema"), {"t", "v"})
        self.assertEqual(self.names("another_schema"), {"keep_me"})
        self.retort("downgrade", "base")
        self.assertEqual(self.names("my_schema"), set())
        self.assertEqual(self.names("another_schema"), {"keep_me"})

    def test_custom_objects(self):
        self.run_sql("CREATE TABLE temp_load (id INT) DISTRIBUTED BY HASH(id);"
                     "CREATE TABLE stale (id INT) DISTRIBUTED BY HASH(id)")
        self.start(TABLE, "[autogenerate]\nforeign = drop\nexclude = table:temp_*\n")
        out = self.retort("check", status=1).out
        self.assertIn("DROP TABLE stale", out)
        self.assertNotIn("temp_load", out)


class Models(Guide):
    def test_from_an_existing_database(self):
        self.run_sql(TABLE + VIEW + MATERIALIZED)
        self.start(self.retort("inspect", self.url).out)
        self.assertEqual(self.retort("check").out, NOTHING)
        self.retort("revision", "--autogenerate", "-m", "nothing")
        self.assertEqual(self.scripts(), [])
        # The same without a server, from what the file says.
        self.retort("revision", "--autogenerate", "-m", "all", "--against", "scripts")
        self.assertIn("CREATE MATERIALIZED VIEW user_stats_mv", self.newest_script("all"))


class Views(Guide):
    def test_created_altered_and_dropped(self):
        self.start(TABLE)
        self.go("table")
        self.write("schema.sql", TABLE + VIEW + MATERIALIZED)
        script = self.go("views")
        self.assertIn("CREATE VIEW user_view", script)
        self.assertIn("CREATE MATERIALIZED VIEW user_stats_mv", script)
        changed = VIEW.replace("IS NOT NULL", "<> ''")
        self.write("schema.sql", TABLE + changed + MATERIALIZED.replace("ASYNC", "MANUAL"))
        script = self.go("changed")
        self.assertIn("ALTER VIEW user_view AS SELECT", script)
        self.assertIn("ALTER MATERIALIZED VIEW user_stats_mv REFRESH MANUAL", script)
        self.write("schema.sql", TABLE)
        script = self.go("gone")
        self.assertIn("DROP VIEW user_view", script)
        self.assertEqual(self.names(), {"my_core_table"})

    def test_comment_and_security_alone(self):
        self.start(TABLE + VIEW)
        self.go("one")
        commented = VIEW.replace("user_view AS", "user_view COMMENT 'Active users' AS")
        self.write("schema.sql", TABLE + commented)
        self.assertIn("CREATE OR REPLACE VIEW user_view COMMENT 'Active users'", self.go("two"))
        self.write("schema.sql", TABLE + commented.replace("' AS", "' SECURITY INVOKER AS"))
        self.assertIn("ALTER VIEW user_view SET SECURITY INVOKER", self.go("three"))

    def test_another_style_is_no_change(self):
        self.start(TABLE + VIEW + MATERIALIZED)
        self.go("one")
        self.write("schema.sql", TABLE + VIEW.replace("SELECT id, name", "select `id`,\n  name -- x\n")
                   + MATERIALIZED.replace("COUNT(*) AS", "count(*) as"))
        self.assertEqual(self.retort("check").out, NOTHING)


class Changes(Guide):
    def test_what_cannot_be_changed_is_named_and_the_rest_written(self):
        self.start(TABLE + MATERIALIZED)
        self.go("one")
        self.write("schema.sql", TABLE.replace("PRIMARY KEY", "DUPLICATE KEY") +
                   MATERIALIZED.replace("COUNT(*)", "max(name)") + TABLE.replace("_core", "_new"))
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual({refused["object"] for refused in answer["refused"]},
                         {"attribute", "materialized view"})
        self.assertTrue(all(refused["ways"] for refused in answer["refused"]))
        self.assertEqual([operation["name"] for operation in answer["operations"]],
                         ["my_new_table"])

    def test_omitted_buckets_are_no_change(self):
        self.start(TABLE)
        self.go("one")
        self.write("schema.sql", TABLE.replace(" BUCKETS 10", ""))
        self.assertEqual(self.retort("check").out, NOTHING)
        self.write("schema.sql", TABLE.replace("DISTRIBUTED BY HASH(id) BUCKETS 10", ""))
        self.assertEqual(self.retort("check").out, NOTHING)

    def test_several_columns_and_properties_while_jobs_take_their_time(self):
        self.server = self.start_server(url="memory+starrocks:?job_seconds=0.3")
        self.url = self.server.url(DATABASE)
        wide = TABLE.replace("name VARCHAR(50)", "name VARCHAR(50), n INT, f FLOAT")
        self.start(wide)
        self.go("one")
        self.write("schema.sql", wide.replace("VARCHAR(50)", "VARCHAR(80)")
                   .replace("n INT", "n BIGINT").replace("f FLOAT", "f DOUBLE, city STRING")
                   .replace("'1')", "'2', 'enable_persistent_index' = 'false')"))
        script = self.go("two")
        self.assertEqual(script.count("ALTER TABLE my_core_table MODIFY"), 1, script)
        self.assertEqual(script.count(" SET ("), 2, script)

    def test_partitioned_properties_get_their_prefix(self):
        table = TABLE.replace("DISTRIBUTED", "PARTITION BY RANGE(id) (PARTITION p1 VALUES LESS "
                              "THAN ('100')) DISTRIBUTED")
        self.start(table)
        self.go("one")
        self.write("schema.sql", table.replace("'1')", "'3', 'storage_medium' = 'SSD')"))
        out = self.retort("check", status=1).out
        self.assertIn("SET ('default.replication_num' = '3')", out)
        self.assertIn("SET ('default.storage_medium' = 'SSD')", out)


class Logging(Guide):
    def test_the_logger_of_the_dialect(self):
        self.start(TABLE, "[logging]\nstarrocks = DEBUG\n")
        self.retort("revision", "--autogenerate", "-m", "one")
        self.assertIn("DEBUG [starrocks] CREATE TABLE my_core_table", self.retort("upgrade").err)
