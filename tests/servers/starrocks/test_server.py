#!/usr/bin/env python3
"""The server speaks with other people's clients: PyMySQL, and SQLAlchemy's starrocks dialect.

Usage: test_server.py ENGINE FOLDER, with the folder for the packages.
"""

import json
import pathlib
import re
import sys
import time
import types
import unittest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import packages  # noqa: E402

ENGINE, FOLDER = sys.argv[1:3]
if __name__ == "__main__":
    packages.run_inside(FOLDER)

import pymysql  # noqa: E402
import sqlalchemy  # noqa: E402
from pymysql.constants import CLIENT  # noqa: E402

import catalog  # noqa: E402
import printed  # noqa: E402
from engine import Engine  # noqa: E402
from started import Server  # noqa: E402
from wire import ServerError  # noqa: E402

DATA = HERE.parent.parent / "data" / "starrocks"


class ServerTest(unittest.TestCase):
    url = "memory+starrocks:"
    arguments = ()
    account = ("root", "")

    def setUp(self):
        self.server = Server(ENGINE, *self.arguments, url=self.url)
        self.addCleanup(lambda: self.assertEqual(self.server.close(), 0))
        self.cursor = self.connect(*self.account).cursor()

    def connect(self, user="root", password="", database="test"):
        connection = pymysql.connect(host="127.0.0.1", port=self.server.port, user=user,
                                     password=password, database=database,
                                     client_flag=CLIENT.MULTI_STATEMENTS)
        self.addCleanup(connection.close)
        return connection

    def ask(self, sql):
        self.cursor.execute(sql)
        return self.cursor.fetchall()

    def fails(self, sql):
        with self.assertRaises(pymysql.MySQLError) as caught:
            self.cursor.execute(sql)
        return caught.exception.args


class StatementTest(ServerTest):
    def test_rows(self):
        self.ask("CREATE TABLE t (a INTEGER NOT NULL, b VARCHAR(10)) DISTRIBUTED BY HASH(a)")
        self.assertEqual(self.cursor.execute("INSERT INTO t VALUES (1, 'é'), (2, NULL)"), 2)
        self.assertEqual(self.ask("SELECT a, b FROM t ORDER BY a"), ((1, "é"), (2, None)))
        self.assertEqual([column[0] for column in self.cursor.description], ["a", "b"])
        self.assertEqual(self.ask("SELECT t.b, a AS c FROM t WHERE a = 9"), ())
        self.assertEqual([column[0] for column in self.cursor.description], ["b", "c"])
        self.assertEqual(self.ask("SELECT * FROM t WHERE a = 9"), ())
        self.assertEqual([column[0] for column in self.cursor.description], ["a", "b"])

    def test_several_statements(self):
        self.cursor.execute("SELECT 1; SHOW TABLES; SELECT ';' AS a; -- the end; really")
        answers = [self.cursor.fetchall()]
        while self.cursor.nextset():
            answers.append(self.cursor.fetchall())
        self.assertEqual(answers, [((1,),), (), ((";",),)])

    def test_an_error_ends_its_packet(self):
        self.cursor.execute("SELECT 1; DROP TABLE t; CREATE TABLE u (a INTEGER)")
        with self.assertRaises(pymysql.MySQLError):
            self.cursor.nextset()
        self.assertEqual(self.ask("SHOW TABLES"), ())

    def test_syntax_is_looked_at_first(self):
        self.assertIn("Unexpected input 'SELEC'",
                      self.fails("CREATE TABLE u (a INTEGER); SELEC")[1])
        self.assertEqual(self.ask("SHOW TABLES"), ())

    def test_schema(self):
        self.ask("CREATE TABLE t (a INTEGER NOT NULL, b VARCHAR(10) DEFAULT 'x' COMMENT 'bee') "
                 "PRIMARY KEY (a)")
        self.ask("CREATE VIEW v AS SELECT a, count(*) AS n FROM t GROUP BY a")
        self.assertEqual(self.ask("SHOW FULL TABLES"), (("t", "BASE TABLE"), ("v", "VIEW")))
        self.assertEqual(self.ask("SHOW TABLES LIKE 'v%'"), (("v",),))
        self.assertEqual([row[:5] for row in self.ask("DESCRIBE test.t")],
                         [("a", "int", "NO", "true", None),
                          ("b", "varchar(10)", "YES", "false", "x")])
        self.assertEqual([row[:4] for row in self.ask("DESC v")],
                         [("a", "int", "NO", "false"), ("n", "bigint", "NO", "false")])
        self.assertIn('`b` varchar(10) NULL DEFAULT "x" COMMENT "bee"',
                      self.ask("SHOW CREATE TABLE `t`")[0][1])
        self.assertEqual(self.ask("SHOW CREATE VIEW v")[0][:2],
                         ("v", "CREATE VIEW `v` (`a`, `n`) SECURITY NONE AS "
                               "SELECT a, count(*) AS n FROM t GROUP BY a;"))
        self.assertEqual(self.fails("SHOW CREATE VIEW t")[0], 1347)
        self.assertEqual(self.ask("SELECT column_name, column_type FROM "
                                  "information_schema.columns WHERE table_schema = 'test' "
                                  "AND table_name = 't'"), (("a", "int(11)"), ("b", "varchar(10)")))
        self.ask("DROP VIEW v")
        self.assertEqual(self.ask("SHOW TABLES"), (("t",),))

    def test_materialized_views(self):
        self.ask("CREATE TABLE t (a INT, b INT) DISTRIBUTED BY HASH(a)")
        self.ask("CREATE MATERIALIZED VIEW m REFRESH ASYNC AS SELECT a, sum(b) s FROM t GROUP BY a")
        self.assertEqual([row[1:6] for row in self.ask("SHOW MATERIALIZED VIEWS")],
                         [("test", "m", "ASYNC", "true", "")])
        self.assertEqual(self.ask("SHOW MATERIALIZED VIEWS FROM test LIKE 'x%'"), ())
        shown = self.ask("SHOW CREATE MATERIALIZED VIEW m")[0][1]
        self.assertTrue(shown.startswith("CREATE MATERIALIZED VIEW `m` (`a`, `s`)\n"
                                         "DISTRIBUTED BY RANDOM\nREFRESH ASYNC\n"), shown)
        self.assertEqual(self.ask("SELECT is_active, materialized_view_definition FROM "
                                  "information_schema.materialized_views"), (("true", shown),))
        self.assertEqual(self.ask("SHOW FULL TABLES")[0], ("m", "VIEW"))

    def test_partitions(self):
        self.ask("CREATE TABLE t (d DATE NOT NULL, n INT) PARTITION BY RANGE(d) "
                 '(START ("2024-01-31") END ("2024-02-03") EVERY (INTERVAL 1 DAY)) '
                 "DISTRIBUTED BY HASH(n) BUCKETS 3")
        rows = self.ask("SHOW PARTITIONS FROM t")
        self.assertEqual([row[1] for row in rows], ["p20240131", "p20240201", "p20240202"])
        self.assertEqual(rows[0][6:10], ("d", '[("2024-01-31"), ("2024-02-01"))', "n", 3))
        self.assertEqual(self.ask("SELECT count(*) FROM information_schema.partitions_meta"),
                         ((3,),))

    def test_databases(self):
        self.ask("CREATE DATABASE other")
        self.assertEqual([name for name, in self.ask("SHOW DATABASES")],
                         ["information_schema", "other", "test"])
        self.assertEqual(self.ask("SHOW DATABASES LIKE 'oth%'"), (("other",),))
        self.ask("CREATE TABLE test.t (a INT) DISTRIBUTED BY HASH(a)")
        self.ask("CREATE TABLE default_catalog.other.t (b INT) DISTRIBUTED BY HASH(b)")
        there = self.connect(database="other").cursor()
        there.execute("CREATE TABLE u (c INT) DISTRIBUTED BY HASH(c)")
        there.execute("INSERT INTO u VALUES (5)")
        there.execute("CREATE VIEW v AS SELECT u.c FROM u JOIN t ON u.c = t.b")
        self.assertEqual(self.ask("SELECT c FROM other.u"), ((5,),))
        self.assertEqual(self.ask("SHOW TABLES FROM other"), (("t",), ("u",), ("v",)))
        self.assertEqual(self.ask("DESC other.v")[0][0], "c")
        self.assertEqual(self.ask("DESC t")[0][0], "a")
        self.ask("USE other")
        self.assertEqual(self.ask("DESC t")[0][0], "b")
        self.ask("DROP TABLE test.t; ALTER TABLE u ADD COLUMN d INT")
        self.assertEqual(self.ask("SHOW TABLES FROM test"), ())
        self.assertEqual([row[0] for row in self.ask("DESC u")], ["c", "d"])
        self.ask("DROP VIEW v; DROP TABLE t; DROP TABLE u; DROP DATABASE other")
        self.assertEqual(self.fails("USE other")[0], 5501)

    def test_variables(self):
        self.ask("SET query_timeout = 7, sql_mode = 'A,B'")
        self.assertEqual(self.ask("SELECT @@query_timeout, @@session.sql_mode"), (("7", "A,B"),))
        self.assertEqual(self.ask("SHOW VARIABLES LIKE 'query_t%'"), (("query_timeout", "7"),))
        self.assertEqual(self.fails("SET nothing = 1")[0], 1193)
        self.assertIn("constant expr", self.fails("SET sql_mode = (SELECT 1)")[1])

    def test_errors(self):
        self.assertEqual(self.fails("DROP TABLE t")[0], 5502)
        self.ask("CREATE TABLE t (a INTEGER) DISTRIBUTED BY HASH(a)")
        self.assertEqual(self.fails("CREATE TABLE t (a INTEGER) DISTRIBUTED BY HASH(a)")[0], 1050)
        self.assertEqual(self.fails("USE nowhere")[0], 5501)
        self.assertEqual(self.fails("CREATE VIEW v AS WITH w AS (SELECT 1 AS a) SELECT w.a FROM w "
                                    "JOIN u ON u.a = w.a"),
                         (5502, "Getting analyzing error. Detail message: Unknown table 'test.u'."))
        self.assertEqual(self.fails("SELECT max(a) FROM t")[0], 1235)

    def test_fault(self):
        self.ask("TEST FAULT 'error 1064 no' '^DROP'")
        self.assertEqual(self.fails("DROP TABLE t"), (1064, "no"))
        self.assertEqual(self.fails("DROP TABLE t")[0], 5502)
        self.ask("TEST FAULT 'before' '^DROP'")
        self.assertEqual(self.fails("DROP TABLE t")[0], 2013)


class OtherDialectTest(ServerTest):
    """A database with other rules: a string may be as long as it will."""

    url = "memory+sqlite:"

    def test_long_packets(self):
        self.ask("CREATE TABLE t (a VARCHAR(17000000))")
        value = "x" * 17_000_000
        self.ask(f"INSERT INTO t VALUES ('{value}')")
        self.assertEqual(self.ask("SELECT a FROM t"), ((value,),))


class JobTest(ServerTest):
    url = "memory+starrocks:?job_seconds=1000"

    def jobs(self, kind, more=""):
        self.cursor.execute(f"SHOW ALTER TABLE {kind} {more}")
        names = [column[0] for column in self.cursor.description]
        return [dict(zip(names, row)) for row in self.cursor.fetchall()]

    def test_a_change_of_columns(self):
        self.ask("CREATE TABLE t (a INT, b INT) DUPLICATE KEY(a) DISTRIBUTED BY HASH(a)")
        self.assertEqual(self.jobs("COLUMN"), [])
        self.ask("ALTER TABLE t MODIFY COLUMN b BIGINT")
        job, = self.jobs("COLUMN", "FROM test WHERE TableName = 't' ORDER BY JobId DESC LIMIT 1")
        self.assertEqual((job["State"], job["TableName"], job["FinishTime"]), ("RUNNING", "t", None))
        self.assertEqual(self.jobs("OPTIMIZE") + self.jobs("ROLLUP"), [])
        self.assertEqual(self.jobs("COLUMN", "WHERE State = 'FINISHED'"), [])
        self.assertEqual(self.ask("DESC t")[1][1], "int")
        self.assertEqual(self.fails("ALTER TABLE t ADD COLUMN c INT")[0], 1064)
        self.assertIn("not under ROLLUP", self.fails("CANCEL ALTER TABLE ROLLUP FROM t")[1])
        self.ask("CANCEL ALTER TABLE COLUMN FROM t")
        self.assertEqual(self.jobs("COLUMN")[0]["State"], "CANCELLED")
        self.assertIn("not under SCHEMA_CHANGE", self.fails("CANCEL ALTER TABLE COLUMN FROM t")[1])
        self.ask("ALTER TABLE t DISTRIBUTED BY HASH(b) BUCKETS 4")
        self.assertEqual(self.jobs("OPTIMIZE")[0]["State"], "RUNNING")


class FinishedJobTest(ServerTest):
    url = "memory+starrocks:?job_seconds=0.05"

    def test_the_end_of_a_job(self):
        self.ask("CREATE TABLE t (a INT, b INT) DUPLICATE KEY(a) DISTRIBUTED BY HASH(a)")
        self.ask("ALTER TABLE t MODIFY COLUMN b BIGINT")
        while self.ask("SHOW ALTER TABLE COLUMN")[0][9] != "FINISHED":
            time.sleep(0.01)
        self.assertEqual(self.ask("DESC t")[1][1], "bigint")


class PrintedTest(unittest.TestCase):
    """What is printed is what a real frontend printed after the same statements."""

    def test_recorded(self):
        steps = same = columns = same_columns = 0
        with open(DATA / "frontend.jsonl", encoding="utf-8") as file:
            records = [json.loads(line)["steps"] for line in file]
        engine = Engine(ENGINE, "memory+starrocks:")
        self.addCleanup(engine.close)
        for record in records:
            for step, thing in self.replay(engine, record):
                steps += 1
                settings = types.SimpleNamespace(run_mode="shared_nothing",
                                                 default_replication="3")
                same += printed.show_create(thing, settings) == step["show_create"]
                if step.get("full_columns"):
                    columns += 1
                    same_columns += self.columns(thing) == step["full_columns"]
        self.assertGreater(steps, 2900)
        self.assertGreater(same / steps, 0.85)
        self.assertGreater(same_columns / columns, 0.85)

    @staticmethod
    def columns(thing):
        return [[column.name, printed.plain_type(column.type),
                 "YES" if column.is_nullable else "NO",
                 "YES" if column.name in thing.keys else "NO", column.default, column.aggregate,
                 column.comment] for column in thing.columns]

    @staticmethod
    def replay(engine, record):
        """Each step after which the server printed an object that the engine has."""
        if not any(step.get("show_create") for step in record):
            return
        engine.open("memory+starrocks:")

        def find(database, name):
            data = engine.object(None if database == "test" else database, name)
            return data and catalog.Thing(data, "test", find)

        for step in record:
            try:
                if step["ok"]:
                    engine.execute(step["stmt"])
            except ServerError:
                return
            name = re.match(r"CREATE (?:EXTERNAL )?(?:TABLE|VIEW|MATERIALIZED VIEW) `([^`]*)`",
                            step.get("show_create") or "")
            thing = find("test", name[1]) if name else None
            if thing:
                yield step, thing


class AccountTest(ServerTest):
    arguments = ("--user", "ann:s3cret")
    account = ("ann", "s3cret")

    def test_passwords(self):
        for user, password in ("ann", "wrong"), ("ann", ""), ("root", ""):
            with self.assertRaises(pymysql.MySQLError) as caught:
                self.connect(user, password)
            self.assertEqual(caught.exception.args[0], 1045)
        with self.assertRaises(pymysql.MySQLError) as caught:
            self.connect("ann", "s3cret", "nowhere")
        self.assertEqual(caught.exception.args[0], 5501)


class DialectTest(ServerTest):
    """The real SQLAlchemy dialect of StarRocks."""

    def setUp(self):
        super().setUp()
        self.engine = sqlalchemy.create_engine(self.server.url())
        self.addCleanup(self.engine.dispose)

    def test_rows(self):
        with self.engine.connect() as connection:
            connection.execute(sqlalchemy.text(
                "CREATE TABLE t (a INTEGER, b VARCHAR(10)) DISTRIBUTED BY HASH(a)"))
            connection.execute(sqlalchemy.text("INSERT INTO t VALUES (:a, :b)"),
                               [{"a": 1, "b": "its"}, {"a": 2, "b": None}])
            rows = connection.execute(sqlalchemy.text("SELECT a, b FROM t ORDER BY a")).all()
        self.assertEqual(rows, [(1, "its"), (2, None)])

    def test_schema(self):
        with self.engine.connect() as connection:
            connection.execute(sqlalchemy.text(
                "CREATE TABLE t (a INTEGER) DISTRIBUTED BY HASH(a)"))
            connection.execute(sqlalchemy.text("CREATE VIEW v AS SELECT a FROM t"))
        inspector = sqlalchemy.inspect(self.engine)
        self.assertTrue(inspector.has_table("t"))
        self.assertFalse(inspector.has_table("u"))
        self.assertEqual(inspector.get_table_names(), ["t"])
        self.assertEqual(inspector.get_view_names(), ["v"])
        self.assertEqual([column["name"] for column in inspector.get_columns("t")], ["a"])


def main():
    """Runs the tests and prints TAP."""
    loader = unittest.defaultTestLoader
    cases = (StatementTest, OtherDialectTest, JobTest, FinishedJobTest, PrintedTest, AccountTest,
             DialectTest)
    tests = [test for case in cases
             for test in loader.loadTestsFromTestCase(case)]
    print(f"1..{len(tests)}")
    failed = False
    for number, test in enumerate(tests, 1):
        result = unittest.TestResult()
        test.run(result)
        problems = result.failures + result.errors
        name = test.id().partition(".")[2]
        print(f"{'not ok' if problems else 'ok'} {number} - {name}")
        for _, trace in problems:
            print("# " + trace.replace("\n", "\n# "))
        failed |= bool(problems)
    return failed


if __name__ == "__main__":
    sys.exit(main())
