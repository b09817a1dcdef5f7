"""What a frontend answers by itself: versions, variables, nodes, the schema. The rest is the engine's.

To answer another statement, add a row to RULES.
"""

import re
import sqlite3
import threading
import time

import sql as lexical
from catalog import Catalog
from wire import Answer, ServerError

_NAME = r"((?:`[^`]+`|[\w$-]+)(?:\s*\.\s*(?:`[^`]+`|[\w$-]+))*)"
_THINGS = ("TABLE", "VIEW", "MATERIALIZED VIEW")
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


class Front:
    def __init__(self, engine, options):
        self.engine, self.options = engine, options
        self.lock = threading.Lock()
        self.sessions = {}
        self.databases = {"information_schema", *options.database}
        self.default_database = options.database[0]
        self.variables = {
            "version": options.greeting, "version_comment": f"StarRocks version {options.version}",
            "sql_mode": "ONLY_FULL_GROUP_BY", "lower_case_table_names": "0",
            "autocommit": "1", "query_timeout": "300", "insert_timeout": "14400",
            "tx_isolation": "REPEATABLE-READ", "transaction_isolation": "REPEATABLE-READ",
            "max_allowed_packet": "33554432", "wait_timeout": "28800", "time_zone": "UTC",
            "character_set_client": "utf8", "collation_connection": "utf8_general_ci",
        }
        self.config = {"run_mode": options.run_mode, "default_replication_num": "3",
                       "enable_fast_schema_evolution": "true"}
        self._catalog = None
        self._catalog_at = self._changed_at = 0.0

    # ---- the schema

    def catalog(self):
        """Read anew after DDL, and for as long as a job may still change something."""
        settled = self._changed_at + self.options.job_seconds
        if self._catalog is None or self._catalog_at <= settled:
            self._catalog_at = time.monotonic()
            self._catalog = Catalog(self.engine.ddl(), self.databases, self.default_database)
        return self._catalog

    def has_database(self, name):
        with self.lock:
            return name in self.catalog().databases

    def find(self, session, name, kinds):
        names = [lexical.unquote(part) for part in re.findall(r"`[^`]+`|[\w$-]+", name)]
        database = names[-2] if len(names) > 1 else session.database
        if not database:
            raise ServerError("No database selected", 1046, "3D000")
        thing = self.catalog().things.get((database, names[-1]))
        if thing is None:
            raise ServerError("Getting analyzing error. Detail message: Unknown table "
                              f"'{database}.{names[-1]}'.", 5502, "42602")
        if thing.kind not in kinds:
            raise ServerError(f"'{database}.{names[-1]}' is not {kinds[0]}", 1347)
        return thing

    # ---- statements

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
        with self.lock:
            if sql.lstrip().split(None, 1)[0].upper() in _DDL:
                self._changed_at = time.monotonic()
                self._catalog = None
            answer = self.engine.execute(sql)
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
                found = re.search(r"\bFROM\s+" + _NAME, sql, re.IGNORECASE)
                names += [column.name for column in self.find(session, found[1], _THINGS).columns]
            else:
                names.append(lexical.unquote(item[-1]))
        return names

    def _type_numbers(self, session, sql, answer):
        """The engine's values are text; clients expect numbers where the schema says so."""
        found = re.search(r"\bFROM\s+" + _NAME, sql, re.IGNORECASE)
        if not found:
            return
        types = {column.name.lower(): column.type.lower()
                 for column in self.find(session, found[1], _THINGS).columns}
        for i, name in enumerate(answer.columns):
            if types.get(name.lower(), "").startswith(_INTEGERS) or "count(" in name.lower():
                for row in answer.rows:
                    row[i] = None if row[i] is None else int(row[i])


# ---- one function a kind of statement ----------------------------------------------------------

def _done(front, session, match):
    return Answer()


def _use(front, session, match):
    name = lexical.unquote(match[1].split(".")[-1].strip())
    if name not in front.catalog().databases:
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


def _show_config(front, session, match):
    if session.user in front.options.restricted:
        raise ServerError("Access denied; you need (at least one of) the OPERATE privilege(s) on "
                          "SYSTEM for this operation.", 5203, "42000")
    return Answer(["Key", "AliasNames", "Value", "Type", "IsMutable", "Comment"],
                  [[name, "[]", value, "String", "false", ""]
                   for name, value in sorted(front.config.items())
                   if lexical.like(match[1] or "%", name)])


def _show_nodes(front, session, match):
    is_shared = front.options.run_mode == "shared_data"
    here = (match[1].upper() == "BACKENDS") != is_shared
    rows = [[10000 + i, "127.0.0.1", "true"] for i in range(front.options.backends if here else 0)]
    return Answer(["BackendId", "IP", "Alive"], rows)


def _show_databases(front, session, match):
    return Answer(["Database"], [[name] for name in sorted(front.catalog().databases)])


def _show_tables(front, session, match):
    database = lexical.unquote(match[2]) if match[2] else session.database
    if database not in front.catalog().databases:
        raise ServerError(f"Unknown database '{database}'", 5501, "3F000")
    rows = [[thing.name, "BASE TABLE" if thing.kind == "TABLE" else "VIEW"]
            for thing in front.catalog().of(database) if lexical.like(match[3] or "%", thing.name)]
    columns = [f"Tables_in_{database}", "Table_type"]
    return Answer(columns, rows) if match[1] else Answer(columns[:1], [row[:1] for row in rows])


def _show_create(front, session, match):
    kind = re.sub(r"\s+", " ", match[1].upper())
    # As on the server, SHOW CREATE TABLE prints whatever is there.
    kinds = _THINGS if kind == "TABLE" else (kind,)
    thing = front.find(session, match[2], kinds)
    title = thing.kind.title()
    answer = Answer([title, "Create " + title], [[thing.name, thing.statement + ";"]])
    if thing.kind == "VIEW":
        answer.columns += ["character_set_client", "collation_connection"]
        answer.rows[0] += ["utf8", "utf8_general_ci"]
    return answer


def _describe(front, session, match):
    thing = front.find(session, match[1], _THINGS)
    return Answer(["Field", "Type", "Null", "Key", "Default", "Extra"],
                  [[c.name, c.type.lower(), "YES" if c.is_nullable else "NO",
                    "true" if c.name in thing.keys else "false", c.default, c.aggregate]
                   for c in thing.columns])


def _show_columns(front, session, match):
    thing = front.find(session, match[1], _THINGS)
    return Answer(["Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges",
                   "Comment"],
                  [[c.name, c.type.lower(), None, "YES" if c.is_nullable else "NO",
                    thing.key_word if c.name in thing.keys else "", c.default, c.aggregate, "",
                    c.comment] for c in thing.columns])


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


def _rule(pattern, run):
    pattern = pattern.replace(" ", r"\s+")
    return re.compile(r"\s*" + pattern + r"\s*;?\s*", re.IGNORECASE | re.DOTALL), run


_LIKE = r"(?:\s+LIKE\s+['\"]([^'\"]*)['\"])?"
RULES = [_rule(pattern, run) for pattern, run in [
    (r"SYNC|BEGIN|START TRANSACTION|COMMIT|ROLLBACK", _done),
    (r"USE " + _NAME, _use),
    (r"SET (.+)", _set),
    (r"SELECT (@@[\w.]+(?: AS \w+)?(?:\s*,\s*@@[\w.]+(?: AS \w+)?)*)", _select_variables),
    (r"SELECT (current_version|version|database|schema|connection_id|user|current_user)"
     r"\(\)(?: AS (\w+))?", _select_function),
    (r"SELECT (\d+|'[^'\\]*')(?: AS (\w+))?", _select_constant),
    (r"SHOW (?:SESSION |GLOBAL )?VARIABLES" + _LIKE, _show_variables),
    (r"ADMIN SHOW FRONTEND CONFIG" + _LIKE, _show_config),
    (r"SHOW (BACKENDS|COMPUTE NODES)", _show_nodes),
    (r"SHOW (?:DATABASES|SCHEMAS)", _show_databases),
    (r"SHOW (FULL )?TABLES(?: (?:FROM|IN) (`[^`]+`|[\w-]+))?" + _LIKE, _show_tables),
    (r"SHOW CREATE (TABLE|VIEW|MATERIALIZED VIEW) " + _NAME, _show_create),
    (r"(?:DESC|DESCRIBE) " + _NAME, _describe),
    (r"SHOW FULL COLUMNS (?:FROM|IN) " + _NAME, _show_columns),
    (r"SELECT .*\binformation_schema\b.*", _information_schema),
    (r"KILL (?:QUERY |CONNECTION )?(\d+)", _kill),
]]
