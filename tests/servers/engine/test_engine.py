#!/usr/bin/env python3
"""The engine server speaks as its first comment says. Usage: test_engine.py ENGINE"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

ENGINE = sys.argv.pop(1) if len(sys.argv) > 1 else None


class Engine:
    """A running server; ask() sends one request and gives its answer."""

    def __init__(self):
        self.process = subprocess.Popen([ENGINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, **request):
        return self.send(json.dumps(request))

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        return status


class EngineTest(unittest.TestCase):
    def setUp(self):
        self.engine = Engine()

    def tearDown(self):
        self.assertEqual(self.engine.close(), 0)

    def open(self, url, **more):
        self.assertEqual(self.engine.ask(open=url, **more), {"ok": True, "missing": False})

    def sql(self, sql):
        return self.engine.ask(sql=sql)

    def test_statements(self):
        self.open("memory+sqlite:")
        self.sql("CREATE TABLE t (a INTEGER, b TEXT)")
        self.assertEqual(self.sql("INSERT INTO t VALUES (1, 'é'), (2, NULL)")["changed"], 2)
        self.assertEqual(self.sql("SELECT a, b FROM t ORDER BY a"),
                         {"columns": ["a", "b"], "rows": [["1", "é"], ["2", None]], "changed": 0,
                          "executed": True})
        self.assertFalse(self.sql("SELECT max(a) FROM t")["executed"])
        self.assertIn('CREATE TABLE t', self.engine.ask(catalog=True)["catalog"])

    def test_errors(self):
        self.assertEqual(self.engine.ask(sql="SELECT 1")["error"]["message"], "no database is open")
        self.assertEqual(self.engine.ask(open="memory+none:")["error"]["code"], "config")
        self.open("memory+sqlite:")
        self.assertEqual(self.sql("SELECT * FROM t")["error"],
                         {"code": "rejected", "class": "not_found", "message": "no such table: t"})
        self.assertEqual(self.engine.send("no json")["error"]["code"], "usage")
        self.assertEqual(self.engine.ask(what=1)["error"]["code"], "usage")

    def test_transactions(self):
        self.open("memory+sqlite:")
        self.assertEqual(self.engine.ask(begin=True), {"ok": True})
        self.sql("CREATE TABLE t (a)")
        self.assertEqual(self.engine.ask(rollback=True), {"ok": True})
        self.assertEqual(self.engine.ask(catalog=True), {"catalog": ""})
        self.assertEqual(self.engine.ask(commit=True)["error"]["code"], "rejected")
        self.open("memory+toy:")
        self.assertEqual(self.engine.ask(begin=True)["error"]["code"], "unsupported")

    def test_jobs_of_the_toy_dialect(self):
        self.open("memory+toy:?job_seconds=1000")
        self.sql("CREATE TABLE t (a INT, b INT, PRIMARY KEY (a))")
        self.sql("ALTER TABLE t DROP COLUMN b")
        self.assertEqual(self.sql("SHOW JOBS FROM t")["rows"], [["1", "RUNNING", "0", None]])
        self.assertEqual(self.sql("ALTER TABLE t ADD COLUMN c INT")["error"]["class"], "busy")
        self.sql("CANCEL JOB 1")
        self.assertEqual(self.sql("SHOW JOBS FROM t")["rows"][0][1], "CANCELLED")

    def test_the_schema_as_json(self):
        self.open("memory+starrocks:?job_seconds=1000")
        self.sql("CREATE DATABASE d")
        self.sql("CREATE TABLE d.t (a INT, b INT) DUPLICATE KEY (a) DISTRIBUTED BY HASH(a)")
        self.assertEqual(self.engine.ask(names=True),
                         {"names": [["database", None, "d"], ["table", "d", "t"]]})
        table = self.engine.ask(object="t", schema="d")["object"]
        self.assertEqual((table["name"], table["attributes"]["duplicate_key"]), ("t", ["a"]))
        self.assertEqual(self.engine.ask(object="t"), {"object": None})
        self.assertIn(table, self.engine.ask(objects=True)["objects"])
        self.assertEqual(self.engine.ask(jobs=True), {"jobs": []})
        self.sql("ALTER TABLE d.t MODIFY COLUMN b BIGINT")
        job, = self.engine.ask(jobs=True)["jobs"]
        self.assertEqual((job["schema"], job["table"], job["state"], job["end"] - job["start"]),
                         ("d", "t", "RUNNING", 1000_000))

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            url = "memory+sqlite:///" + os.path.join(folder, "a.log")
            self.assertEqual(self.engine.ask(open=url, read_only=True),
                             {"ok": True, "missing": True})
            self.open(url)
            self.sql("CREATE TABLE t (a)")
            self.open("memory+sqlite:")
            self.open(url, read_only=True)
            self.assertEqual(self.sql("SELECT count(*) AS n FROM t")["rows"], [["0"]])
            self.assertEqual(self.sql("DROP TABLE t")["error"]["class"], "read_only")


def main():
    """Runs the tests and prints TAP."""
    tests = list(unittest.defaultTestLoader.loadTestsFromTestCase(EngineTest))
    print(f"1..{len(tests)}")
    failed = False
    for number, test in enumerate(tests, 1):
        result = unittest.TestResult()
        test.run(result)
        problems = result.failures + result.errors
        print(f"{'not ok' if problems else 'ok'} {number} - {test.id().rpartition('.')[2]}")
        for _, trace in problems:
            print("# " + trace.replace("\n", "\n# "))
        failed |= bool(problems)
    return failed


if __name__ == "__main__":
    sys.exit(main())
