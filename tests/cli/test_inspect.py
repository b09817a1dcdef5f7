"""inspect: SQL that makes the same schema again, and JSON as docs/inspect.schema.json says."""

import json
from pathlib import Path

from support import Case

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/inspect.schema.json").read_text(encoding="utf-8"))
CHINOOK = (ROOT / "examples/chinook/schema.sql").read_text(encoding="utf-8")
EVERYTHING = """\
CREATE TABLE author (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL ON CONFLICT IGNORE COLLATE NOCASE DEFAULT 'x',
    note NULL DEFAULT (1 + 2),
    CHECK (length(name) > 0)
);
CREATE TABLE book (
    a INT,
    b INT GENERATED ALWAYS AS (a + 1) STORED,
    c TEXT UNIQUE ON CONFLICT REPLACE,
    d INT AS (a + 2),
    author_id INT CONSTRAINT writes REFERENCES author (id) ON DELETE CASCADE ON UPDATE SET NULL
        MATCH FULL DEFERRABLE INITIALLY DEFERRED,
    other INT REFERENCES author NOT DEFERRABLE,
    PRIMARY KEY (a, c DESC)
) WITHOUT ROWID;
CREATE TABLE exact (id INTEGER PRIMARY KEY DESC, b BLOB) STRICT;
CREATE UNIQUE INDEX bi ON book (a DESC, lower(c), c COLLATE NOCASE) WHERE a > 1;
CREATE VIEW v (p) AS SELECT a FROM book;
CREATE TRIGGER tr AFTER INSERT ON book WHEN new.a > 1 BEGIN SELECT 1; SELECT 2; END;
CREATE VIRTUAL TABLE ft USING fts5(x);
"""
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def resolve(schema):
    while "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))

STARROCKS = """\
CREATE DATABASE d CHARACTER SET utf8;
CREATE TABLE t (k INT NOT NULL, v BIGINT SUM DEFAULT '0' COMMENT 'x', INDEX i (k) USING BITMAP)
AGGREGATE KEY (k) COMMENT 'c'
PARTITION BY RANGE (k) (PARTITION p VALUES LESS THAN ('100'))
DISTRIBUTED BY HASH (k) BUCKETS 4 ROLLUP (r (k, v)) PROPERTIES ('replication_num' = '1');
CREATE VIEW w (k COMMENT 'key') SECURITY INVOKER AS SELECT k FROM t;
CREATE MATERIALIZED VIEW m REFRESH ASYNC EVERY (INTERVAL 1 HOUR) AS SELECT k, sum(v) AS s FROM t GROUP BY k;
CREATE EXTERNAL TABLE e (k INT) ENGINE=mysql PROPERTIES ("host" = "h");
"""


def faults(value, schema, place="$"):
    """What of the value breaks the schema; knows the keywords that the schema uses, no others."""
    schema = resolve(schema)
    found = []
    for word, rule in schema.items():
        if word in ("$schema", "title", "description", "$defs", "then"):
            continue
        if word == "type":
            names = rule if isinstance(rule, list) else [rule]
            broken = not any(is_type(value, name) for name in names)
        elif word == "const":
            broken = value != rule or type(value) is not type(rule)
        elif word == "enum":
            broken = value not in rule
        elif word == "minItems":
            broken = isinstance(value, list) and len(value) < rule
        elif word == "required":
            broken = isinstance(value, dict) and not set(rule) <= set(value)
        elif word == "anyOf":
            broken = all(faults(value, one) for one in rule)
        elif word == "oneOf":
            broken = sum(not faults(value, one) for one in rule) != 1
        elif word == "allOf":
            broken = False
            found += [fault for one in rule for fault in faults(value, one, place)]
        elif word == "if":
            broken = False
            if not faults(value, rule):
                found += faults(value, schema["then"], place)
        elif word == "items":
            broken = False
            for i, one in enumerate(value if isinstance(value, list) else []):
                found += faults(one, rule, f"{place}[{i}]")
        elif word == "properties":
            broken = False
            for key in set(rule) & set(value if isinstance(value, dict) else ()):
                found += faults(value[key], rule[key], f"{place}.{key}")
        elif word == "additionalProperties":
            others = set(value) - set(schema.get("properties", ())) if isinstance(value, dict) else ()
            broken = rule is False and bool(others)
            for key in others if isinstance(rule, dict) else ():
                found += faults(value[key], rule, f"{place}.{key}")
        else:
            raise AssertionError(f"the validator does not know {word}")
        if broken:
            found.append(f"{place}: {json.dumps(value)[:80]} breaks {word}")
    return found


def walk(objects):
    for one in objects:
        yield one
        yield from walk(one["children"])


class Json(Case):
    def inspect(self, text, dialect="sqlite"):
        self.write("s.sql", text)
        return self.retort("inspect", "s.sql", "--dialect", dialect, "--format", "json").json

    def test_the_output_is_as_described(self):
        for text in ("", CHINOOK, EVERYTHING):
            answer = self.inspect(text)
            self.assertEqual(faults(answer, SCHEMA), [])
            self.assertEqual(bool(answer["objects"]), bool(text))

    def test_every_attribute_is_described(self):
        described = {rule["if"]["properties"]["form"]["const"]:
                     rule["then"]["properties"]["attributes"]["properties"]
                     for rule in SCHEMA["$defs"]["object"]["allOf"]}
        seen = {}
        for text, dialect in ((EVERYTHING, "sqlite"), (STARROCKS, "starrocks")):
            for one in walk(self.inspect(text, dialect)["objects"]):
                seen.setdefault(one["form"], set()).update(one["attributes"])
        self.assertEqual(set(seen), set(described))
        for form, attributes in seen.items():
            self.assertLessEqual(attributes, set(described[form]), form)

    def test_values_that_a_dialect_reads_itself(self):
        answer = self.inspect(STARROCKS, "starrocks")
        self.assertEqual(faults(answer, SCHEMA), [])
        _, table, view, materialized, _ = answer["objects"]
        self.assertEqual(table["attributes"]["aggregate_key"], ["k"])
        self.assertEqual(table["attributes"]["partitions"], {"p": "VALUES LESS THAN ('100')"})
        self.assertEqual(table["children"][1]["attributes"]["aggregate"], "SUM")
        self.assertEqual(view["attributes"]["columns"], [{"column": "k", "comment": "key"}])
        self.assertEqual(materialized["kind"], "materialized view")

    def test_the_validator_finds_faults(self):
        answer = self.inspect(EVERYTHING)
        for change in ({"dialect": 1}, {"more": 1}, {"objects": None}):
            self.assertTrue(faults({**answer, **change}, SCHEMA), change)
        table = answer["objects"][0]
        for change in ({"kind": "thing"}, {"attributes": {"strict": False}}, {"name": 1},
                       {"attributes": {"x": None}}, {"children": [1]}):
            self.assertTrue(faults({**answer, "objects": [{**table, **change}]}, SCHEMA), change)

    def test_the_short_option_is_the_same(self):
        self.write("s.sql", EVERYTHING)
        given = ("inspect", "s.sql", "--dialect", "sqlite")
        self.assertEqual(self.retort(*given, "--json").out,
                         self.retort(*given, "--format", "json").out)

    def test_a_format_that_is_not_there(self):
        error = self.failure("inspect", "s.sql", "--format", "svg", status=2, code="usage")
        self.assertEqual(error["message"], "there is no format `svg`: sql or json")


class Sql(Case):
    def test_the_sql_makes_an_equal_schema(self):
        for text in (CHINOOK, EVERYTHING):
            self.write("s.sql", text)
            out = self.retort("inspect", "s.sql", "--dialect", "sqlite").out
            self.path("app.db").unlink(missing_ok=True)
            self.shell(out)
            answer = self.retort("diff", "s.sql", "sqlite:///app.db", "--json").json
            self.assertEqual((answer["operations"], answer["refused"]), ([], []))
            self.assertEqual(self.retort("inspect", "sqlite:///app.db").out, out)
