"""What goes wrong on the way to a server and on it, through the command: one error each that says what
and which, the documented exit status, no secret printed, and nothing half done.

run.py test_bad_input.py; the environment names the engine (WIRE_ENGINE) beside what support.py wants.
"""

import json
import os
import socket
import threading

import started
from support import SCRIPTS, Case

SECRET = "s3cret"
BODY = "DUPLICATE KEY (k) DISTRIBUTED BY HASH(k) BUCKETS 1 PROPERTIES ('replication_num' = '1')"
SCHEMA = f"""\
CREATE TABLE t (k INT, v INT) {BODY};
CREATE TABLE u (k INT, v INT) {BODY};
CREATE VIEW v AS SELECT k FROM t;
"""
READERS = {
    "check": ("check",),
    "current": ("current",),
    "inspect": ("inspect", "{url}"),
    "diff": ("diff", "{url}", "schema.sql"),
    "revision": ("revision", "--autogenerate", "-m", "more"),
    "dry run": ("upgrade", "--dry-run"),
}
WRITES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


class Server(Case):
    arguments = ()
    database = "test"

    def setUp(self):
        super().setUp()
        self.log = self.path("server.log")
        self.server = started.Server(os.environ["WIRE_ENGINE"], "--user", f"ann:{SECRET}",
                                     "--log", str(self.log), *self.arguments)
        self.addCleanup(lambda: self.assertEqual(self.server.close(), 0))
        self.url = self.server.url(self.database, f"ann:{SECRET}")
        self.path(SCRIPTS).mkdir(parents=True)
        self.write("schema.sql", SCHEMA)
        self.configure()

    def configure(self, more=""):
        self.write("retort.ini", "[retort]\nschema = schema.sql\nscript_location = migrations\n"
                   "dialect = starrocks\n[version_table]\nstarrocks.properties = "
                   f"replication_num=1\n{more}")

    def run_on(self, url, *arguments, status=0):
        """Runs the program; what it says holds no secret, as JSON and as text."""
        result = self.retort(*(one.format(url=url) for one in arguments), status=status,
                             env={"RETORT_URL": url})
        self.assertNotIn(SECRET, result.out + result.err, result)
        return result

    def refused(self, url, *arguments, status, code, says):
        result = self.run_on(url, *arguments, "--json", status=status)
        self.assertEqual(result.out, "", result)
        self.assertEqual(result.error["code"], code, result)
        for words in says:
            self.assertIn(words, result.error["message"], result)
        self.assertEqual(result.err.count('"error":'), 1, result)
        text = self.run_on(url, *arguments, status=status)
        self.assertEqual(text.err.count("error: "), 1, text)

    def statements(self):
        if not self.log.exists():
            return []
        events = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [event["sql"] for event in events if event["event"] == "statement"]

    def writes(self):
        return [sql for sql in self.statements() if sql.split()[0].upper() in WRITES]

    def migrate(self):
        self.run_on(self.url, "revision", "--autogenerate", "-m", "one")
        self.run_on(self.url, "upgrade")


class Opening(Server):
    def test_wrong_account(self):
        for url in (self.server.url("test", "ann:wrong"), self.server.url("test", "nobody:wrong")):
            for arguments in READERS.values():
                self.refused(url, *arguments, status=4, code="denied",
                             says=("127.0.0.1", "Access denied for user", "check the user"))
            self.refused(url, "upgrade", status=4, code="denied", says=("Access denied",))
        self.refused(self.server.url("test", "ann"), "check", status=4, code="denied",
                     says=("give a password in the URL", "RETORT_PASSWORD"))
        self.assertEqual(self.statements(), [])

    def test_unknown_database(self):
        for database in ("nowhere", "default_catalog.nowhere"):
            url = self.server.url(database, f"ann:{SECRET}")
            for command in ("check", "current", "upgrade", "ping"):
                self.refused(url, command, status=4, code="unreachable",
                             says=("Unknown database 'nowhere'", "CREATE DATABASE"))
        self.assertEqual(self.writes(), [])

    def test_no_database(self):
        url = self.server.url("", f"ann:{SECRET}")
        self.refused(url, "check", status=2, code="config",
                     says=("No database selected", "starrocks://USER@HOST/DATABASE"))

    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.refused(f"starrocks://ann:{SECRET}@127.0.0.1:{port}/test", "check", status=4,
                     code="unreachable", says=(f"127.0.0.1:{port}", "Connection refused",
                                               "check host and port"))
        self.refused(f"starrocks://ann:{SECRET}@host.invalid/test", "check", status=4,
                     code="unreachable", says=("host.invalid:9030", "check the host"))

    def test_something_else_there(self):
        """A port that greets in another protocol, one that closes at once, one that says nothing."""
        for greeting, says in ((b"SSH-2.0-OpenSSH_9.2\r\n", ""), (b"", ""),
                               (None, "did not answer for 0.3 s")):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                threading.Thread(target=self.greet, args=(listener, greeting), daemon=True).start()
                port = listener.getsockname()[1]
                url = f"starrocks://ann:{SECRET}@127.0.0.1:{port}/test?connect_timeout=0.3"
                self.refused(url, "check", status=4, code="unreachable",
                             says=(f"127.0.0.1:{port}", says))

    @staticmethod
    def greet(listener, greeting):
        kept = []
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            kept.append(connection)
            if greeting is not None:
                connection.sendall(greeting)
                connection.close()


class OtherProducts(Server):
    arguments = ("--product", "mysql", "--greeting", "5.5.5-10.11.9-MariaDB")

    def test_it_is_named(self):
        for command in ("ping", "check", "current", "upgrade"):
            self.refused(self.url, command, status=4, code="unreachable",
                         says=("is no StarRocks server", "MariaDB 10.11.9"))
        self.assertEqual(self.writes(), [])


class Reading(Server):
    def setUp(self):
        super().setUp()
        self.migrate()

    def test_lost(self):
        """Before a statement, before its answer, in the middle of it and behind it."""
        self.write("schema.sql", SCHEMA.replace("v INT", "v BIGINT"))
        before, scripts = self.writes(), self.scripts()
        self.n_passed = self.n_lost = 0
        for name, arguments in READERS.items():
            for kind in ("before", "during", "cut", "after"):
                for statement in ("current_version", "SHOW FULL TABLES", "SHOW CREATE TABLE",
                                  "version_num"):
                    with self.subTest(command=name, fault=kind, statement=statement):
                        self.lose(kind, statement, arguments)
        self.assertEqual(self.writes(), before)
        self.assertEqual(self.scripts(), scripts)
        self.assertGreater(self.n_lost, 2 * self.n_passed)
        self.run_on(self.url, "check", status=1)

    def lose(self, kind, statement, arguments):
        self.server.control("TEST FAULTS NONE")
        self.server.control(f"TEST FAULT '{kind}' '{statement}'")
        n = len(self.statements())
        result = self.run_on(self.url, *arguments, "--json", status=None)
        met = [sql for sql in self.statements()[n:] if statement.lower() in sql.lower()]
        # A connection that is lost behind the last answer was needed no more.
        if not met or (kind == "after" and result.status != 4):
            self.assertIn(result.status, (0, 1), result)
            self.n_passed += 1
            # What was written is taken back, so that the next one begins alike.
            for path in self.path(SCRIPTS).glob("*_more.sql"):
                path.unlink()
            return
        self.n_lost += 1
        self.assertEqual(result.status, 4, result)
        self.assertEqual(result.out, "", result)
        self.assertIn(result.error["code"], ("lost", "unreachable"), result)
        self.assertIn(f"127.0.0.1:{self.server.port}", result.error["message"], result)

    def test_no_backend(self):
        """The schema is read, the version table is not: both say what they can."""
        fault = "TEST FAULT 'error 1064 Backend node not found. Check if any backend node is down.'"
        self.server.control(f"{fault} 'FROM retort_version'")
        self.refused_once("check", status=4, code="server",
                          says=("Backend node not found", "SHOW BACKENDS"))
        self.assertIn("CREATE TABLE t", self.run_on(self.url, "inspect", self.url).out)

    def refused_once(self, *arguments, status, code, says):
        """As refused(), of a fault that is met once."""
        result = self.run_on(self.url, *arguments, "--json", status=status)
        self.assertEqual(result.error["code"], code, result)
        for words in says:
            self.assertIn(words, result.error["message"], result)

    def test_denied_object(self):
        """What the account may not see is named, and neither made again nor dropped."""
        why = "Access denied; you need (at least one of) the ANY privilege(s) on TABLE u"
        self.unseen(f"error 5203 {why}", "Access denied")

    def test_vanished_object(self):
        self.unseen("error 5502 Getting analyzing error. Detail message: Unknown table test.u.",
                    "Unknown table")

    def unseen(self, fault, why):
        before = self.writes()
        self.server.control(f"TEST FAULT '{fault}' 'SHOW CREATE TABLE .?u'")
        answer = self.run_on(self.url, "check", "--json", status=1).json
        self.assertEqual(answer["operations"], [])
        (refused,) = answer["refused"]
        self.assertEqual((refused["object"], refused["name"]), ("table", "u"))
        self.assertIn(f"u cannot be read: ", refused["reason"])
        self.assertIn(why, refused["reason"])
        self.server.control(f"TEST FAULT '{fault}' 'SHOW CREATE TABLE .?u'")
        result = self.run_on(self.url, "revision", "--autogenerate", "-m", "more")
        self.assertIn("u cannot be read", result.err)
        self.assertEqual(len(self.scripts()), 1, result)
        self.assertEqual(self.writes(), before)
        self.run_on(self.url, "check")


class DeniedDatabase(Server):
    arguments = ("--database", "test", "--database", "other")

    def test_schema(self):
        """All that is declared in a database which the account may not see is left alone."""
        self.write("schema.sql", SCHEMA + f"CREATE TABLE other.w (k INT) {BODY};\n")
        self.migrate()
        for statement in ("SHOW CREATE DATABASE other", "SHOW FULL TABLES FROM other"):
            self.server.control(f"TEST FAULT 'error 5203 Access denied' '{statement}'")
        answer = self.run_on(self.url, "check", "--json", status=1).json
        self.assertEqual(answer["operations"], [])
        self.assertEqual([one["name"] for one in answer["refused"]], ["other.w"])
        self.run_on(self.url, "check")


class LostDatabase(Server):
    def test_settled(self):
        """Whether CREATE and DROP DATABASE have run is seen, however they were lost: the run goes on."""
        self.configure("[run]\nsettle = 0.1\nlease = 0.5\n")
        self.write("schema.sql", f"CREATE DATABASE other;\nCREATE TABLE other.w (k INT) {BODY};\n")
        self.run_on(self.url, "revision", "--autogenerate", "-m", "one")
        for kind in ("before", "during"):
            self.interrupted(kind, "CREATE", "upgrade")
            self.run_on(self.url, "check")
            self.interrupted(kind, "DROP", "downgrade", "base")
            self.assertEqual(self.run_on(self.url, "inspect", "--schemas", "oth*", self.url).out, "")

    def interrupted(self, kind, verb, *arguments):
        self.server.control(f"TEST FAULT '{kind}' '^{verb} DATABASE'")
        result = self.run_on(self.url, *arguments)
        self.assertIn("connected again, and going on", result.err)
