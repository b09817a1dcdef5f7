"""What a frontend answers by itself: versions, variables, nodes, the schema. The rest is the engine's.

To answer another statement, add a row to RULES here, or to those of shows.py.
"""

import re
import sqlite3
import threading
import time

import grants
import shows
import sql as lexical
from catalog import KINDS, Catalog, Thing
from columns import missing_relation
from wire import Answer, ServerError

_INTEGERS = ("int", "bigint", "smallint", "tinyint", "largeint")
_SELECT = re.compile(r"\s*SELECT\s+(.*?)(?:\s+FROM\s.*)?$", re.IGNORECASE | re.DOTALL)
_DDL = frozenset("CREATE ALTER DROP TRUNCATE RENAME REFRESH CANCEL".split())
_VERBS = _DDL | frozenset("""SELECT WITH SHOW DESC DESCRIBE EXPLAIN SET USE INSERT UPDATE DELETE REPLACE UPSERT SYNC KILL ADMIN
    BEGIN START COMMIT ROLLBACK ANALYZE GRANT REVOKE RECOVER SUBMIT PRAGMA TEST VALUES""".split())


class Session:
    def __init__(self, number, user, database):
        self.number, self.user, self.database = number, user, database
        self.variables = {}
        self.killed = threading.Event()
        self.frontend = self.socket = None


class Front:
    def __init__(self, engine, options):
        self.engine, self.options = engine, options
        self.lock = threading.Lock()
        self.sessions = {}
        self.default_database = options.database[0]
        self.variables = {
            "version": options.greeting, "version_comment": f"StarRocks version {options.version}",
            "sql_mode": "ONLY_FULL_GROUP_BY", "lower_case_table_names": "0",
            "autocommit": "1", "query_timeout": "300", "insert_timeout": "14400",
            "tx_isolation": "REPEATABLE-READ", "transaction_isolation": "REPEATABLE-READ",
            "max_allowed_packet": "33554432", "wait_timeout": "28800", "time_zone": "UTC",
            "character_set_client": "utf8", "collation_connection": "utf8_general_ci",
        }
        self.config = {"run_mode": options.run_mode,
                       "default_replication_num": options.default_replication,
                       "enable_fast_schema_evolution": "true"}
        self.reset()

    def reset(self):
        """The engine's database is a new one."""
        self._read_at = self._changed_at = 0.0
        self._names = self._catalog = None
        self._things = {}
        self.grants = grants.Grants()
        self.unseen = {}
        self._make_databases()

    def _make_databases(self):
        """The engine's dialect may know no databases; then only those of the options are there."""
        for name in self.options.database[1:]:
            try:
                self.engine.execute("CREATE DATABASE IF NOT EXISTS " + lexical.quote_name(name))
            except ServerError:
                pass
        self._given = {self.default_database, "information_schema"}
        if not any(kind == "database" for kind, _, _ in self.engine.names()):
            self._given |= set(self.options.database)

    # ---- the schema

    def _refresh(self):
        """What was read is read anew after DDL, and as long as a job may still change something."""
        settled = self._changed_at + self.options.job_seconds
        if self._names is None or self._read_at <= settled:
            self._read_at = time.monotonic()
            self._names, self._things, self._catalog = self.engine.names(), {}, None

    def changed(self):
        self._changed_at = time.monotonic()
        self._names = None

    def catalog(self):
        self._refresh()
        if self._catalog is None:
            found = [Thing(one, self.default_database, self.thing)
                     for one in self.engine.objects() if one["kind"] in KINDS]
            self._things = {(one.database, one.name): one for one in found}
            self._catalog = Catalog(found, self.databases(), self.options)
        return self._catalog

    def databases(self):
        self._refresh()
        return self._given | {schema for _, schema, _ in self._names if schema} | \
            {name for kind, _, name in self._names if kind == "database"}

    def objects_of(self, database):
        """(kind, name) of what is in the database, by name."""
        self._refresh()
        here = None if database == self.default_database else database
        return sorted(((KINDS[kind], name) for kind, schema, name in self._names
                       if kind in KINDS and schema == here), key=lambda pair: pair[1])

    def thing(self, database, name):
        """The object of that name, or None."""
        self._refresh()
        key = (database, name)
        if key not in self._things:
            schema = None if database == self.default_database else database
            data = self.engine.object(schema, name)
            self._things[key] = data and Thing(data, self.default_database, self.thing)
        return self._things[key]

    def has_database(self, name):
        with self.lock:
            return name in self.databases()

    def split_name(self, session, name):
        names = lexical.names(name)
        database = names[-2] if len(names) > 1 else session.database
        if not database:
            raise ServerError("No database selected", 1046, "3D000")
        return database, names[-1]

    def find(self, session, name, kinds):
        database, table = self.split_name(session, name)
        thing = self.thing(database, table)
        if thing is None or (thing.is_synchronous and kinds == shows.THINGS):
            raise ServerError("Getting analyzing error. Detail message: Unknown table "
                              f"'{database}.{table}'.", 5502, "42602")
        if thing.kind not in kinds:
            raise ServerError(f"'{database}.{table}' is not {kinds[0]}", 1347)
        return thing

    # ---- statements

    def commit(self, session, polls):
        """What is said of a write that nobody can read before so many were told COMMITTED."""
        transaction = len(self.unseen) + 2
        self.unseen[transaction] = polls
        return f"{{'label':'{session.number}', 'status':'COMMITTED', 'txnId':'{transaction}'}}"

    def check_syntax(self, statements):
        """A frontend parses all statements of a packet before it runs the first."""
        for statement in statements:
            first = next(lexical.tokens(statement), (None, "", 0))
            if first[1] != "(" and first[1].upper() not in _VERBS:
                raise ServerError(
                    f"Getting syntax error at line 1, column {first[2]}. Detail message: "
                    f"Unexpected input '{first[1]}', the most similar input is {{'SELECT'}}.")

    def execute(self, session, sql):
        for pattern, run in RULES:
            match = pattern.fullmatch(sql)
            if match:
                with self.lock:
                    return run(self, session, match)
        if self.options.product == "mysql" and "current_version" in sql.lower():
            raise ServerError("FUNCTION current_version does not exist", 1305, "42000")
        local = lexical.localize(sql, self.default_database, session.database)
        with self.lock:
            missing = missing_relation(sql, session.database, self.thing)
            if missing:
                raise ServerError("Getting analyzing error. Detail message: Unknown table "
                                  f"'{'.'.join(missing)}'.", 5502, "42602")
            if sql.lstrip().split(None, 1)[0].upper() in _DDL:
                self.changed()
            answer = self.engine.execute(local)
            self.grants.follow(self, session, sql)
        if answer.columns is None and _SELECT.match(sql):
            answer = Answer(self._select_names(session, sql), [])
        if answer.columns:
            self._type_numbers(session, sql, answer)
        if answer.columns is None and re.match(r"\s*(INSERT|UPDATE|DELETE)\b", sql, re.IGNORECASE):
            answer.info = f"{{'label':'{session.number}', 'status':'VISIBLE', 'txnId':'1'}}"
        return answer

    def _select_names(self, session, sql):
        """The columns of an empty answer, of which the engine says nothing."""
        names = []
        for item in lexical.items(_SELECT.match(sql)[1]):
            if item[-1] == "*":
                found = re.search(r"\bFROM\s+" + shows.NAME, sql, re.IGNORECASE)
                names += [column.name
                          for column in self.find(session, found[1], shows.THINGS).columns]
            else:
                names.append(lexical.unquote(item[-1]))
        return names

    def _type_numbers(self, session, sql, answer):
        """The engine's values are text; clients expect numbers where the schema says so."""
        found = re.search(r"\bFROM\s+" + shows.NAME, sql, re.IGNORECASE)
        if not found:
            return
        types = {column.name.lower(): column.type.lower()
                 for column in self.find(session, found[1], shows.THINGS).columns}
        for i, name in enumerate(answer.columns):
            if types.get(name.lower(), "").startswith(_INTEGERS) or "count(" in name.lower():
                for row in answer.rows:
                    row[i] = None if row[i] is None else int(row[i])


# ---- one function a kind of statement ----------------------------------------------------------

def _done(front, session, match):
    return Answer()


def _use(front, session, match):
    name = lexical.names(match[1])[-1]
    if name not in front.databases():
        raise ServerError(f"Unknown database '{name}'", 5501, "3F000")
    session.database = name
    return Answer()


def _set(front, session, match):
    for part in re.split(r",(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)", match[1]):
        found = re.fullmatch(r"\s*(?:SESSION\s+|GLOBAL\s+|@@(?:session\.|global\.)?)?(@?\w+)\s*"
                             r"(?::?=)\s*(.+?)\s*", part, re.IGNORECASE | re.DOTALL)
        if not found:
            continue  # SET NAMES and its like
        name, value = found[1].lower(), found[2]
        if "(" in value:
            raise ServerError("Set statement only support constant expr.", 5064)
        if name not in front.variables and not name.startswith("@"):
            raise ServerError(f"Unknown system variable '{name}', the most similar variables are "
                              "{'sql_mode'}", 1193)
        session.variables[name] = lexical.unquote(value)
    return Answer()


def _variable(front, session, name):
    return session.variables.get(name, front.variables.get(name))


def _select_variables(front, session, match):
    names, row = [], []
    for item in match[1].split(","):
        found = re.fullmatch(r"\s*@@(?:session\.|global\.)?(\w+)(?:\s+AS\s+(\w+))?\s*", item,
                             re.IGNORECASE)
        value = _variable(front, session, found[1].lower())
        if value is None:
            raise ServerError(f"Unknown system variable '{found[1]}'", 1193)
        names.append(found[2] or "@@" + found[1])
        row.append(value)
    return Answer(names, [row])


def _select_function(front, session, match):
    values = {"current_version": front.options.version, "version": front.options.greeting,
              "database": session.database or None, "schema": session.database or None,
              "connection_id": session.number, "user": f"'{session.user}'@'127.0.0.1'",
              "current_user": f"'{session.user}'@'%'"}
    name = match[1].lower()
    if front.options.product == "mysql" and name == "current_version":
        raise ServerError("FUNCTION current_version does not exist", 1305, "42000")
    return Answer([match[2] or match[1] + "()"], [[values[name]]])


def _select_constant(front, session, match):
    value = match[1]
    value = int(value) if value.isdigit() else lexical.unquote(value)
    return Answer([match[2] or match[1]], [[value]])


def _show_variables(front, session, match):
    names = [name for name in sorted(front.variables) if lexical.like(match[1] or "%", name)]
    return Answer(["Variable_name", "Value"],
                  [[name, _variable(front, session, name)] for name in names])


def _information_schema(front, session, match):
    try:
        columns, rows = front.catalog().query(match[0])
    except sqlite3.Error as error:
        raise ServerError(f"Getting analyzing error. Detail message: {error}.", 1064) from error
    return Answer(columns, rows)


def _kill(front, session, match):
    number = int(match[1])
    victim = front.sessions.get(number)
    if not victim:
        raise ServerError(f"Unknown thread id: {number}", 1094)
    victim.killed.set()
    return Answer()


def _show_transaction(front, session, match):
    number = int(match[2])
    is_seen = not front.unseen.get(number)
    if not is_seen:
        front.unseen[number] -= 1
    return Answer(["TransactionId", "Label", "Coordinator", "TransactionStatus", "Reason"],
                  [[number, str(session.number), "FE: 127.0.0.1",
                    "VISIBLE" if is_seen else "COMMITTED", ""]])


RULES = shows.RULES + grants.RULES + [shows.rule(pattern, run) for pattern, run in [
    (r"SYNC|BEGIN|START TRANSACTION|COMMIT|ROLLBACK", _done),
    (r"USE " + shows.NAME, _use),
    (r"SET (.+)", _set),
    (r"SELECT (@@[\w.]+(?: AS \w+)?(?:\s*,\s*@@[\w.]+(?: AS \w+)?)*)", _select_variables),
    (r"SELECT (current_version|version|database|schema|connection_id|user|current_user)"
     r"\(\)(?: AS (\w+))?", _select_function),
    (r"SELECT (\d+|'[^'\\]*')(?: AS (\w+))?", _select_constant),
    (r"SHOW (?:SESSION |GLOBAL )?VARIABLES" + shows.LIKE, _show_variables),
    (r"SELECT .*\binformation_schema\b.*", _information_schema),
    (r"SHOW TRANSACTION(?: FROM " + shows.NAME + r")? WHERE id = (\d+)", _show_transaction),
    (r"KILL (?:QUERY |CONNECTION )?(\d+)", _kill),
]]
