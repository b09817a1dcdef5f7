"""SHOW statements about the schema, its jobs and the nodes: one function and one row of RULES each."""

import re
import time

import printed
import sql as lexical
from wire import Answer, ServerError

NAME = r"((?:`[^`]+`|[\w$-]+)(?:\s*\.\s*(?:`[^`]+`|[\w$-]+))*)"
LIKE = r"(?:\s+LIKE\s+['\"]([^'\"]*)['\"])?"
THINGS = ("TABLE", "VIEW", "MATERIALIZED VIEW")


def rule(pattern, run):
    pattern = pattern.replace(" ", r"\s+")
    return re.compile(r"\s*" + pattern + r"\s*;?\s*", re.IGNORECASE | re.DOTALL), run


def _known_database(front, session, name):
    database = lexical.names(name)[-1] if name else session.database
    if not database:
        raise ServerError("No database selected", 1046, "3D000")
    if database not in front.databases():
        raise ServerError(f"Unknown database '{database}'", 5501, "3F000")
    return database


# ---- what there is -----------------------------------------------------------------------------

def _show_databases(front, session, match):
    return Answer(["Database"], [[name] for name in sorted(front.databases())
                                 if lexical.like(match[1] or "%", name)])


def _show_tables(front, session, match):
    database = _known_database(front, session, match[2])
    rows = [[name, "BASE TABLE" if kind == "TABLE" else "VIEW"]
            for kind, name in front.objects_of(database) if lexical.like(match[3] or "%", name)
            and not (kind == "MATERIALIZED VIEW" and front.thing(database, name).is_synchronous)]
    columns = [f"Tables_in_{database}", "Table_type"]
    return Answer(columns, rows) if match[1] else Answer(columns[:1], [row[:1] for row in rows])


def _show_create_database(front, session, match):
    database = _known_database(front, session, match[1])
    return Answer(["Database", "Create Database"],
                  [[database, "CREATE DATABASE " + lexical.quote_name(database)]])


def _show_create(front, session, match):
    kind = re.sub(r"\s+", " ", match[1].upper())
    # As on the server, SHOW CREATE TABLE prints whatever is there.
    thing = front.find(session, match[2], THINGS if kind == "TABLE" else (kind,))
    title = thing.kind.title()
    answer = Answer([title, "Create " + title],
                    [[thing.name, printed.show_create(thing, front.options)]])
    if thing.kind == "VIEW":
        answer.columns += ["character_set_client", "collation_connection"]
        answer.rows[0] += ["utf8", "utf8_general_ci"]
    return answer


def _describe(front, session, match):
    thing = front.find(session, match[1], THINGS)
    return Answer(["Field", "Type", "Null", "Key", "Default", "Extra"],
                  [[c.name, printed.plain_type(c.type), "YES" if c.is_nullable else "NO",
                    "true" if c.name in thing.keys else "false", c.default, c.aggregate]
                   for c in thing.columns])


def _show_columns(front, session, match):
    thing = front.find(session, match[1], THINGS)
    return Answer(["Field", "Type", "Collation", "Null", "Key", "Default", "Extra", "Privileges",
                   "Comment"],
                  [[c.name, printed.plain_type(c.type), None, "YES" if c.is_nullable else "NO",
                    "YES" if c.name in thing.keys else "NO", c.default, c.aggregate, "",
                    c.comment] for c in thing.columns])


def _show_indexes(front, session, match):
    thing = front.find(session, match[1], THINGS)
    columns = ["Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name", "Collation",
               "Cardinality", "Sub_part", "Packed", "Null", "Index_type", "Comment"]
    return Answer(columns, [[thing.name, "", index["name"], "",
                             ",".join(index["attributes"]["columns"]), "", "", "", "", "",
                             index["attributes"].get("using", "BITMAP").upper(),
                             index["attributes"].get("comment", "")] for index in thing.indexes])


def _show_partitions(front, session, match):
    thing = front.find(session, match[1], ("TABLE", "MATERIALIZED VIEW"))
    columns = ["PartitionId", "PartitionName", "VisibleVersion", "VisibleVersionTime",
               "VisibleVersionHash", "State", "PartitionKey", "Range", "DistributionKey",
               "Buckets", "ReplicationNum", "StorageMedium", "CooldownTime",
               "LastConsistencyCheckTime", "DataSize", "IsInMemory", "RowCount"]
    scheme = thing.attributes.get("partition_by", "").partition("(")[2].rpartition(")")[0]
    given = printed.properties(thing, front.options)
    found = list(printed.partitions(thing)) or [(thing.name, "")]
    return Answer(columns, [
        [10001 + number, name, 1, "2024-01-01 00:00:00", 0, "NORMAL",
         ", ".join(lexical.names(scheme)), values, ", ".join(thing.hash) or "ALL KEY",
         thing.buckets or 2, given["replication_num"], given.get("storage_medium", "HDD"),
         "9999-12-31 23:59:59", None, "0B", "false", 0]
        for number, (name, values) in enumerate(found)])


def _show_materialized_views(front, session, match):
    database = _known_database(front, session, match[1])
    columns = ["id", "database_name", "name", "refresh_type", "is_active", "inactive_reason",
               "partition_type", "task_id", "task_name", "last_refresh_state", "rows", "text"]
    rows = []
    for number, (kind, name) in enumerate(front.objects_of(database), 10001):
        thing = front.thing(database, name)
        for rollup in thing.rollups if kind == "TABLE" else ():
            if lexical.like(match[2] or match[3] or "%", rollup):
                rows.append([number * 100, database, rollup, "ROLLUP", "true", "", "UNPARTITIONED",
                             0, "", "SUCCESS", 0, printed.rollup(thing, rollup)])
        if kind != "MATERIALIZED VIEW" or not lexical.like(match[2] or match[3] or "%", name):
            continue
        refresh = thing.attributes.get("refresh", "").upper()
        kind = ("ROLLUP" if thing.is_synchronous else "MANUAL" if "MANUAL" in refresh else "ASYNC")
        parted = "RANGE" if "partition_by" in thing.attributes else "UNPARTITIONED"
        rows.append([number, database, name, kind, "true", "", parted, number + 1,
                     f"mv-{number}", "SUCCESS", 0, printed.show_create(thing, front.options)])
    return Answer(columns, rows)


# ---- jobs --------------------------------------------------------------------------------------

_JOB_COLUMNS = {
    "COLUMN": "JobId TableName CreateTime FinishTime IndexName IndexId OriginIndexId SchemaVersion "
              "TransactionId State Msg Progress Timeout",
    "OPTIMIZE": "JobId TableName CreateTime FinishTime Operation TransactionId State Msg Progress "
                "Timeout",
    "ROLLUP": "JobId TableName CreateTime FinishedTime BaseIndexName RollupIndexName RollupId "
              "TransactionId State Msg Progress Timeout",
}


def _job_time(milliseconds):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(milliseconds / 1000))


def _job_row(job):
    is_over = job["state"] in ("FINISHED", "CANCELLED")
    return {"JobId": job["id"], "TableName": job["table"], "CreateTime": _job_time(job["start"]),
            "FinishTime": _job_time(job["end"]) if is_over else None,
            "FinishedTime": _job_time(job["end"]) if is_over else None,
            "IndexName": job["table"], "IndexId": job["id"] * 10 + 1,
            "OriginIndexId": job["id"] * 10, "SchemaVersion": "1:0",
            "BaseIndexName": job["table"], "RollupIndexName": job["made"] or job["table"],
            "RollupId": job["id"] * 10 + 2, "Operation": "ALTER", "TransactionId": job["id"],
            "State": job["state"], "Msg": job["message"] or "",
            "Progress": None if is_over else f"{job['progress']}%", "Timeout": 86400}


def _compare(value, sign, wanted):
    value = "" if value is None else str(value)
    return {"=": value == wanted, "!=": value != wanted, "<>": value != wanted,
            ">": value > wanted, "<": value < wanted, ">=": value >= wanted,
            "<=": value <= wanted}[sign]


def _show_jobs(front, session, match):
    kind = "ROLLUP" if match[1].upper().startswith("MATERIALIZED") else match[2].upper()
    database = _known_database(front, session, match[3])
    schema = None if database == front.default_database else database
    rows = [_job_row(job) for job in front.engine.jobs()
            if job["schema"] == schema and job["kind"] == kind]
    for condition in re.split(r"\s+AND\s+", match[4] or "", flags=re.IGNORECASE):
        found = re.fullmatch(r"\s*`?(\w+)`?\s*(=|!=|<>|>=|<=|>|<)\s*(['\"].*['\"])\s*", condition)
        if found:
            name = next((name for name in ("TableName", "CreateTime", "FinishTime", "State")
                         if name.lower() == found[1].lower()), None)
            if not name:
                raise ServerError("Getting analyzing error. Detail message: The columns of "
                                  "TableName/CreateTime/FinishTime/State are supported.", 5064)
            rows = [row for row in rows
                    if _compare(row[name], found[2], lexical.unquote(found[3]))]
    for name, order in reversed(re.findall(r"(\w+)(?:\s+(ASC|DESC))?", match[5] or "",
                                           re.IGNORECASE)):
        rows.sort(key=lambda row, name=name: str(row.get(name) or "").rjust(20),
                  reverse=order.upper() == "DESC")
    columns = _JOB_COLUMNS[kind].split()
    return Answer(columns, [[row[name] for name in columns] for row in rows[:int(match[6] or 1e9)]])


# ---- nodes and configuration -------------------------------------------------------------------

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


def _show_grants(front, session, match):
    user = f"'{session.user}'@'%'"
    grants = ["GRANT 'root' TO " + user] if session.user == "root" else [
        f"GRANT CREATE TABLE ON DATABASE {front.default_database} TO USER {user}",
        f"GRANT SELECT, ALTER ON ALL TABLES IN DATABASE {front.default_database} TO USER {user}",
    ]
    return Answer(["UserIdentity", "Catalog", "Grants"],
                  [[user, "default_catalog", one] for one in grants])


def _show_catalogs(front, session, match):
    return Answer(["Catalog", "Type", "Comment"], [["default_catalog", "Internal", ""]])


def _show_nothing(front, session, match):
    return Answer(["Level", "Code", "Message"], [])


_IN = r"(?: (?:FROM|IN) " + NAME + ")?"
RULES = [rule(pattern, run) for pattern, run in [
    (r"ADMIN SHOW FRONTEND CONFIG" + LIKE, _show_config),
    (r"SHOW (BACKENDS|COMPUTE NODES)", _show_nodes),
    (r"SHOW GRANTS", _show_grants),
    (r"SHOW CATALOGS", _show_catalogs),
    (r"SHOW (?:WARNINGS|ERRORS)", _show_nothing),
    (r"SHOW (?:DATABASES|SCHEMAS)" + LIKE, _show_databases),
    (r"SHOW (FULL )?TABLES" + _IN + LIKE, _show_tables),
    (r"SHOW CREATE (?:DATABASE|SCHEMA) " + NAME, _show_create_database),
    (r"SHOW CREATE (TABLE|VIEW|MATERIALIZED VIEW) " + NAME, _show_create),
    (r"(?:DESC|DESCRIBE) " + NAME, _describe),
    (r"SHOW FULL COLUMNS (?:FROM|IN) " + NAME, _show_columns),
    (r"SHOW (?:INDEX|INDEXES|KEYS?) (?:FROM|IN) " + NAME, _show_indexes),
    (r"SHOW PARTITIONS FROM " + NAME, _show_partitions),
    (r"SHOW MATERIALIZED VIEWS" + _IN + r"(?: LIKE '([^']*)'| WHERE name = '([^']*)')?",
     _show_materialized_views),
    (r"SHOW ALTER (TABLE (COLUMN|OPTIMIZE|ROLLUP)|MATERIALIZED VIEW)" + _IN +
     r"(?: WHERE (.+?))?(?: ORDER BY (.+?))?(?: LIMIT (\d+))?", _show_jobs),
]]
