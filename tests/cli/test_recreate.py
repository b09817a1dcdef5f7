"""What a server cannot alter: built beside and swapped; and what a change stops, brought back."""

import shutil

from support import Case

INI = """\
[retort]
url = memory+starrocks:///app.log{options}
dialect = starrocks
schema = schema.sql
script_location = migrations
[run]
poll = 0.02
settle = 0
"""


class Scripts(Case):
    def project(self, schema, options="", more=""):
        self.write("retort.ini", INI.format(options=options) + more)
        self.path("migrations/versions").mkdir(parents=True)
        self.write("schema.sql", schema)
        self.revise("first")
        self.retort("upgrade")

    def revise(self, slug, *arguments):
        self.retort("revision", "--autogenerate", "-m", slug, *arguments)
        return self.newest_script(slug)

    def halves(self, text):
        up, down = text.split("-- retort: upgrade\n")[1].split("\n-- retort: downgrade\n")
        return up, down


class Activation(Scripts):
    """Materialized views that the server makes inactive when what they read changes."""

    TABLE = "CREATE TABLE t (k INT NOT NULL, v {v}, w INT) DUPLICATE KEY (k) {more};\n"
    VIEWS = """\
CREATE VIEW v AS SELECT k, v FROM t;
CREATE MATERIALIZED VIEW a_over_z REFRESH MANUAL AS SELECT k, v FROM z_over_v;
CREATE MATERIALIZED VIEW z_over_v REFRESH MANUAL AS SELECT k, v FROM v;
CREATE MATERIALIZED VIEW of_w REFRESH MANUAL AS SELECT w, count(*) AS n FROM t GROUP BY w;
CREATE MATERIALIZED VIEW rollup AS SELECT k, v FROM t;
"""
    BACK = """\
-- retort: idempotent
ALTER MATERIALIZED VIEW z_over_v ACTIVE;
-- retort: idempotent
ALTER MATERIALIZED VIEW a_over_z ACTIVE;
"""

    def table(self, v="INT", more="DISTRIBUTED BY HASH (k)"):
        return self.TABLE.format(v=v, more=more)

    def change(self, schema):
        self.write("schema.sql", schema)
        return self.halves(self.revise("second"))

    def test_a_column_that_a_view_below_names(self):
        self.project(self.table() + self.VIEWS)
        up, down = self.change(self.table("BIGINT") + self.VIEWS)
        self.assertEqual(up, "-- risk: job column t.v: the column is written again for all rows\n"
                         "-- risk: invalidates column t.v: z_over_v, a_over_z become inactive\n"
                         "ALTER TABLE t MODIFY COLUMN v BIGINT;\n\n" + self.BACK)
        self.assertNotIn("ACTIVE", down)  # narrowing is refused

    def test_what_nobody_reads(self):
        self.project(self.table() + self.VIEWS)
        for changed in (self.table(more="COMMENT 'x' DISTRIBUTED BY HASH (k)"),
                        self.table("INT COMMENT 'x'"), self.table("INT, x INT")):
            with self.subTest(changed):
                self.write("schema.sql", changed + self.VIEWS)
                answer = self.retort("check", "--json", status=1).json
                (operation,) = answer["operations"]
                self.assertEqual([one for one in operation["risks"] if one == "invalidates"], [])
                self.assertNotIn("ACTIVE", self.retort("revision", "--autogenerate", "--sql").out)

    def test_both_halves(self):
        self.project(self.table() + self.VIEWS)
        up, down = self.change(self.table() + self.VIEWS.replace("SELECT k, v FROM t;",
                                                                 "SELECT k, 1 AS v FROM t;", 1))
        self.assertEqual(up, "-- risk: invalidates view v: z_over_v, a_over_z become inactive\n"
                         "ALTER VIEW v AS SELECT k, 1 AS v FROM t;\n\n" + self.BACK)
        self.assertEqual(down, "-- risk: invalidates view v: z_over_v, a_over_z become inactive\n"
                         "ALTER VIEW v AS SELECT k, v FROM t;\n\n" + self.BACK)
        self.retort("upgrade")
        self.retort("downgrade", "-1")

    def test_views_that_the_plan_makes_or_drops(self):
        self.project(self.table() + self.VIEWS)
        lines = self.VIEWS.splitlines(True)
        up, down = self.change(self.table("BIGINT") + lines[0] + lines[2] + lines[3])
        self.assertEqual(up.count("ACTIVE"), 1, up)
        self.assertIn("ALTER MATERIALIZED VIEW z_over_v ACTIVE;", up)
        self.assertIn("DROP MATERIALIZED VIEW a_over_z;", up)

    def test_a_view_that_loses_a_column(self):
        self.project(self.table() + self.VIEWS)
        up, _ = self.change("CREATE TABLE t (k INT NOT NULL, v INT) DUPLICATE KEY (k) "
                            "DISTRIBUTED BY HASH (k);" + "".join(self.VIEWS.splitlines(True)[:3]))
        self.assertNotIn("ACTIVE", up)  # only of_w read it, which is dropped

    def test_views_of_what_is_no_longer_there(self):
        views = "CREATE MATERIALIZED VIEW of_v REFRESH MANUAL AS SELECT k, v FROM t;\n" \
                "CREATE MATERIALIZED VIEW over REFRESH MANUAL AS SELECT k FROM of_v;\n"
        self.project(self.table() + views)
        for table, view in ((self.table().replace("v INT, ", ""), views),
                            ("-- retort: renamed from t\n" + self.table().replace("TABLE t",
                                                                                  "TABLE u"),
                             views.replace("FROM t", "FROM u")),
                            (self.table().replace(" v INT", "\n-- retort: renamed from v\nx INT"),
                             views)):
            with self.subTest(table):
                self.write("schema.sql", table + view)
                out = self.retort("revision", "--autogenerate", "--sql").out
                self.assertIn("-- of_v stays inactive: what it reads is no longer there\n"
                              "-- over stays inactive: what it reads is no longer there\n", out)
                self.assertNotIn("ACTIVE;", out)

    def test_it_waits_for_the_job(self):
        views = "".join(self.VIEWS.splitlines(True)[:3])
        self.project(self.table() + views, options="?job_seconds=0.3")
        self.change(self.table("BIGINT") + views)
        lines = self.retort("upgrade", "-vv").err.splitlines()
        polls = [i for i, line in enumerate(lines) if "SHOW ALTER TABLE" in line]
        (changed,) = [i for i, line in enumerate(lines) if "] ALTER TABLE t MODIFY" in line]
        (active,) = [i for i, line in enumerate(lines) if "] ALTER" in line and "z_over_v" in line]
        waited = [i for i in polls if changed < i < active]
        self.assertGreater(len(waited), 3, lines)
        self.retort("check")


class Table(Scripts):
    """Tables whose change the server refuses, with rows."""

    OLD = """\
CREATE TABLE t (k INT NOT NULL, v VARCHAR(20), w INT) DUPLICATE KEY (k)
DISTRIBUTED BY HASH (k) BUCKETS 3 PROPERTIES ('replication_num' = '1', 'compression' = 'ZSTD');
"""
    NEW = "CREATE TABLE t (k INT NOT NULL, w BIGINT, v VARCHAR(10), x INT) PRIMARY KEY (k);\n"
    ROWS = [(1, "'a'", 10), (2, "'b'", 20), (3, "NULL", 30), (4, "'d'", "NULL")]

    def setUp(self):
        super().setUp()
        self.n_scripts = 0

    def run_script(self, up, down=""):
        """A revision of its own, behind all others."""
        self.n_scripts += 1
        head = self.retort("heads", "--json").json[0]["revision"]
        self.script(f"script{self.n_scripts}", head, up, down)
        self.retort("upgrade", "--json")

    def insert(self, rows, table="t", columns="k, v, w"):
        values = ", ".join(f"({', '.join(str(one) for one in row)})" for row in rows)
        self.run_script(f"INSERT INTO {table} ({columns}) VALUES {values};")

    def assert_rows(self, rows, table="t", columns=("k", "v", "w")):
        """Asks the database, by assertions of a script."""
        asserts = [f"SELECT count(*) = {len(rows)} FROM {table}"]
        for row in rows:
            conditions = [f"{column} IS NULL" if value == "NULL" else f"{column} = {value}"
                          for column, value in zip(columns, row)]
            asserts.append(f"SELECT count(*) = 1 FROM {table} WHERE {' AND '.join(conditions)}")
        self.run_script("".join(f"-- retort: assert {one}\n" for one in asserts))

    def recreate(self, schema, slug="anew", *arguments):
        self.write("schema.sql", schema)
        return self.halves(self.revise(slug, "--recreate", *arguments))

    def test_refusals_name_the_way(self):
        self.project(self.OLD)
        self.write("schema.sql", self.NEW)
        answer = self.retort("check", "--json", status=1).json
        names = {one["name"]: one for one in answer["refused"]}
        self.assertEqual(set(names), {"t.v", "t.primary_key"})
        for one in names.values():
            self.assertIn("revision --autogenerate --recreate", one["ways"][0], one)
        up, _ = self.halves(self.revise("rest"))
        self.assertIn(";\n\n-- refused: column t.v", up)
        self.assertIn("-- refused: attribute t.primary_key: StarRocks cannot change the key of a "
                      "table\n--   way out: make it anew: `revision --autogenerate --recreate`", up)
        self.retort("upgrade")
        left = self.retort("revision", "--autogenerate", "-m", "left")
        self.assertEqual(left.out,
                         "No change that the server can make, 2 are refused; no script is written\n")

    def test_there_and_back_with_rows(self):
        self.project(self.OLD)
        self.insert(self.ROWS)
        up, down = self.recreate(self.NEW)
        self.assertEqual(up, """\
-- risk: rewrite table t: all rows are copied into a new table, and writes must stop meanwhile
-- table t is made anew, since StarRocks refuses it: Cannot shorten string length: built beside, filled, counted, swapped.
-- WRITES TO t MUST STOP before this and until the swap: what is written meanwhile may be missing.
CREATE TABLE t__new (
    k INT NOT NULL,
    w BIGINT,
    v VARCHAR(10),
    x INT
)
PRIMARY KEY (k)
DISTRIBUTED BY HASH(k) BUCKETS 3
PROPERTIES ('replication_num' = '1', 'compression' = 'ZSTD');
-- retort: idempotent
INSERT INTO t__new (k, w, v) SELECT k, w, v FROM t;
-- retort: assert SELECT (SELECT count(*) FROM t) = (SELECT count(*) FROM t__new)
ALTER TABLE t SWAP WITH t__new;
ALTER TABLE t__new RENAME t__old;
-- Grants stay with the old one and could not be read here. Grant them again on t.
-- t__old keeps the rows as they were. When nobody needs them: DROP TABLE t__old
""")
        self.assertEqual(down, """\
-- risk: data-loss table t: rows written since it was made anew are lost
-- WRITES TO t MUST STOP: what was written since is dropped.
-- retort: if not exists table t__old
-- retort: irreversible t__old, which kept the rows of t as they were, is no longer there
-- retort: end
ALTER TABLE t SWAP WITH t__old;
DROP TABLE t__old;
""")
        made = self.retort("heads", "--json").json[0]["revision"]
        self.retort("upgrade")
        self.assertEqual(self.retort("check", "--json").json["notes"][0]["code"], "kept")
        self.assert_rows(self.ROWS)
        self.assert_rows(self.ROWS, "t__old")
        self.retort("downgrade", made)
        self.retort("downgrade", "-1")
        self.assertNotIn("t__old", self.retort("inspect", "memory+starrocks:///app.log").out)
        self.retort("upgrade", made)
        self.retort("upgrade")  # the assertions of the rows again

    def test_what_silence_leaves_stays(self):
        self.project(self.OLD)
        up, _ = self.recreate("CREATE TABLE t (k INT NOT NULL, v VARCHAR(20), w TINYINT) "
                              "DUPLICATE KEY (k) DISTRIBUTED BY HASH (k) BUCKETS 5;")
        self.assertIn("DISTRIBUTED BY HASH(k) BUCKETS 5\nPROPERTIES ('replication_num' = '1', "
                      "'compression' = 'ZSTD');", up)
        self.assertIn("INSERT OVERWRITE t__new (k, v, w) SELECT k, v, w FROM t;", up)

    def test_by_key_ranges(self):
        table = "CREATE TABLE t (k INT NOT NULL, l INT NOT NULL, v {v}) PRIMARY KEY (k, l);"
        self.project(table.format(v="VARCHAR(20)"))
        rows = [(k, l, f"'{k}{l}'") for k in range(5) for l in range(2)]
        self.insert(rows, columns="k, l, v")
        up, _ = self.recreate(table.format(v="VARCHAR(10)"))
        self.assertIn("-- retort: idempotent\n-- retort: batch 1000000\n"
                      "INSERT INTO t__new (k, l, v) SELECT k, l, v FROM t;", up)
        (path,) = self.path("migrations/versions").glob("*_anew.sql")
        path.write_text(path.read_text().replace("batch 1000000", "batch 3"))
        sent = self.retort("upgrade", "-vv").err
        self.assertEqual([line.split("WHERE ")[1] for line in sent.splitlines()
                          if "] INSERT INTO t__new" in line],
                         ["k <= 1", "k > 1 AND k <= 3", "k > 3 AND k <= 4"])
        self.assert_rows(rows, columns=("k", "l", "v"))

    def test_by_partitions(self):
        table = """\
CREATE TABLE t (d DATE, v {v}) DUPLICATE KEY (d) PARTITION BY RANGE (d) (
    PARTITION p1 VALUES LESS THAN ('2026-01-01'),
    PARTITION p2 VALUES LESS THAN ('2026-02-01'),
    PARTITION p3 VALUES LESS THAN ('2026-03-01')) DISTRIBUTED BY HASH (d);"""
        self.project(table.format(v="VARCHAR(20)"))
        rows = [("'2025-06-01'", "'x'"), ("'2026-01-15'", "'y'"), ("'2026-02-15'", "'z'"),
                ("NULL", "'n'")]
        self.insert(rows, columns="d, v")
        up, _ = self.recreate(table.format(v="VARCHAR(10)"))
        self.assertEqual(up.count("-- retort: idempotent\nINSERT OVERWRITE t__new PARTITION (p"), 3)
        for copy in ("(p1) (d, v) SELECT d, v FROM t WHERE d < '2026-01-01' OR d IS NULL;",
                     "(p2) (d, v) SELECT d, v FROM t WHERE d >= '2026-01-01' AND d < '2026-02-01';",
                     "(p3) (d, v) SELECT d, v FROM t WHERE d >= '2026-02-01' AND d < "
                     "'2026-03-01';"):
            self.assertIn(copy, up)
        self.retort("upgrade")
        self.assert_rows(rows, columns=("d", "v"))

    def test_partitions_that_came_by_themselves(self):
        table = "CREATE TABLE t (d INT NOT NULL, v {v}) DUPLICATE KEY (d) PARTITION BY RANGE (d) (" \
                "PARTITION p1 VALUES LESS THAN ('10')) DISTRIBUTED BY HASH (d);"
        self.project(table.format(v="INT"))
        self.run_script("ALTER TABLE t ADD PARTITION p2 VALUES LESS THAN ('20');")
        self.insert([(5, 1), (15, 2)], columns="d, v")
        up, _ = self.recreate(table.format(v="TINYINT"))
        self.assertIn("PARTITION p2 VALUES", up)
        self.assertIn("PARTITION (p2) (d, v) SELECT d, v FROM t WHERE d >= '10' AND d < '20';", up)
        self.retort("upgrade")
        self.assert_rows([(5, 1), (15, 2)], columns=("d", "v"))

    def test_another_scheme(self):
        table = "CREATE TABLE t (p VARCHAR(5) NOT NULL, v INT) DUPLICATE KEY (p) PARTITION BY {p} " \
                "DISTRIBUTED BY HASH (p);"
        self.project(table.format(p="LIST (p) (PARTITION a VALUES IN ('x', 'y'), "
                                    "PARTITION b VALUES IN ('z'))"))
        self.insert([("'x'", 1), ("'z'", 2)], columns="p, v")
        up, _ = self.recreate(table.format(p="(p)"))
        self.assertIn("since StarRocks cannot change how a table is partitioned", up)
        self.assertIn("INSERT OVERWRITE t__new (p, v) SELECT p, v FROM t;", up)
        self.retort("upgrade")
        self.assert_rows([("'x'", 1), ("'z'", 2)], columns=("p", "v"))

    def test_by_lists(self):
        table = "CREATE TABLE t (p VARCHAR(5) NOT NULL, v {v}) DUPLICATE KEY (p) PARTITION BY LIST (p)" \
                "(PARTITION a VALUES IN ('x', 'y'), PARTITION b VALUES IN ('z')) " \
                "DISTRIBUTED BY HASH (p);"
        self.project(table.format(v="INT"))
        self.insert([("'x'", 1), ("'z'", 2)], columns="p, v")
        up, _ = self.recreate(table.format(v="TINYINT"))
        self.assertIn("PARTITION (a) (p, v) SELECT p, v FROM t WHERE p IN ('x', 'y');", up)
        self.retort("upgrade")
        self.assert_rows([("'x'", 1), ("'z'", 2)], columns=("p", "v"))

    def test_rows_that_do_not_fit_stop_it(self):
        self.project(self.OLD)
        self.insert([(1, "'a'", 1), (1, "'b'", 2)])
        self.recreate(self.NEW)
        error = self.failure("upgrade", status=3, code="assertion")
        self.assertIn("(SELECT count(*) FROM t) = (SELECT count(*) FROM t__new)", error["message"])
        (path,) = self.path("migrations/versions").glob("*_anew.sql")
        self.assertEqual(error["line"], path.read_text().split("\n").index(
            "-- retort: assert SELECT (SELECT count(*) FROM t) = (SELECT count(*) FROM t__new)") + 1)
        again = self.failure("upgrade", status=3, code="assertion")
        self.assertEqual(again["line"], error["line"])

    def test_the_old_one_dropped_by_a_person(self):
        self.project(self.OLD)
        self.insert(self.ROWS)
        self.recreate(self.NEW)
        self.retort("upgrade")
        self.retort("revision", "-m", "drop")
        (path,) = self.path("migrations/versions").glob("*_drop.sql")
        text = path.read_text().split("-- retort: upgrade")[0]
        path.write_text(text + "-- retort: upgrade\n-- retort: allow data-loss copied\n"
                               "DROP TABLE t__old;\n-- retort: downgrade\n")
        self.retort("upgrade")
        self.assertEqual(self.retort("check", "--json").json["notes"], [])
        error = self.failure("downgrade", "-2", status=3, code="irreversible")
        self.assertIn("t__old, which kept the rows of t as they were, is no longer there",
                      error["message"])

    def test_the_configuration_asks(self):
        self.project(self.OLD, more="[autogenerate]\nrecreate = true\n")
        self.write("schema.sql", self.NEW)
        answer = self.retort("check", "--json", status=1).json
        self.assertEqual(answer["refused"], [])
        (operation,) = answer["operations"]
        self.assertEqual([operation[key] for key in ("kind", "object", "name", "runs", "risks")],
                         ["recreate", "table", "t", "copy", ["rewrite"]])
        self.assertEqual(len(operation["sql"]), 4)

    def test_apply(self):
        self.write("retort.ini", INI.format(options="") + "[autogenerate]\nrecreate = true\n")
        self.path("migrations/versions").mkdir(parents=True)
        self.write("schema.sql", self.OLD)
        self.retort("apply")
        self.write("schema.sql", self.NEW)
        self.retort("apply")
        self.assertEqual(self.retort("apply", "--json").json["steps"], [])

    def test_scripts_alone(self):
        self.project(self.OLD)
        self.write("schema.sql", self.NEW)
        up, _ = self.halves(self.revise("anew", "--recreate", "--against", "scripts"))
        self.assertIn("ALTER TABLE t SWAP WITH t__new;", up)
        self.retort("upgrade")
        self.assertIn("No changes", self.retort("revision", "--autogenerate", "--against",
                                                "scripts", "-m", "none").out)

    def test_what_a_new_table_cannot_have(self):
        self.project(self.OLD)
        for schema, reason in (
                (self.NEW.replace("x INT", "x INT NOT NULL"),
                 "column x is NOT NULL and has no default"),
                ("CREATE TABLE t (a INT) DUPLICATE KEY (a) DISTRIBUTED BY HASH (a);",
                 "the new table has no column of the old one")):
            with self.subTest(schema):
                self.write("schema.sql", schema)
                result = self.retort("revision", "--autogenerate", "--recreate", "--sql", "--json")
                # What can be altered is; of the rest each is named, and why no new table has it.
                self.assertEqual({one["kind"] for one in result.json["operations"]} - {
                    "alter", "create", "drop"}, set())
                *others, refused = result.json["refused"]
                self.assertIn(reason, refused["reason"])
                self.assertEqual((refused["object"], refused["name"]), ("table", "t"))
                self.assertNotEqual(others, [])

    def test_columns_that_count(self):
        """A new table begins to count at 1, and what it inserts replaces rows that were copied."""
        table = "CREATE TABLE t (k BIGINT NOT NULL{k}, v {v}{more}) PRIMARY KEY ({key});"
        counts = " AUTO_INCREMENT"
        old = {"k": counts, "v": "VARCHAR(20) NOT NULL", "more": "", "key": "k"}
        for before, after, copies in (
                ({}, {"v": "VARCHAR(10) NOT NULL"}, None),
                ({"k": ""}, {}, None),
                ({}, {"k": ""}, "k, v"),
                ({"k": ""}, {"k": "", "v": "VARCHAR(9) NOT NULL",
                             "more": ", n BIGINT NOT NULL" + counts}, "k, v")):
            with self.subTest(before=before, after=after):
                self.path("app.log").unlink(missing_ok=True)
                shutil.rmtree(self.path("migrations"), ignore_errors=True)
                self.project(table.format(**{**old, **before}))
                self.write("schema.sql", table.format(**{**old, **after}))
                result = self.retort("revision", "--autogenerate", "--recreate", "--sql", "--json")
                if copies:
                    self.assertEqual(result.json["refused"], [])
                    (made,) = result.json["operations"]
                    self.assertIn(f"INSERT INTO t__new ({copies}) SELECT {copies} FROM t",
                                  made["sql"])
                    continue
                *_, refused = result.json["refused"]
                self.assertIn("column k is AUTO_INCREMENT, and a new table begins to count again",
                              refused["reason"])
                self.assertEqual(result.json["operations"], [])

    def test_names_that_are_taken(self):
        others = "CREATE TABLE t__new (a INT);\nCREATE TABLE t__old (a INT);\n"
        self.project(self.OLD + others)
        up, _ = self.recreate(self.NEW + others)
        self.assertIn("ALTER TABLE t SWAP WITH t__new2;\nALTER TABLE t__new2 RENAME t__old2;", up)
        self.retort("upgrade")
        self.retort("check")

    def test_twice(self):
        self.project(self.OLD)
        self.insert(self.ROWS)
        self.recreate(self.NEW)
        self.retort("upgrade")
        up, _ = self.recreate(self.NEW.replace("v VARCHAR(10)", "v VARCHAR(5)"), "again")
        self.assertIn("RENAME t__old2;", up)
        self.retort("upgrade")
        self.assert_rows(self.ROWS)
        self.retort("check")

    def test_rollups_stay_with_the_old_table(self):
        views = "CREATE MATERIALIZED VIEW same AS SELECT k, w FROM t;\n" \
                "CREATE MATERIALIZED VIEW other AS SELECT k, {v} FROM t;\n"
        self.project(self.OLD + views.format(v="v"))
        self.insert(self.ROWS)
        up, down = self.recreate(self.OLD.replace("w INT", "w TINYINT") + views.format(v="w, v"))
        for half, query in ((up, "k, w, v"), (down, "k, v")):
            for name in "same", "other":
                dropped = half.index(f"DROP MATERIALIZED VIEW {name};")
                made = half.index(f"CREATE MATERIALIZED VIEW {name} AS")
                self.assertTrue(dropped < half.index("SWAP WITH") < made, half)
            self.assertIn(f"CREATE MATERIALIZED VIEW other AS SELECT {query} FROM t;", half)
            self.assertEqual(half.count("DROP MATERIALIZED"), 2, half)
        self.retort("upgrade")
        self.retort("check")
        self.retort("downgrade", "-1")
        self.assert_rows(self.ROWS)

    def test_jobs_of_the_steps_are_waited_for(self):
        views = "CREATE MATERIALIZED VIEW same AS SELECT k, w FROM t;\n"
        self.project(self.OLD + views, options="?job_seconds=0.1")
        self.insert(self.ROWS)
        self.recreate(self.OLD.replace("w INT", "w TINYINT") + views)
        self.retort("upgrade")
        self.retort("check")
        self.retort("downgrade", "-1")
        self.assert_rows(self.ROWS)

    def test_rollups_of_the_table_are_inherited(self):
        self.project(self.OLD.replace("PROPERTIES", "ROLLUP (r1 (k, w), r2 (k, v)) PROPERTIES"))
        up, _ = self.recreate(self.OLD.replace("v VARCHAR(20), w INT", "w TINYINT"))
        self.assertIn("ROLLUP (r1 (k, w))\nPROPERTIES", up)

    def test_in_another_database(self):
        self.project("CREATE DATABASE d;\n" + self.OLD.replace(" t ", " d.t ", 1))
        self.insert(self.ROWS, "d.t")
        up, _ = self.recreate("CREATE DATABASE d;\n" + self.NEW.replace(" t ", " d.t ", 1))
        self.assertIn("INSERT INTO d.t__new (k, w, v) SELECT k, w, v FROM d.t;\n", up)
        self.assertIn("ALTER TABLE d.t SWAP WITH t__new;\nALTER TABLE d.t__new RENAME t__old;", up)
        self.retort("upgrade")
        self.retort("check")
        self.assert_rows(self.ROWS, "d.t")

    def test_the_option_goes_with_autogenerate(self):
        self.project(self.OLD)
        self.failure("revision", "--recreate", "-m", "x", status=2, code="usage")


class MaterializedView(Scripts):
    """Definition, partition, distribution, comment; what the server alters stays an ALTER."""

    TABLE = "CREATE TABLE t (k INT NOT NULL, d DATE NOT NULL, w INT) DUPLICATE KEY (k) " \
            "DISTRIBUTED BY HASH (k);\n"
    VIEW = "CREATE MATERIALIZED VIEW m {clauses} AS SELECT {query} FROM t;\n"

    def view(self, clauses="REFRESH MANUAL", query="k, d, w"):
        return self.TABLE + self.VIEW.format(clauses=clauses, query=query)

    def test_what_cannot_be_altered(self):
        self.project(self.view("COMMENT 'c' PARTITION BY d DISTRIBUTED BY HASH (k) BUCKETS 3 "
                               "REFRESH MANUAL PROPERTIES ('replication_num' = '1')"))
        old = "COMMENT 'c' PARTITION BY d DISTRIBUTED BY HASH (k) BUCKETS 3 REFRESH MANUAL"
        for name, clauses, query in (("m", old, "k, d"),
                                     ("m.comment", old.replace("'c'", "'d'"), "k, d, w"),
                                     ("m.partition_by", old.replace("BY d", "BY k"), "k, d, w"),
                                     ("m.distributed_by", old.replace("(k)", "(w)"), "k, d, w")):
            with self.subTest(name):
                self.write("schema.sql", self.view(clauses, query))
                answer = self.retort("check", "--json", status=1).json
                self.assertEqual([one["name"] for one in answer["refused"]], [name])
                sql = self.retort("revision", "--autogenerate", "--recreate", "--sql").out
                self.assertIn("PROPERTIES ('replication_num' = '1')\nAS SELECT", sql)
                self.assertIn("REFRESH MATERIALIZED VIEW m__new WITH SYNC MODE;\n"
                              "ALTER MATERIALIZED VIEW m SWAP WITH m__new;\n"
                              "DROP MATERIALIZED VIEW m__new;\n", sql)

    def test_there_and_back(self):
        reader = "CREATE MATERIALIZED VIEW n REFRESH MANUAL AS SELECT k FROM m;\n"
        self.project(self.view() + reader)
        self.write("schema.sql", self.view(query="k, d") + reader)
        up, down = self.halves(self.revise("second", "--recreate"))
        for half, query in ((up, "k, d"), (down, "k, d, w")):
            self.assertIn(f"""\
-- risk: rewrite materialized view m: it is computed anew
-- risk: invalidates materialized view m: n becomes inactive
""", half)
            self.assertIn(f"""\
-- Read by materialized view n.
CREATE MATERIALIZED VIEW m__new REFRESH MANUAL AS SELECT {query} FROM t;
-- retort: idempotent
REFRESH MATERIALIZED VIEW m__new WITH SYNC MODE;
ALTER MATERIALIZED VIEW m SWAP WITH m__new;
DROP MATERIALIZED VIEW m__new;
""", half)
            self.assertIn("-- retort: idempotent\nALTER MATERIALIZED VIEW n ACTIVE;\n", half)
        self.retort("upgrade")
        self.retort("check")
        self.retort("downgrade", "-1")
        self.retort("upgrade")
        self.retort("check")

    def test_what_is_altered(self):
        self.project(self.view())
        self.write("schema.sql", self.view("REFRESH ASYNC PROPERTIES ('resource_group' = 'g')"))
        up, _ = self.halves(self.revise("second", "--recreate"))
        self.assertIn("ALTER MATERIALIZED VIEW m REFRESH ASYNC;", up)
        self.assertIn("ALTER MATERIALIZED VIEW m SET ('resource_group' = 'g');", up)
        self.assertNotIn("SWAP", up)

    def test_a_rollup_is_dropped_and_made(self):
        self.project(self.view(""))
        self.write("schema.sql", self.view("", "k, d"))
        up, _ = self.halves(self.revise("second", "--recreate"))
        self.assertIn("DROP MATERIALIZED VIEW m;\nCREATE MATERIALIZED VIEW m AS SELECT k, d FROM t;",
                      up)
        self.retort("upgrade")
        self.retort("check")

    def test_made_of_one_that_the_plan_stops(self):
        old = "CREATE TABLE t (k INT NOT NULL, v INT) DUPLICATE KEY (k) DISTRIBUTED BY HASH (k);\n" \
              "CREATE MATERIALIZED VIEW z REFRESH MANUAL AS SELECT k, v FROM t;\n" \
              "CREATE MATERIALIZED VIEW a REFRESH MANUAL AS SELECT k, v FROM z;\n"
        self.project(old)
        self.write("schema.sql", old.replace("v INT", "v TINYINT").replace("k, v FROM z",
                                                                           "k FROM z"))
        up, down = self.halves(self.revise("second", "--recreate"))
        for half in (up, down):
            self.assertLess(half.index("SWAP WITH t__"), half.index("VIEW z ACTIVE"), half)
            self.assertLess(half.index("VIEW z ACTIVE"), half.index("VIEW a__new REFRESH"), half)
            self.assertNotIn("VIEW a ACTIVE", half)
        self.retort("upgrade")
        self.retort("check")
        self.retort("downgrade", "-1")
