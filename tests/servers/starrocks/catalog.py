"""The schema as clients ask for it: SHOW statements and information_schema.

All of it is read from the DDL that the engine prints, so a dialect needs no code here.
"""

import json
import re
import sqlite3

import sql as lexical

_TABLE_COLUMNS = {
    "schemata": "CATALOG_NAME SCHEMA_NAME DEFAULT_CHARACTER_SET_NAME DEFAULT_COLLATION_NAME SQL_PATH",
    "tables": "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE VERSION ROW_FORMAT "
              "TABLE_ROWS AVG_ROW_LENGTH DATA_LENGTH MAX_DATA_LENGTH INDEX_LENGTH DATA_FREE "
              "AUTO_INCREMENT CREATE_TIME UPDATE_TIME CHECK_TIME TABLE_COLLATION CHECKSUM "
              "CREATE_OPTIONS TABLE_COMMENT",
    "columns": "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION "
               "COLUMN_DEFAULT IS_NULLABLE DATA_TYPE CHARACTER_MAXIMUM_LENGTH "
               "CHARACTER_OCTET_LENGTH NUMERIC_PRECISION NUMERIC_SCALE DATETIME_PRECISION "
               "CHARACTER_SET_NAME COLLATION_NAME COLUMN_TYPE COLUMN_KEY EXTRA PRIVILEGES "
               "COLUMN_COMMENT COLUMN_SIZE DECIMAL_DIGITS GENERATION_EXPRESSION SRS_ID",
    "tables_config": "TABLE_SCHEMA TABLE_NAME TABLE_ENGINE TABLE_MODEL PRIMARY_KEY PARTITION_KEY "
                     "DISTRIBUTE_KEY DISTRIBUTE_TYPE DISTRIBUTE_BUCKET SORT_KEY PROPERTIES "
                     "TABLE_ID",
    "views": "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME VIEW_DEFINITION CHECK_OPTION IS_UPDATABLE "
             "DEFINER SECURITY_TYPE CHARACTER_SET_CLIENT COLLATION_CONNECTION",
    "materialized_views": "MATERIALIZED_VIEW_ID TABLE_SCHEMA TABLE_NAME REFRESH_TYPE IS_ACTIVE "
                          "INACTIVE_REASON PARTITION_TYPE TASK_ID TASK_NAME "
                          "MATERIALIZED_VIEW_DEFINITION",
}

_HEAD = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:EXTERNAL\s+|TEMPORARY\s+)*"
    r"(?P<kind>TABLE|VIEW|MATERIALIZED\s+VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?P<name>(?:`(?:``|[^`])+`|\"[^\"]+\"|\w+)(?:\s*\.\s*(?:`(?:``|[^`])+`|\"[^\"]+\"|\w+))*)",
    re.IGNORECASE)
_NAME_PART = re.compile(r"`(?:``|[^`])+`|\"[^\"]+\"|\w+")
_TYPE_ENDS = frozenset("""NOT NULL DEFAULT COMMENT KEY AUTO_INCREMENT AS PRIMARY UNIQUE CHECK REFERENCES COLLATE
    CONSTRAINT GENERATED SUM MIN MAX REPLACE REPLACE_IF_NOT_NULL HLL_UNION BITMAP_UNION
    PERCENTILE_UNION AGG_STATE""".split())
_AGGREGATES = frozenset(["SUM", "MIN", "MAX", "REPLACE", "REPLACE_IF_NOT_NULL", "HLL_UNION",
                         "BITMAP_UNION", "PERCENTILE_UNION"])
_NO_COLUMN = frozenset(["PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT", "INDEX", "KEY"])
_KEYS = {"PRIMARY": ("PRIMARY_KEYS", "PRI"), "UNIQUE": ("UNIQUE_KEYS", "UNI"),
         "AGGREGATE": ("AGG_KEYS", "AGG"), "DUPLICATE": ("DUP_KEYS", "DUP")}


def _parts(body):
    """The pieces of a list between commas, as lists of tokens, and where the list ends."""
    parts, depth, end = [[]], 0, len(body)
    for kind, text, at in lexical.tokens(body):
        if kind == "sign" and text in "(<":
            depth += 1
        elif kind == "sign" and text in ")>":
            depth -= 1
            if depth < 0:
                return parts, at
        if depth == 0 and text == ",":
            parts.append([])
        else:
            parts[-1].append((kind, text, at))
    return parts, end


class Column:
    def __init__(self, tokens, source):
        words = [text.upper() if kind == "word" else "" for kind, text, _ in tokens]
        self.name = lexical.unquote(tokens[0][1])
        end = next((i for i in range(1, len(words)) if words[i] in _TYPE_ENDS), len(words))
        last = tokens[end - 1]
        self.type = source[tokens[1][2]:last[2] + len(last[1])] if end > 1 else ""
        rest = words[end:]
        self.is_key = "KEY" in rest
        self.aggregate = next((word for word in rest if word in _AGGREGATES), "")
        self.is_nullable = not any(a == "NOT" and b == "NULL" for a, b in zip(rest, rest[1:]))
        self.is_auto_increment = "AUTO_INCREMENT" in rest
        self.default = self._after("DEFAULT", tokens, words, end)
        self.comment = self._after("COMMENT", tokens, words, end) or ""
        self.generated = self._expression(tokens, words, end, source)

    @staticmethod
    def _after(word, tokens, words, end):
        if word not in words[end:]:
            return None
        at = words.index(word, end) + 1
        if at == len(tokens):
            return None
        if tokens[at][1] != "(":
            value = lexical.unquote(tokens[at][1])
            return None if value.upper() == "NULL" else value
        close = next(i for i in range(at, len(tokens)) if tokens[i][1] == ")" and
                     sum(t[1] == "(" for t in tokens[at:i]) == 1 +
                     sum(t[1] == ")" for t in tokens[at:i]))
        return "".join(text for _, text, _ in tokens[at + 1:close])

    @staticmethod
    def _expression(tokens, words, end, source):
        if "AS" not in words[end:]:
            return ""
        first = tokens[words.index("AS", end) + 1][2]
        after = words.index("COMMENT", end) if "COMMENT" in words[end:] else len(tokens)
        last = tokens[after - 1]
        return source[first:last[2] + len(last[1])]


class Thing:
    """A table, view or materialized view, as its CREATE statement says."""

    def __init__(self, statement, default_database):
        head = _HEAD.match(statement)
        names = [lexical.unquote(part.replace('"', "`"))
                 for part in _NAME_PART.findall(head["name"])]
        self.kind = re.sub(r"\s+", " ", head["kind"].upper())
        self.database = names[-2] if len(names) > 1 else default_database
        self.name = names[-1]
        self.statement = head.string[:head.start("name")] + lexical.quote_name(self.name) + \
            statement[head.end("name"):]
        self.columns, self.tail = [], statement[head.end("name"):]
        if self.tail.lstrip().startswith("("):
            body = self.tail[self.tail.index("(") + 1:]
            parts, end = _parts(body)
            self.tail = body[end + 1:]
            self.columns = [Column(part, body) for part in parts
                            if part and part[0][1].upper() not in _NO_COLUMN]
        found = re.search(r"\bAS\s", self.tail, re.IGNORECASE)
        self.definition = self.tail[found.end():].strip() if found else ""
        clauses = self.tail[:found.start()] if found and self.kind != "TABLE" else self.tail
        comment = re.search(r'\bCOMMENT\s*=?\s*("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')', clauses,
                            re.IGNORECASE)
        self.comment = lexical.unquote(comment[1]) if comment else ""
        self._read_keys(clauses)
        self._read_clauses(clauses)

    def _read_keys(self, clauses):
        found = re.search(r"\b(PRIMARY|UNIQUE|AGGREGATE|DUPLICATE)\s+KEY\s*\(([^)]*)\)", clauses,
                          re.IGNORECASE)
        self.model, self.key_word = _KEYS[found[1].upper() if found else "DUPLICATE"]
        names = [lexical.unquote(part) for part in _NAME_PART.findall(found[2])] if found else []
        self.keys = names or [column.name for column in self.columns if column.is_key]

    def _read_clauses(self, clauses):
        hashed = re.search(r"\bDISTRIBUTED\s+BY\s+HASH\s*\(([^)]*)\)", clauses, re.IGNORECASE)
        buckets = re.search(r"\bBUCKETS\s+(\d+)", clauses, re.IGNORECASE)
        order = re.search(r"\bORDER\s+BY\s*\(([^)]*)\)", clauses, re.IGNORECASE)
        self.hash = [lexical.unquote(n) for n in _NAME_PART.findall(hashed[1])] if hashed else []
        self.buckets = int(buckets[1]) if buckets else 0
        self.order = ([lexical.unquote(n) for n in _NAME_PART.findall(order[1])] if order
                      else self.keys)
        properties = re.search(r"\bPROPERTIES\s*\((.*?)\)\s*(?:AS\b.*)?$", clauses,
                               re.IGNORECASE | re.DOTALL)
        strings = [lexical.unquote(text) for kind, text, _ in
                   lexical.tokens(properties[1] if properties else "") if kind == "string"]
        self.properties = dict(zip(strings[::2], strings[1::2]))


def _names(names):
    return ", ".join(lexical.quote_name(name) for name in names)


class Catalog:
    """What one reading of the engine's DDL says."""

    def __init__(self, ddl, databases, default_database):
        self.databases = set(databases)
        self.things = {}
        for statement in lexical.split(ddl):
            found = re.match(r"CREATE\s+DATABASE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\S+)", statement,
                             re.IGNORECASE)
            if found:
                self.databases.add(lexical.unquote(found[1]))
            elif _HEAD.match(statement):
                thing = Thing(statement, default_database)
                self.databases.add(thing.database)
                self.things[thing.database, thing.name] = thing
        self._tables = None

    def of(self, database):
        return sorted((thing for thing in self.things.values() if thing.database == database),
                      key=lambda thing: thing.name)

    def _rows(self):
        """(table of information_schema, {column: value})."""
        for name in sorted(self.databases | {"information_schema"}):
            yield "schemata", {"CATALOG_NAME": "def", "SCHEMA_NAME": name}
        for thing in self.things.values():
            key = {"TABLE_CATALOG": "def", "TABLE_SCHEMA": thing.database,
                   "TABLE_NAME": thing.name}
            is_table = thing.kind == "TABLE"
            yield "tables", key | {"TABLE_TYPE": "BASE TABLE" if is_table else "VIEW",
                                   "ENGINE": "StarRocks" if is_table else "",
                                   "TABLE_COMMENT": thing.comment}
            yield from self._config_rows(thing, key)
            for number, column in enumerate(thing.columns, 1):
                yield "columns", key | self._column_row(thing, column, number)

    @staticmethod
    def _config_rows(thing, key):
        if thing.kind == "VIEW":
            yield "views", key | {"VIEW_DEFINITION": thing.definition, "SECURITY_TYPE": ""}
            return
        if thing.kind == "MATERIALIZED VIEW":
            yield "materialized_views", {
                "TABLE_SCHEMA": thing.database, "TABLE_NAME": thing.name, "IS_ACTIVE": "true",
                "MATERIALIZED_VIEW_DEFINITION": thing.statement}
        has_key = thing.model in ("PRIMARY_KEYS", "UNIQUE_KEYS")
        yield "tables_config", {
            "TABLE_SCHEMA": thing.database, "TABLE_NAME": thing.name, "TABLE_ENGINE": "OLAP",
            "TABLE_MODEL": thing.model, "PRIMARY_KEY": _names(thing.keys) if has_key else "",
            "DISTRIBUTE_KEY": _names(thing.hash), "DISTRIBUTE_BUCKET": thing.buckets,
            "DISTRIBUTE_TYPE": "HASH" if thing.hash else "RANDOM",
            "SORT_KEY": _names(thing.order),
            "PROPERTIES": json.dumps(thing.properties, separators=(",", ":"), sort_keys=True)}

    @staticmethod
    def _column_row(thing, column, number):
        return {"COLUMN_NAME": column.name, "ORDINAL_POSITION": number,
                "COLUMN_DEFAULT": column.default,
                "IS_NULLABLE": "YES" if column.is_nullable else "NO",
                "DATA_TYPE": re.match(r"\w*", column.type).group().lower(),
                "COLUMN_TYPE": column.type.lower(), "COLUMN_COMMENT": column.comment,
                "COLUMN_KEY": thing.key_word if column.name in thing.keys else "",
                "EXTRA": "", "GENERATION_EXPRESSION": column.generated}

    def query(self, sql):
        """A SELECT from information_schema: (columns, rows)."""
        if not self._tables:
            self._tables = self._build()
        sql = re.sub(r"\binformation_schema\b`?\s*\.\s*", "", sql, flags=re.IGNORECASE)
        sql = sql.replace("``", "`")
        cursor = self._tables.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()

    def _build(self):
        tables = sqlite3.connect(":memory:", check_same_thread=False)
        names = {}
        for name, columns in _TABLE_COLUMNS.items():
            names[name] = columns.split()
            tables.execute(f"CREATE TABLE {name} ({', '.join(names[name])})")
        for name, row in self._rows():
            values = [row.get(column) for column in names[name]]
            places = ", ".join("?" * len(values))
            tables.execute(f"INSERT INTO {name} VALUES ({places})", values)
        return tables
