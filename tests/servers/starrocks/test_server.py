#!/usr/bin/env python3
"""The server speaks with other people's clients: PyMySQL, and SQLAlchemy's starrocks dialect.

Usage: test_server.py ENGINE FOLDER, with the folder for the packages.
"""

import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import packages  # noqa: E402

ENGINE, FOLDER = sys.argv[1:3]
if __name__ == "__main__":
    packages.run_inside(FOLDER)

import pymysql  # noqa: E402
import sqlalchemy  # noqa: E402
from pymysql.constants import CLIENT  # noqa: E402


class Server:
    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "server.py"), "--engine", ENGINE, "--url",
             "memory+sqlite:", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[1])

    def connect(self, user="root", password="", database="test"):
        return pymysql.connect(host="127.0.0.1", port=self.port, user=user, password=password,
                               database=database, client_flag=CLIENT.MULTI_STATEMENTS)

    def close(self):
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        return status


class ServerTest(unittest.TestCase):
    arguments = ()

    def setUp(self):
        self.server = Server(*self.arguments)
        self.addCleanup(lambda: self.assertEqual(self.server.close(), 0))
        self.connection = self.server.connect(*self.account)
        self.addCleanup(self.connection.close)
        self.cursor = self.connection.cursor()

    account = ("root", "")

    def ask(self, sql):
        self.cursor.execute(sql)
        return self.cursor.fetchall()

    def fails(self, sql):
        with self.assertRaises(pymysql.MySQLError) as caught:
            self.cursor.execute(sql)
        return caught.exception.args


class StatementTest(ServerTest):
    def test_rows(self):
        self.ask("CREATE TABLE t (a INTEGER NOT NULL, b VARCHAR(10))")
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
        self.ask("CREATE TABLE t (a INTEGER NOT NULL, b VARCHAR(10) DEFAULT 'x')")
        self.ask("CREATE VIEW v AS SELECT a FROM t")
        self.assertEqual(self.ask("SHOW FULL TABLES"), (("t", "BASE TABLE"), ("v", "VIEW")))
        self.assertEqual(self.ask("SHOW TABLES LIKE 'v%'"), (("v",),))
        self.assertEqual([row[:5] for row in self.ask("DESCRIBE test.t")],
                         [("a", "integer", "NO", "false", None),
                          ("b", "varchar(10)", "YES", "false", "x")])
        self.assertIn("b VARCHAR(10) DEFAULT 'x'", self.ask("SHOW CREATE TABLE `t`")[0][1])
        self.assertEqual(self.ask("SHOW CREATE VIEW v")[0][0], "v")
        self.assertEqual(self.fails("SHOW CREATE VIEW t")[0], 1347)
        self.assertEqual(self.ask("SELECT column_name FROM information_schema.columns WHERE "
                                  "table_schema = 'test' AND table_name = 't'"),
                         (("a",), ("b",)))
        self.ask("DROP VIEW v")
        self.assertEqual(self.ask("SHOW TABLES"), (("t",),))

    def test_variables(self):
        self.ask("SET query_timeout = 7, sql_mode = 'A,B'")
        self.assertEqual(self.ask("SELECT @@query_timeout, @@session.sql_mode"), (("7", "A,B"),))
        self.assertEqual(self.ask("SHOW VARIABLES LIKE 'query_t%'"), (("query_timeout", "7"),))
        self.assertEqual(self.fails("SET nothing = 1")[0], 1193)
        self.assertIn("constant expr", self.fails("SET sql_mode = (SELECT 1)")[1])

    def test_errors(self):
        self.assertEqual(self.fails("DROP TABLE t")[0], 5502)
        self.ask("CREATE TABLE t (a INTEGER)")
        self.assertEqual(self.fails("CREATE TABLE t (a INTEGER)")[0], 1050)
        self.assertEqual(self.fails("USE nowhere")[0], 5501)
        self.assertEqual(self.fails("SELECT max(a) FROM t")[0], 1235)

    def test_long_packets(self):
        self.ask("CREATE TABLE t (a VARCHAR(17000000))")
        value = "x" * 17_000_000
        self.ask(f"INSERT INTO t VALUES ('{value}')")
        self.assertEqual(self.ask("SELECT a FROM t"), ((value,),))

    def test_fault(self):
        self.ask("TEST FAULT 'error 1064 no' '^DROP'")
        self.assertEqual(self.fails("DROP TABLE t"), (1064, "no"))
        self.assertEqual(self.fails("DROP TABLE t")[0], 5502)
        self.ask("TEST FAULT 'before' '^DROP'")
        self.assertEqual(self.fails("DROP TABLE t")[0], 2013)


class AccountTest(ServerTest):
    arguments = ("--user", "ann:s3cret")
    account = ("ann", "s3cret")

    def test_passwords(self):
        for user, password in ("ann", "wrong"), ("ann", ""), ("root", ""):
            with self.assertRaises(pymysql.MySQLError) as caught:
                self.server.connect(user, password)
            self.assertEqual(caught.exception.args[0], 1045)
        with self.assertRaises(pymysql.MySQLError) as caught:
            self.server.connect("ann", "s3cret", "nowhere")
        self.assertEqual(caught.exception.args[0], 5501)


class DialectTest(ServerTest):
    """The real SQLAlchemy dialect of StarRocks."""

    def setUp(self):
        super().setUp()
        url = f"starrocks://root@127.0.0.1:{self.server.port}/test"
        self.engine = sqlalchemy.create_engine(url)
        self.addCleanup(self.engine.dispose)

    def test_rows(self):
        with self.engine.connect() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE t (a INTEGER, b VARCHAR(10))"))
            connection.execute(sqlalchemy.text("INSERT INTO t VALUES (:a, :b)"),
                               [{"a": 1, "b": "its"}, {"a": 2, "b": None}])
            rows = connection.execute(sqlalchemy.text("SELECT a, b FROM t ORDER BY a")).all()
        self.assertEqual(rows, [(1, "its"), (2, None)])

    def test_schema(self):
        with self.engine.connect() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE t (a INTEGER)"))
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
    tests = [test for case in (StatementTest, AccountTest, DialectTest)
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
