"""The schema as clients ask for it: objects, and information_schema, from what the engine tells."""

import json
import re
import sqlite3

import printed
import sql as lexical
from columns import Column, columns_of_query

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
                          "LAST_REFRESH_START_TIME LAST_REFRESH_FINISHED_TIME "
                          "LAST_REFRESH_DURATION LAST_REFRESH_STATE TABLE_ROWS "
                          "MATERIALIZED_VIEW_DEFINITION EXTRA_MESSAGE QUERY_REWRITE_STATUS CREATOR",
    "partitions_meta": "DB_NAME TABLE_NAME PARTITION_NAME PARTITION_ID PARTITION_KEY "
                       "PARTITION_VALUE DISTRIBUTION_KEY BUCKETS REPLICATION_NUM STORAGE_MEDIUM",
}

# key clause of a table: its model in tables_config, the word of a key column
_KEYS = {"primary_key": ("PRIMARY_KEYS", "PRI"), "unique_key": ("UNIQUE_KEYS", "UNI"),
         "aggregate_key": ("AGG_KEYS", "AGG"), "duplicate_key": ("DUP_KEYS", "DUP")}
KINDS = {"table": "TABLE", "view": "VIEW", "materialized view": "MATERIALIZED VIEW"}


class Thing:
    """A table, view or materialized view. `find(database, name)` gives others, which it may read."""

    def __init__(self, data, default_database, find):
        self.data = data
        self.attributes = data["attributes"]
        self.kind = KINDS[data["kind"]]
        self.name = data["name"]
        self.database = data["schema"] or default_database
        self.comment = self.attributes.get("comment", "")
        self.definition = self.attributes.get("definition", "")
        self.properties = self.attributes.get("properties", {})
        self.key_clause = next((word for word in _KEYS if word in self.attributes), None)
        self.keys = self.attributes.get(self.key_clause, [])
        self.model, self.key_word = _KEYS[self.key_clause or "duplicate_key"]
        hashed = re.fullmatch(r"HASH\s*\((.*)\)", self.attributes.get("distributed_by", ""),
                              re.IGNORECASE | re.DOTALL)
        self.hash = lexical.names(hashed[1]) if hashed else []
        self.buckets = self.attributes.get("buckets", 0)
        self.order = self.attributes.get("order_by", [])
        self.partitions = self.attributes.get("partitions", {})
        self.rollups = self.attributes.get("rollup", {})
        # A materialized view without a way to be refreshed is a rollup of its table.
        self.is_synchronous = (self.kind == "MATERIALIZED VIEW" and
                               not {"refresh", "distributed_by", "partition_by"} &
                               set(self.attributes))
        self._find = find
        self._columns = None
        self.keys, self.hash, self.order = (self._as_declared(names)
                                            for names in (self.keys, self.hash, self.order))

    def _as_declared(self, names):
        """Names of columns in the letter case in which the columns are declared."""
        declared = {child["name"].lower(): child["name"] for child in self.data["children"]
                    if child["kind"] == "column"}
        return [declared.get(name.lower(), name) for name in names]

    @property
    def columns(self):
        if self._columns is None:
            self._columns = ([Column(child) for child in self.data["children"]
                              if child["kind"] == "column"] or
                             columns_of_query(self.definition, self.database, self._find,
                                              self.attributes.get("columns", [])))
        return self._columns

    @property
    def indexes(self):
        return [child for child in self.data["children"] if child["kind"] == "index"]


def _names(names):
    return ", ".join(lexical.quote_name(name) for name in names)


class Catalog:
    """One reading of the engine's schema, for queries of information_schema."""

    def __init__(self, things, databases, settings):
        self.things, self.databases, self.settings = things, databases, settings
        self._tables = None

    def _rows(self):
        """(table of information_schema, {column: value})."""
        for name in sorted(self.databases):
            yield "schemata", {"CATALOG_NAME": "def", "SCHEMA_NAME": name}
        for number, thing in enumerate(self.things, 10001):
            key = {"TABLE_CATALOG": "def", "TABLE_SCHEMA": thing.database,
                   "TABLE_NAME": thing.name, "TABLE_ID": number}
            if thing.is_synchronous:
                yield "materialized_views", self._view_row(thing, key)
                continue
            is_table = thing.kind == "TABLE"
            yield "tables", key | {"TABLE_TYPE": "BASE TABLE" if is_table else "VIEW",
                                   "ENGINE": "StarRocks" if is_table else "",
                                   "TABLE_COMMENT": thing.comment}
            yield from self._config_rows(thing, key)
            for place, column in enumerate(thing.columns, 1):
                yield "columns", key | self._column_row(thing, column, place)

    def _view_row(self, thing, key):
        refresh = thing.attributes.get("refresh", "").upper()
        return {"MATERIALIZED_VIEW_ID": key["TABLE_ID"], "TABLE_SCHEMA": thing.database,
                "TABLE_NAME": thing.name, "IS_ACTIVE": "true", "INACTIVE_REASON": "",
                "REFRESH_TYPE": ("ROLLUP" if thing.is_synchronous else
                                 "MANUAL" if "MANUAL" in refresh else "ASYNC"),
                "PARTITION_TYPE": ("RANGE" if "partition_by" in thing.attributes
                                   else "UNPARTITIONED"),
                "MATERIALIZED_VIEW_DEFINITION": printed.show_create(thing, self.settings)}

    def _config_rows(self, thing, key):
        if thing.kind == "VIEW":
            yield "views", key | {"VIEW_DEFINITION": thing.definition, "SECURITY_TYPE": ""}
            return
        if thing.kind == "MATERIALIZED VIEW":
            yield "materialized_views", self._view_row(thing, key)
        has_key = thing.model in ("PRIMARY_KEYS", "UNIQUE_KEYS")
        is_shared = self.settings.run_mode == "shared_data"
        yield "tables_config", {
            "TABLE_SCHEMA": thing.database, "TABLE_NAME": thing.name,
            "TABLE_ENGINE": "CLOUD_NATIVE" if is_shared else "OLAP", "TABLE_ID": key["TABLE_ID"],
            "TABLE_MODEL": thing.model, "PRIMARY_KEY": _names(thing.keys) if has_key else "",
            "DISTRIBUTE_KEY": _names(thing.hash), "DISTRIBUTE_BUCKET": thing.buckets,
            "DISTRIBUTE_TYPE": "HASH" if thing.hash else "RANDOM",
            "SORT_KEY": _names(thing.order or thing.keys),
            "PROPERTIES": json.dumps(printed.properties(thing, self.settings),
                                     separators=(",", ":"), sort_keys=True)}
        for number, (name, value) in enumerate(printed.partitions(thing)):
            yield "partitions_meta", {
                "DB_NAME": thing.database, "TABLE_NAME": thing.name, "PARTITION_NAME": name,
                "PARTITION_ID": key["TABLE_ID"] * 1000 + number, "PARTITION_VALUE": value,
                "DISTRIBUTION_KEY": _names(thing.hash), "BUCKETS": thing.buckets}

    @staticmethod
    def _column_row(thing, column, number):
        has_function = column.default is not None and not column.is_literal
        return {"COLUMN_NAME": column.name, "ORDINAL_POSITION": number,
                "COLUMN_DEFAULT": column.default,
                "IS_NULLABLE": "YES" if column.is_nullable else "NO",
                "DATA_TYPE": re.match(r"\w*", printed.mysql_type(column.type)).group(),
                "COLUMN_TYPE": printed.mysql_type(column.type),
                "COLUMN_COMMENT": column.comment,
                "COLUMN_KEY": thing.key_word if column.name in thing.keys else "",
                "EXTRA": "DEFAULT_GENERATED" if has_function else "",
                "GENERATION_EXPRESSION": column.generated}

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
