#!/usr/bin/env python3
"""Random pairs of SQLite schemas with rows in them, migrated by the command on real SQLite.

    random-migrations.py RETORT [--seed N] [--count N] [--seconds S] [--stop N] [--keep]

Each case takes a schema of a real application or one made up, fills it, changes it at random in a
way that SQLite itself accepts, and lets retort write and run the migration: up, down, up. SQLite
is asked what came of it, by its pragmas, not by retort. Prints TAP and, when a case fails, the
seed that makes it again.
"""
import argparse
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data", "sqlite", "valid_sql.jsonl")

# Rows that a new rule of the schema does not allow: SQLite is right to refuse them.
ROWS_AT_FAULT = re.compile(
    r"constraint failed|cannot store|datatype mismatch|foreign_key_check|violat|"
    r"integer overflow|foreign key mismatch|malformed JSON", re.I)


class Failure(Exception):
    pass


# ---- schemas ------------------------------------------------------------------------------------

def split_top(text, separator=","):
    """Splits at separators outside of parentheses, quotes and comments."""
    parts, depth, start, i = [], 0, 0, 0
    while i < len(text):
        c = text[i]
        if c in "'\"`":
            i += 1
            while i < len(text) and text[i] != c:
                i += 1
        elif c == "[":
            i = text.index("]", i)
        elif text.startswith("--", i):
            i = text.find("\n", i)
            i = len(text) if i < 0 else i
        elif text.startswith("/*", i):
            i = text.index("*/", i) + 1
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
        elif c == separator and depth == 0:
            parts.append(text[start:i])
            start = i + 1
        i += 1
    parts.append(text[start:])
    return parts


def split_create(sql):
    """CREATE TABLE text as head, elements, tail; None when it is not one."""
    if not re.match(r"\s*CREATE\s+TABLE\b", sql, re.I):
        return None
    start = sql.find("(")
    if start < 0:
        return None
    depth, i = 0, start
    while i < len(sql):
        c = sql[i]
        if c in "'\"`":
            i = sql.index(c, i + 1)
        elif c == "[":
            i = sql.index("]", i)
        elif sql.startswith("--", i):
            i = sql.index("\n", i)
        elif sql.startswith("/*", i):
            i = sql.index("*/", i) + 1
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth == 0:
                break
        i += 1
    return [sql[:start + 1], split_top(sql[start + 1:i]), sql[i:]]


def connect(path=":memory:"):
    connection = sqlite3.connect(path, isolation_level=None)
    for name in ("get_prefix", "get_host_and_port", "strip_prefix_and_userinfo", "reverse_host",
                 "hash", "autocomplete_match", "generate_guid", "note_sync_change", "sanitize_utf8",
                 "throw", "sanitize", "unicode_normalize"):
        connection.create_function(name, -1, lambda *values: str(values[0]) if values else "")
    return connection


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def tables_of(connection):
    return [row[0] for row in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'retort\\_%' ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%'")]


def accepts(statements):
    """The schema in memory if SQLite takes it, and every view, trigger and foreign key in it."""
    connection = connect()
    try:
        for statement in statements:
            connection.execute(statement)
        for kind, name in connection.execute(
                "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall():
            connection.execute(f"SELECT * FROM {quote(name)}").fetchall()
            if name.startswith("sqlite_"):
                continue
            if kind == "table":
                columns = [r for r in connection.execute(f"PRAGMA table_xinfo({quote(name)})")
                           if r[6] == 0]
                for column in columns:
                    connection.execute(f"EXPLAIN UPDATE {quote(name)} SET {quote(column[1])} = 1")
            operations = [f"DELETE FROM {quote(name)}"]
            if kind == "table":
                operations.append(f"INSERT INTO {quote(name)} DEFAULT VALUES")
            for operation in operations:
                try:
                    connection.execute("EXPLAIN " + operation)
                except sqlite3.Error as error:
                    if kind == "table" or "cannot modify" not in str(error):
                        raise
        connection.execute("PRAGMA foreign_key_check").fetchall()
        # A rename of what is not there parses the whole schema again.
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE zz_probe (a)")
        connection.execute("ALTER TABLE zz_probe RENAME COLUMN a TO b")
        connection.execute("ALTER TABLE zz_probe RENAME TO zz_probe_2")
        connection.execute("ROLLBACK")
    except (sqlite3.Error, sqlite3.Warning, ValueError):
        connection.close()
        return None
    return connection


def read_schema(connection):
    return [row[0] for row in connection.execute(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'retort\\_%' ESCAPE '\\' ORDER BY rowid")]


def real_schemas():
    groups = {}
    with open(DATA, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            groups.setdefault(row["schema"], []).append(row["stmt"])
    found = []
    for name, statements in groups.items():
        connection = connect()
        for statement in statements:
            if re.match(r"\s*(CREATE|ALTER|DROP)\b", statement, re.I) and \
                    not re.match(r"\s*CREATE\s+(TEMP|VIRTUAL)", statement, re.I):
                try:
                    connection.execute(statement)
                except sqlite3.Error:
                    pass
        schema = read_schema(connection)
        if schema and accepts(schema):
            found.append((name, schema))
    return found


MADE_UP = [
    ("shop", [
        "CREATE TABLE customer (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE "
        "NOCASE, email VARCHAR(200) UNIQUE, born DATE, CHECK (length(name) > 0))",
        "CREATE TABLE product (code TEXT NOT NULL PRIMARY KEY, price REAL NOT NULL DEFAULT 1.5 "
        "CHECK (price >= 0), doubled REAL AS (price * 2) STORED, label TEXT GENERATED ALWAYS AS "
        "(code || '!') VIRTUAL) WITHOUT ROWID",
        "CREATE TABLE sale (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer(id) ON "
        "DELETE CASCADE, product TEXT REFERENCES product ON UPDATE CASCADE DEFERRABLE INITIALLY "
        "DEFERRED, n INT DEFAULT (1 + 1), at TEXT DEFAULT CURRENT_TIMESTAMP, parent INT REFERENCES "
        "sale(id), UNIQUE (customer, product, at))",
        "CREATE INDEX sale_customer ON sale (customer, n DESC)",
        "CREATE UNIQUE INDEX customer_low ON customer (lower(email)) WHERE email IS NOT NULL",
        "CREATE VIEW best AS SELECT c.name, s.n FROM customer c JOIN sale s ON s.customer = c.id",
        "CREATE VIEW better (who, much) AS SELECT name, n FROM best WHERE n > 1",
        "CREATE TABLE audit (what TEXT, at TEXT)",
        "CREATE TRIGGER sale_made AFTER INSERT ON sale BEGIN INSERT INTO audit (what, at) VALUES "
        "('sale ' || NEW.id, NEW.at); UPDATE product SET price = price WHERE code = NEW.product; "
        "END",
        "CREATE TRIGGER best_gone INSTEAD OF DELETE ON best BEGIN DELETE FROM customer WHERE name "
        "= OLD.name; END",
    ]),
    ("strict", [
        "CREATE TABLE t (a INT, b ANY, c BLOB, d TEXT DEFAULT 'x''y', PRIMARY KEY (a)) STRICT",
        "CREATE TABLE u (a INTEGER NOT NULL, b TEXT, CONSTRAINT u_key PRIMARY KEY (a, b)) STRICT, "
        "WITHOUT ROWID",
        "CREATE TABLE v (rowid TEXT, x, y INT REFERENCES t(a), z NUMERIC(10, 2) DEFAULT -3)",
        "CREATE INDEX v_x ON v (x COLLATE NOCASE, y)",
    ]),
    ("circle", [
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b(id), n INT)",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a(id) ON DELETE SET NULL, t TEXT)",
        "CREATE TABLE c (id INTEGER PRIMARY KEY DESC, a INT, b INT, FOREIGN KEY (a) REFERENCES a, "
        "FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE)",
        "CREATE VIEW ab AS SELECT a.id, b.t FROM a LEFT JOIN b ON b.a = a.id",
        "CREATE TRIGGER a_up AFTER UPDATE OF n ON a WHEN NEW.n > 5 BEGIN UPDATE b SET t = NEW.n "
        "WHERE a = OLD.id; END",
    ]),
    ("odd names", [
        'CREATE TABLE "select" ("group" INTEGER PRIMARY KEY, "a b" TEXT, [c]]d] INT, `e``f` REAL, '
        '"g""h" TEXT DEFAULT "quoted")'.replace("]]d]", "d]"),
        'CREATE INDEX "in dex" ON "select" ("a b", [cd])',
        'CREATE VIEW "vi ew" AS SELECT "group", "a b" AS "x y" FROM "select"',
        'CREATE TABLE "été" ("ключ" TEXT PRIMARY KEY, "Größe" INT CHECK ("Größe" > 0))',
        "CREATE TRIGGER \"tri gger\" BEFORE DELETE ON \"select\" BEGIN SELECT RAISE(IGNORE) WHERE "
        "OLD.\"a b\" = 'keep'; END",
    ]),
]

TYPES = ["INT", "INTEGER", "TEXT", "VARCHAR(20)", "REAL", "NUMERIC", "BLOB", "", "DECIMAL(10,2)",
         "DATETIME", "BOOLEAN", "UNSIGNED BIG INT"]
DEFAULTS = ["0", "-1", "'x'", "NULL", "CURRENT_TIMESTAMP", "(1 + 2)", "1.50", "'it''s'", "x'00ff'",
            "(lower('A'))", "TRUE", "+7", "('paren')"]


def column_name(element):
    match = re.match(r'(?s)\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*("(?:[^"]|"")*"|\[[^\]]*\]|`(?:[^`]|``)*`|\w+)',
                     element)
    if not match:
        return None
    word = match.group(1)
    if word.upper() in ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"):
        return None
    return word


class Mutator:
    """Changes one thing of a schema's text; SQLite says whether the result is a schema."""

    def __init__(self, dice):
        self.dice = dice
        self.n = 0
        self.hints = {}

    def fresh(self, stem):
        self.n += 1
        return f"{stem}_{self.n}"

    def element_for(self, names):
        dice = self.dice
        name = self.fresh("col")
        kind = dice.choice(TYPES)
        text = f"{name} {kind}"
        for chance, clause in (
                (0.3, lambda: f" DEFAULT {dice.choice(DEFAULTS)}"),
                (0.2, lambda: " NOT NULL"),
                (0.15, lambda: f" CHECK ({name} IS NULL OR {name} <> 99)"),
                (0.1, lambda: f" CONSTRAINT {self.fresh('ck')} CHECK (length({name}) < 1000)"),
                (0.15, lambda: f" COLLATE {dice.choice(['NOCASE', 'RTRIM', 'BINARY'])}"),
                (0.15, lambda: f" REFERENCES {dice.choice(self.tables)}" if self.tables else ""),
                (0.1, lambda: " UNIQUE"),
                (0.1, lambda: f" AS ({dice.choice(names)} || 'g') "
                              f"{dice.choice(['STORED', 'VIRTUAL', ''])}")):
            if dice.random() < chance:
                text += clause()
        return text

    def constraint_for(self, names):
        dice = self.dice
        a, b = dice.choice(names), dice.choice(names)
        head = f"CONSTRAINT {self.fresh('con')} " if dice.random() < 0.3 else ""
        return head + dice.choice([
            f"CHECK ({a} IS NULL OR {a} <> 'zzz')",
            f"UNIQUE ({a}, {b})",
            f"UNIQUE ({a} COLLATE NOCASE DESC) ON CONFLICT IGNORE",
            f"FOREIGN KEY ({a}) REFERENCES {dice.choice(self.tables)}"
            f"{dice.choice(['', ' ON DELETE CASCADE', ' ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED'])}",
            f"PRIMARY KEY ({a})", f"PRIMARY KEY ({a}, {b})",
        ])

    def alter_element(self, element, names):
        dice = self.dice
        name = column_name(element)
        if not name:
            return element
        choices = [
            lambda e: e + " NOT NULL",
            lambda e: re.sub(r"\s+NOT\s+NULL", "", e, flags=re.I),
            lambda e: e + f" DEFAULT {dice.choice(DEFAULTS)}",
            lambda e: re.sub(r"\s+DEFAULT\s+('[^']*'|-?[\w.]+|\([^()]*\))",
                             dice.choice(["", " DEFAULT " + dice.choice(DEFAULTS)]), e, flags=re.I),
            lambda e: re.sub(r"^(\s*(?:\"[^\"]*\"|\[[^\]]*\]|`[^`]*`|\w+))\s+\w+(\s*\([\d, ]*\))?",
                             lambda m: m.group(1) + " " + dice.choice(TYPES), e, count=1),
            lambda e: e + f" COLLATE {dice.choice(['NOCASE', 'RTRIM'])}",
            lambda e: e + f" CHECK ({name} IS NOT 'bad')",
            lambda e: e + f" REFERENCES {dice.choice(self.tables)}",
            lambda e: e + " UNIQUE",
            lambda e: e + " PRIMARY KEY",
            lambda e: e + " PRIMARY KEY AUTOINCREMENT",
            lambda e: re.sub(r"\s+PRIMARY\s+KEY(\s+AUTOINCREMENT)?", "", e, flags=re.I),
            lambda e: re.sub(r"\s+AUTOINCREMENT", "", e, flags=re.I),
            lambda e: re.sub(r"(PRIMARY\s+KEY)\b", r"\1 AUTOINCREMENT", e, flags=re.I),
            lambda e: re.sub(r"\s+REFERENCES.*$", "", e, flags=re.I | re.S),
            lambda e: re.sub(r"\s+CHECK\s*\(.*\)", "", e, flags=re.I | re.S),
            lambda e: re.sub(r"\s+(GENERATED\s+ALWAYS\s+)?AS\s*\(.*\)(\s*(STORED|VIRTUAL))?", "",
                             e, flags=re.I | re.S),
            lambda e: e.replace("STORED", "VIRTUAL") if "STORED" in e else
            e.replace("VIRTUAL", "STORED"),
            lambda e: e + f" AS ({dice.choice(names)} || 'x')",
        ]
        return dice.choice(choices)(element)

    def alter_table(self, sql):
        parts = split_create(sql)
        if not parts:
            return sql
        dice, elements = self.dice, parts[1]
        names = [name for name in map(column_name, elements) if name]
        action = dice.choice(["add", "add", "drop", "alter", "alter", "alter", "constraint",
                              "shuffle", "tail", "end"])
        if action == "add":
            at = max([i for i, e in enumerate(elements) if column_name(e)], default=0) + 1
            if dice.random() < 0.3:
                at = dice.randrange(at + 1)
            elements.insert(at, " " + self.element_for(names))
        elif action == "drop":
            elements.pop(dice.randrange(len(elements)))
        elif action == "alter":
            i = dice.randrange(len(elements))
            elements[i] = self.alter_element(elements[i], names)
        elif action == "constraint":
            elements.append(" " + self.constraint_for(names))
        elif action == "shuffle":
            columns = [e for e in elements if column_name(e)]
            others = [e for e in elements if not column_name(e)]
            dice.shuffle(columns)
            elements[:] = columns + others
        elif action == "tail":
            parts[2] = dice.choice([")", ") WITHOUT ROWID", ") STRICT", ") STRICT, WITHOUT ROWID"])
        else:
            elements[-1] += " "
        return parts[0] + ",".join(elements) + parts[2]

    def new_statement(self, connection):
        dice = self.dice
        table = dice.choice(self.tables)
        columns = [quote(row[1]) for row in connection.execute(f"PRAGMA table_xinfo({table})")]
        a, b = dice.choice(columns), dice.choice(columns)
        views = [quote(row[0]) for row in
                 connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")]
        return dice.choice([
            lambda: f"CREATE {dice.choice(['', 'UNIQUE '])}INDEX {self.fresh('ix')} ON {table} ({a}"
                    f"{dice.choice(['', ' DESC', ' COLLATE NOCASE'])})",
            lambda: f"CREATE INDEX {self.fresh('ix')} ON {table} (lower({a}), {b}) WHERE {b} IS "
                    "NOT NULL",
            lambda: f"CREATE VIEW {self.fresh('vw')} AS SELECT {a} AS p, {b} AS q FROM {table}",
            lambda: f"CREATE VIEW {self.fresh('vw')} AS SELECT * FROM "
                    f"{dice.choice(views + [table])}",
            lambda: f"CREATE VIEW {self.fresh('vw')} (p) AS WITH w AS (SELECT {a} AS x FROM {table}"
                    ") SELECT x FROM w ORDER BY 1",
            lambda: f"CREATE TRIGGER {self.fresh('tr')} AFTER {dice.choice(['INSERT', 'DELETE'])} "
                    f"ON {table} BEGIN UPDATE {dice.choice(self.tables)} SET rowid = rowid WHERE 0;"
                    " SELECT 1; END",
            lambda: f"CREATE TRIGGER {self.fresh('tr')} BEFORE UPDATE OF {a} ON {table} WHEN NEW."
                    f"{a} IS NOT OLD.{b} BEGIN SELECT RAISE(IGNORE) WHERE NEW.{a} = 'never'; END",
            lambda: f"CREATE TRIGGER {self.fresh('tr')} INSTEAD OF INSERT ON "
                    f"{dice.choice(views or ['none'])} BEGIN DELETE FROM {table} WHERE 0; END",
            lambda: f"CREATE TABLE {self.fresh('tab')} (id INTEGER PRIMARY KEY"
                    f"{dice.choice(['', ' AUTOINCREMENT'])}, r INT REFERENCES {table}, s TEXT)",
        ])()

    def rename(self, connection):
        """By SQLite itself; the hint says from what."""
        dice = self.dice
        table = dice.choice(self.tables)
        if dice.random() < 0.3:
            new = self.fresh("renamed")
            connection.execute(f"ALTER TABLE {table} RENAME TO {new}")
            return ("table", new, table)
        columns = [row[1] for row in connection.execute(f"PRAGMA table_xinfo({table})")]
        old, new = dice.choice(columns), self.fresh("ren")
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {quote(old)} TO {new}")
        return ("column", new, quote(old), table)

    def step(self, statements):
        """The schema after one change, or None when SQLite does not take it."""
        dice = self.dice
        connection = accepts(statements)
        self.tables = [quote(name) for name in tables_of(connection)]
        if not self.tables:
            return None
        action = dice.choice(["alter"] * 6 + ["new"] * 3 + ["drop", "drop", "rename", "sqlite"])
        changed = list(statements)
        hint = None
        try:
            if action == "alter":
                at = [i for i, s in enumerate(changed) if split_create(s)]
                i = dice.choice(at)
                changed[i] = self.alter_table(changed[i])
            elif action == "new":
                changed.append(self.new_statement(connection))
            elif action == "drop":
                changed.pop(dice.randrange(len(changed)))
            elif action == "rename":
                hint = self.rename(connection)
                changed = read_schema(connection)
            else:
                table = dice.choice(self.tables)
                name = self.element_for(["1"])
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {name}")
                changed = read_schema(connection)
        except (sqlite3.Error, ValueError, IndexError):
            return None
        result = accepts(changed)
        if result is None or changed == statements:
            return None
        if hint:
            self.note(hint)
        return changed

    def note(self, hint):
        if hint[0] == "table":
            for known in list(self.hints):
                if known[0] == hint[2].strip('"'):
                    self.hints[(hint[1], known[1])] = self.hints.pop(known)
            self.hints[(hint[1], None)] = self.hints.pop((hint[2].strip('"'), None), hint[2])
        else:
            table = hint[3].strip('"')
            old = hint[2].strip('"')
            self.hints[(table, hint[1])] = self.hints.pop((table, old), hint[2])


def table_name(sql):
    match = re.match(r'\s*CREATE\s+TABLE\s+("(?:[^"]|"")*"|\[[^\]]*\]|`[^`]*`|\w+)', sql, re.I)
    return match.group(1).strip('"[]`') if match else None


def with_hints(statements, hints):
    """The schema file, with a line above each renamed table and column."""
    out = []
    for sql in statements:
        parts = split_create(sql)
        name = table_name(sql)
        if parts:
            for i, element in enumerate(parts[1]):
                column = column_name(element)
                old = hints.get((name, column.strip('"') if column else None)) if column else None
                if old:
                    parts[1][i] = f"\n-- retort: renamed from {old}\n{element.lstrip()}"
            sql = parts[0] + ",".join(parts[1]) + parts[2]
            if (name, None) in hints:
                sql = f"-- retort: renamed from {hints[(name, None)]}\n{sql}"
        out.append(sql)
    return ";\n".join(out) + ";\n"


# ---- rows ---------------------------------------------------------------------------------------

def random_value(dice, kind):
    kind = kind.upper()
    if dice.random() < 0.15:
        return None
    if "INT" in kind or kind in ("BOOLEAN",):
        return dice.choice([dice.randrange(50), dice.randrange(-5, 10**6)])
    if any(word in kind for word in ("REAL", "DECIMAL", "NUMERIC", "FLOA", "DOUB")):
        return dice.choice([dice.random() * 100, dice.randrange(100)])
    if "BLOB" in kind:
        return bytes(dice.randrange(256) for _ in range(dice.randrange(5)))
    return dice.choice(["", "a", "B", "b ", "it's", "x\ny", "1", "01", "é", "2024-01-01"]) + \
        str(dice.randrange(100))


def fill(connection, dice):
    connection.execute("PRAGMA foreign_keys = ON")
    tables = tables_of(connection)
    for _ in range(3):
        dice.shuffle(tables)
        for table in tables:
            fill_table(connection, dice, table)
    for table in tables:
        if dice.random() < 0.5:
            try:
                connection.execute(f"DELETE FROM {quote(table)} WHERE random() % 3 = 0 OR rowid = "
                                   f"(SELECT max(rowid) FROM {quote(table)})")
            except sqlite3.Error:
                pass


def fill_table(connection, dice, table):
    columns = [r for r in connection.execute(f"PRAGMA table_xinfo({quote(table)})") if r[6] == 0]
    parents = {}
    for row in connection.execute(f"PRAGMA foreign_key_list({quote(table)})"):
        parents[row[3]] = (row[2], row[4])
    for _ in range(6):
        values = []
        for column in columns:
            value = random_value(dice, column[2])
            if column[1] in parents:
                value = parent_value(connection, parents[column[1]])
            values.append(value)
        places = ", ".join("?" * len(values))
        names = ", ".join(quote(column[1]) for column in columns)
        try:
            connection.execute(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", values)
        except (sqlite3.Error, OverflowError):
            pass


def parent_value(connection, parent):
    table, column = parent
    try:
        if not column:
            keys = [r[1] for r in connection.execute(f"PRAGMA table_info({quote(table)})") if r[5]]
            column = keys[0] if keys else "rowid"
        row = connection.execute(f"SELECT {quote(column)} FROM {quote(table)} ORDER BY random() "
                                 "LIMIT 1").fetchone()
        return row[0] if row else None
    except sqlite3.Error:
        return None


# ---- what SQLite says ---------------------------------------------------------------------------

def has_rowid(connection, table):
    row = connection.execute("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?",
                             (table,)).fetchone()
    return not row[0]


def rowid_word(columns):
    names = {column.lower() for column in columns}
    return next((word for word in ("rowid", "_rowid_", "oid") if word not in names), None)


def rowid_column(columns):
    """Roughly whether a column is the rowid; the pragma does not say."""
    return sum(kind == "INTEGER" and is_key for kind, _, is_key in columns.values())


def read_rows(connection):
    """Per table: its column types and its rows, by rowid where it has one."""
    found = {}
    for table in tables_of(connection):
        info = connection.execute(f"PRAGMA table_xinfo({quote(table)})").fetchall()
        columns = {row[1]: (row[2].upper(), row[6], row[5]) for row in info}
        word = rowid_word(columns) if has_rowid(connection, table) else None
        names = ", ".join(quote(name) for name in columns)
        head = word or "1"
        rows = []
        for row in connection.execute(f"SELECT {head}, {names} FROM {quote(table)}"):
            rows.append((row[0], dict(zip(columns, row[1:]))))
        found[table] = (columns, rows, word)
    return found


def describe(connection):
    """The schema as the pragmas see it: what two databases must share to be the same."""
    out = {}
    for kind, name, sql in connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE "
            "'sqlite_%' AND name NOT LIKE 'retort\\_%' ESCAPE '\\'").fetchall():
        if kind in ("view", "trigger"):
            out[(kind, name)] = tokens(sql)
        elif kind == "table":
            out[(kind, name)] = describe_table(connection, name, sql)
    return out


def tokens(sql):
    sql = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)
    words = re.findall(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|[^\W\d]\w*|[\d.]+|\S",
                       sql)
    words = [w[1:-1].lower() if w[0] in "\"`[" else w if w[0] == "'" else w.lower() for w in words]
    return [w for w in words if w not in ("if", "not", "exists")]


def key_column(connection, table, at):
    """What REFERENCES without columns points at."""
    for row in connection.execute(f"PRAGMA table_info({quote(table)})"):
        if row[5] == at + 1:
            return row[1]
    return ""


def describe_table(connection, name, sql):
    # NOT NULL of what is the rowid says nothing.
    columns = sorted((row[1].lower(), row[2].upper().replace(" ", ""),
                      row[3] and not (row[5] and row[2].upper() == "INTEGER"), plain(row[4]),
                      row[5], row[6])
                     for row in connection.execute(f"PRAGMA table_xinfo({quote(name)})"))
    keys = {}
    for row in connection.execute(f"PRAGMA foreign_key_list({quote(name)})"):
        referenced = row[4] or key_column(connection, row[2], row[1])
        keys.setdefault(row[0], []).append(
            (row[2].lower(), row[3].lower(), referenced.lower(), row[5], row[6]))
    indexes = []
    for row in connection.execute(f"PRAGMA index_list({quote(name)})").fetchall():
        parts = [((r[2] or "?").lower(), r[3], r[4]) for r in
                 connection.execute(f"PRAGMA index_xinfo({quote(row[1])})") if r[5]]
        indexes.append((row[1] if row[3] == "c" else "", row[2], row[3], row[4], parts))
    listed = connection.execute("SELECT wr, strict FROM pragma_table_list WHERE schema = 'main' "
                                "AND name = ?", (name,)).fetchone()
    words = tokens(sql)
    return [columns, sorted(map(str, keys.values())), sorted(map(str, indexes)), listed,
            "autoincrement" in words, words.count("check"), words.count("deferred")]


def plain(default):
    if default and default.upper() == "NULL":
        return None
    while default and default.startswith("(") and default.endswith(")"):
        default = default[1:-1].strip()
    return default


def sequences(connection):
    try:
        return dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    except sqlite3.Error:
        return {}


def is_autoincrement(connection, table):
    row = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    return row is not None and "autoincrement" in tokens(row[0])


def foreign_keys(connection, table):
    keys = {}
    for row in connection.execute(f"PRAGMA foreign_key_list({quote(table)})"):
        key = keys.setdefault(row[0], [row[2], [], []])
        key[1].append(row[3])
        key[2].append(row[4])
    return keys.values()


def column_types(connection, table):
    return sorted(row[1:3] for row in connection.execute(f"PRAGMA table_xinfo({quote(table)})"))


def may_be_broken(before, after, hints, table, parent):
    """Whether rows that were right may break a foreign key of `table` to `parent` now: it is new,
    or one of the two tables is another."""
    def old_table(name):
        return hints.get((name, None), name).strip('"')

    def old_column(name, column):
        return (hints.get((name, column)) or column).strip('"') if column else column

    def old_types(name):
        return sorted((old_column(name, column), kind)
                      for column, kind in column_types(after, name))

    found = False
    for target, columns, referenced in foreign_keys(after, table):
        if target.lower() != parent.lower():
            continue
        found = True
        wanted = [old_table(target).lower(), [old_column(table, c).lower() for c in columns]]
        was = [[t.lower(), [c.lower() for c in cs]]
               for t, cs, _ in foreign_keys(before, old_table(table))]
        if wanted not in was:
            return True
        for name in (table, target):
            if old_types(name) != column_types(before, old_table(name)):
                return True
    return found and not column_types(after, parent)


# ---- one case -----------------------------------------------------------------------------------

class Case:
    def __init__(self, retort, seed, schemas, folder):
        self.dice = random.Random(seed)
        self.retort = retort
        self.folder = folder
        self.name, self.before = self.dice.choice(schemas)
        self.log = []
        self.way = None  # the schema before, the one after, and what is renamed between them

    def run(self, *arguments, may_fail=False):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RETORT_")}
        if "RETORT_DRIVER_PATH" in os.environ:
            environment["RETORT_DRIVER_PATH"] = os.environ["RETORT_DRIVER_PATH"]
        result = subprocess.run([self.retort, *arguments], cwd=self.folder, text=True,
                                capture_output=True, stdin=subprocess.DEVNULL, timeout=120,
                                env=environment)
        self.log.append(f"$ retort {' '.join(arguments)} -> {result.returncode}\n"
                        f"{result.stdout}{result.stderr}")
        if result.returncode < 0 or "Sanitizer" in result.stderr:
            raise Failure(f"retort {arguments[0]} died")
        if result.returncode and not may_fail:
            raise Failure(f"retort {' '.join(arguments)} failed")
        return result

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as out:
            out.write(text)

    def open(self):
        return connect(os.path.join(self.folder, "app.db"))

    def expect_nothing_to_do(self, when):
        result = self.run("check", may_fail=True)
        if result.returncode:
            raise Failure(f"check {when} still finds something to do")

    def expect_schema(self, statements, when):
        wanted, found = describe(accepts(statements)), describe(self.open())
        for key in sorted(set(wanted) | set(found)):
            if wanted.get(key) != found.get(key):
                raise Failure(f"{when}: {key} is {found.get(key)}\n  and not {wanted.get(key)}")
        broken = [row for row in self.open().execute("PRAGMA foreign_key_check")
                  if not self.is_breakable(row[0], row[2])]
        if broken:
            raise Failure(f"{when}: foreign_key_check says {broken[:3]}")
        fine = self.open().execute("PRAGMA integrity_check").fetchall()
        # ADD COLUMN gives rows a default of any type and asks no CHECK of it.
        if fine != [("ok",)] and not any(re.search(r"\bvalue in\b|CHECK", row[0]) for row in fine):
            raise Failure(f"{when}: integrity_check says {fine[:3]}")

    def is_breakable(self, table, parent):
        if not self.way:
            return False
        return may_be_broken(accepts(self.way[0]), accepts(self.way[1]), self.way[2], table, parent)

    def is_by_rows(self, result):
        broken = re.search(r"table (.*), rowid .*, parent ([^,\n]*)", result.stderr)
        if broken:
            return self.is_breakable(broken.group(1), broken.group(2))
        return ROWS_AT_FAULT.search(result.stderr)

    def expect_rows(self, before, sequences_before, hints, when):
        connection = self.open()
        after = read_rows(connection)
        sequences_after = sequences(connection)
        old_of = {new: old.strip('"') for (new, column), old in hints.items() if column is None}
        for table, (columns, rows, word) in after.items():
            old_table = old_of.get(table, table)
            match = next((t for t in before if t.lower() == old_table.lower()), None)
            if match is None:
                continue
            old_columns, old_rows, old_word = before[match]
            if len(rows) != len(old_rows):
                raise Failure(f"{when}: {table} has {len(rows)} rows, had {len(old_rows)}")
            self.compare_columns(table, columns, rows, old_columns, old_rows,
                                 word and old_word, hints, when)
            kept = match in sequences_before and is_autoincrement(connection, table)
            if kept and sequences_after.get(table) != sequences_before[match]:
                raise Failure(f"{when}: the counter of {table} is {sequences_after.get(table)}, "
                              f"was {sequences_before[match]}")

    def compare_columns(self, table, columns, rows, old_columns, old_rows, by_rowid, hints, when):
        pairs = []
        for name, (kind, hidden, _) in columns.items():
            old = (hints.get((table, name)) or name).strip('"')
            match = next((c for c in old_columns if c.lower() == old.lower()), None)
            if match and old_columns[match][0] == kind != "ANY" and not hidden and not old_columns[match][1]:
                pairs.append((name, match))
        by_rowid = by_rowid and rowid_column(columns) == rowid_column(old_columns)
        now = sorted((repr(row if by_rowid else 0), repr([values[a] for a, _ in pairs]))
                     for row, values in rows)
        then = sorted((repr(row if by_rowid else 0), repr([values[b] for _, b in pairs]))
                      for row, values in old_rows)
        if now != then:
            wrong = [pair for pair in zip(now, then) if pair[0] != pair[1]][:2]
            raise Failure(f"{when}: rows of {table} ({pairs}) are not what they were: {wrong}")

    def mutate(self):
        mutator = Mutator(self.dice)
        statements = self.before
        wanted = self.dice.randint(1, self.dice.choice([1, 2, 3, 8]))
        done = 0
        for _ in range(wanted * 30):
            changed = mutator.step(statements)
            if changed is not None:
                statements = changed
                done += 1
                if done == wanted:
                    break
        return statements, mutator.hints

    def test(self):
        after, hints = self.mutate()
        if after == self.before:
            return "nothing changed"
        if self.dice.random() < 0.5:
            self.before, after, hints = (after, self.before, {}) if not hints else \
                (self.before, after, hints)
        self.write("retort.ini", "[retort]\nurl = sqlite:///app.db\nschema = schema.sql\n"
                                 "script_location = migrations\n[lint]\ndata-loss = note\n"
                                 "invalidates = note\n")
        os.makedirs(os.path.join(self.folder, "migrations", "versions"))
        before_text = ";\n".join(self.before) + ";\n"
        after_text = with_hints(after, hints)
        self.write("schema.sql", before_text)
        self.write("before.sql", before_text)
        self.write("after.sql", after_text)
        self.run("revision", "--autogenerate", "-m", "first", "--rev-id", "one")
        self.run("upgrade", "head")
        self.expect_nothing_to_do("after the first upgrade")
        self.expect_schema(self.before, "after the first upgrade")
        connection = self.open()
        fill(connection, self.dice)
        rows, counters = read_rows(connection), sequences(connection)
        connection.close()
        self.write("schema.sql", after_text)
        self.way = (self.before, after, hints)
        outcome = self.migrate(after, rows, counters, hints)
        self.run("diff", "scripts", "after.sql", "--exit-code")
        return outcome

    def script(self):
        folder = os.path.join(self.folder, "migrations", "versions")
        names = [name for name in os.listdir(folder) if name.startswith("two")]
        if not names:
            return None
        with open(os.path.join(folder, names[0]), encoding="utf-8") as text:
            return text.read()

    def migrate(self, after, rows, counters, hints):
        made = self.run("revision", "--autogenerate", "-m", "second", "--rev-id", "two",
                        may_fail=True)
        if made.returncode:
            raise Failure("revision --autogenerate failed")
        script = self.script()
        if script is None:
            self.expect_schema(after, "no difference was found, and yet")
            return "no difference"
        self.log.append(script)
        stay = self.dump()
        up = self.run("upgrade", "head", may_fail=True)
        if up.returncode:
            if not self.is_by_rows(up):
                raise Failure("upgrade failed, and not by the rows")
            if self.dump() != stay:
                raise Failure("a failed upgrade left something behind")
            return "the rows do not fit"
        self.expect_nothing_to_do("after the upgrade")
        self.expect_schema(after, "after the upgrade")
        self.expect_rows(rows, counters, hints, "after the upgrade")
        return self.and_back(script, after, rows, counters, hints)

    def and_back(self, script, after, rows, counters, hints):
        middle, middle_counters = read_rows(self.open()), sequences(self.open())
        stay = self.dump()
        back = {}
        for (table, column), old in hints.items():
            old_table = hints.get((table, None), table).strip('"')
            if column is None:
                back[(old.strip('"'), None)] = table
            else:
                back[(old_table, old.strip('"'))] = column
        self.way = (after, self.before, back)
        down = self.run("downgrade", "-1", may_fail=True)
        if down.returncode:
            if not self.is_by_rows(down):
                raise Failure("downgrade failed, and not by the rows")
            if self.dump() != stay:
                raise Failure("a failed downgrade left something behind")
            return "the rows do not fit back"
        self.write("schema.sql", open(os.path.join(self.folder, "before.sql"),
                                      encoding="utf-8").read())
        self.expect_nothing_to_do("after the downgrade")
        self.expect_schema(self.before, "after the downgrade")
        self.expect_rows(middle, middle_counters, back, "after the downgrade")
        self.write("schema.sql", open(os.path.join(self.folder, "after.sql"),
                                      encoding="utf-8").read())
        self.way = (self.before, after, hints)
        up = self.run("upgrade", "head", may_fail=True)
        if up.returncode and not self.is_by_rows(up):
            raise Failure("the second upgrade failed, and not by the rows")
        if not up.returncode:
            self.expect_nothing_to_do("after the second upgrade")
            self.expect_schema(after, "after the second upgrade")
        return "up and down"

    def dump(self):
        connection = self.open()
        return [row for row in connection.execute("SELECT type, name, sql FROM sqlite_schema "
                                                  "WHERE name NOT LIKE 'retort%'")], \
            repr(read_rows(connection)), sequences(connection)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("retort")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("RETORT_SEED", "1")))
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--stop", type=int, default=1, help="after so many failures")
    parser.add_argument("--keep", action="store_true", help="the folders of failed cases")
    options = parser.parse_args()
    retort = os.path.abspath(options.retort)
    schemas = [(name, schema) for name, schema in real_schemas() + MADE_UP]
    for name, schema in MADE_UP:
        assert accepts(schema), name
    failures, outcomes, started = 0, {}, time.monotonic()
    seed = options.seed
    while seed < options.seed + options.count and failures < options.stop:
        if options.seconds and time.monotonic() - started > options.seconds:
            break
        folder = tempfile.mkdtemp(prefix=f"retort-{seed}-")
        case = Case(retort, seed, schemas, folder)
        try:
            outcome = case.test()
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
            shutil.rmtree(folder)
        except (Failure, subprocess.TimeoutExpired) as failure:
            failures += 1
            print(f"# {case.name}, seed {seed}: {failure}")
            if options.stop == 1:
                print("# " + "\n".join(case.log).replace("\n", "\n# "))
            if options.keep:
                print(f"# kept in {folder}")
            else:
                shutil.rmtree(folder)
        seed += 1
    print(f"# {seed - options.seed} cases from seed {options.seed}: {outcomes}")
    print("not ok" if failures else "ok", "1 random migrations")
    print("1..1")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
