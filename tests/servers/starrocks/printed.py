"""DDL as a StarRocks frontend of the 4.1 line prints it: types, SHOW CREATE, partitions."""

import datetime
import re

import sql as lexical

_WIDTHS = {"tinyint": "(4)", "smallint": "(6)", "int": "(11)", "bigint": "(20)", "largeint": "(40)"}
_SAME = {"integer": "int", "bool": "boolean", "string": "varchar(65533)", "text": "varchar(65533)",
         "numeric": "decimal", "decimalv2": "decimal", "decimal32": "decimal",
         "decimal64": "decimal", "decimal128": "decimal", "decimal256": "decimal",
         "number": "decimal", "binary": "varbinary"}
_LENGTHS = {"varchar": "(1)", "char": "(1)", "varbinary": "(1048576)", "decimal": "(10, 0)"}
_LOWEST = {"date": "0000-01-01", "datetime": "0000-01-01 00:00:00", "tinyint": "-128",
           "smallint": "-32768", "int": "-2147483648", "bigint": "-9223372036854775808",
           "largeint": "-170141183460469231731687303715884105728"}


# ---- types -------------------------------------------------------------------------------------

class _Type:
    """Reads a type from its tokens and prints it."""

    def __init__(self, text, with_widths, blank):
        self.tokens = [token for token in lexical.tokens(text)]
        self.with_widths, self.blank, self.at = with_widths, blank, 0

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1][1]

    def read(self):
        word = self.take().lower()
        if word in ("array", "map", "struct") and self.peek() == "<":
            self.take()
            outer, self.with_widths = self.with_widths, True
            found = f"{word}<{self.read_inner(word)}>"
            self.with_widths = outer
            self.take()
            return found
        arguments = self.read_arguments()
        if word == "tinyint" and arguments == ["1"]:
            return "boolean"
        same = _SAME.get(word, word)
        if "(" in same:
            return same
        if same in _WIDTHS:
            return same + (_WIDTHS[same] if self.with_widths else "")
        if same in ("float", "double", "datetime", "date", "boolean"):
            return same
        if not arguments and same in _LENGTHS:
            return same + _LENGTHS[same].replace(", ", self.blank)
        if same == "decimal" and len(arguments) == 1:
            arguments.append("0")
        return same + (f"({self.blank.join(arguments)})" if arguments else "")

    def read_inner(self, word):
        found = []
        while self.peek() != ">":
            if self.peek() == ",":
                self.take()
            elif self.peek().upper() == "COMMENT":
                self.at += 2
            elif word == "struct":
                name = lexical.unquote(self.take())
                if self.peek() == ":":
                    self.take()
                found.append(f"{lexical.quote_name(name)} {self.read()}")
            else:
                found.append(self.read())
        return (", " if word == "struct" else ",").join(found)

    def read_arguments(self):
        if self.peek() != "(":
            return []
        found = []
        while self.take() != ")":
            if self.peek() not in (",", ")"):
                found.append(self.peek())
        return found


def ddl_type(text):
    """As SHOW CREATE TABLE has it: int(11), decimal(10, 2)."""
    return _Type(text, True, ", ").read() if text else ""


def plain_type(text):
    """As DESCRIBE and SHOW FULL COLUMNS have it: int, decimal(10,2)."""
    return _Type(text, False, ",").read() if text else ""


def mysql_type(text):
    """As COLUMN_TYPE of information_schema has it."""
    found = ddl_type(text)
    return {"boolean": "tinyint(1)", "largeint(40)": "bigint(20) unsigned"}.get(found, found)


# ---- partitions --------------------------------------------------------------------------------

_STEP = re.compile(r'START\s*\("([^"]*)"\)\s*END\s*\("([^"]*)"\)\s*EVERY\s*\(\s*'
                   r"(?:INTERVAL\s+)?(\d+)\s*(\w*)\s*\)", re.IGNORECASE)
_NAMES = {"DAY": "p%Y%m%d", "WEEK": "p%Y_%V", "MONTH": "p%Y%m", "YEAR": "p%Y", "HOUR": "p%Y%m%d%H"}


def _next(day, count, unit):
    if unit in ("MONTH", "YEAR"):
        months = day.month - 1 + count * (12 if unit == "YEAR" else 1)
        return day.replace(year=day.year + months // 12, month=months % 12 + 1)
    return day + datetime.timedelta(**{unit.lower() + "s": count})


def _steps(match):
    """(name, lower, upper) of START … END … EVERY."""
    count, unit = int(match[3]), match[4].upper()
    if not unit:
        for low in range(int(match[1]), int(match[2]), count):
            yield f"p{low}", str(low), str(min(low + count, int(match[2])))
        return
    day, end = (datetime.datetime.fromisoformat(match[i]) for i in (1, 2))
    form = "%Y-%m-%d %H:%M:%S" if ":" in match[1] else "%Y-%m-%d"
    while day < end:
        after = min(_next(day, count, unit), end)
        yield day.strftime(_NAMES[unit]), day.strftime(form), after.strftime(form)
        day = after


def _key_types(thing):
    named = lexical.names(thing.attributes.get("partition_by", "").partition("(")[2])
    types = {column.name.lower(): plain_type(column.type) for column in thing.columns}
    return [types.get(name.lower(), "") for name in named]


def partitions(thing):
    """(name, what VALUES says) of each partition of a range or list scheme."""
    lower = tuple(_LOWEST.get(kind, "") for kind in _key_types(thing))
    for name, text in thing.partitions.items():
        step = _STEP.fullmatch(name)
        if step:
            for made, low, high in _steps(step):
                yield made, f'[("{low}"), ("{high}"))'
            continue
        values = re.sub(r"^\s*VALUES\s*", "", text, flags=re.IGNORECASE)
        less = re.match(r"LESS\s+THAN\s*(.*)", values, re.IGNORECASE | re.DOTALL)
        if less:
            upper = tuple("MAXVALUE" if text.upper() == "MAXVALUE" else lexical.unquote(text)
                          for kind, text, _ in lexical.tokens(less[1])
                          if kind in ("string", "number", "word"))
            yield name, f"[{_tuple(lower)}, {_tuple(upper)})"
            lower = upper
        elif values.upper().startswith("IN"):
            yield name, "IN " + re.sub(r"\s*,\s*", ", ", values[2:].strip().replace('"', "'"))
        else:
            yield name, values


def _tuple(values):
    return "(" + ", ".join(v if v == "MAXVALUE" else f'"{v}"' for v in values) + ")"


def _expressions(scheme):
    """One function stands alone; columns and several expressions are a list."""
    if scheme.startswith("(") and scheme.endswith(")"):
        scheme = scheme[1:-1]
    parts = []
    for item in lexical.items(scheme):
        name = lexical.quote_name(lexical.unquote(item[0])) if len(item) == 1 else None
        parts.append(name or "".join(", " if text == "," else text for text in item))
    if len(parts) == 1 and not parts[0].startswith("`"):
        return scheme
    return f"({','.join(parts)})"


def _partition_clause(thing):
    scheme = thing.attributes.get("partition_by")
    if not scheme:
        return []
    found = re.fullmatch(r"(RANGE|LIST)\s*\((.*)\)", scheme, re.IGNORECASE | re.DOTALL)
    if not found:
        return ["PARTITION BY " + _expressions(scheme)]
    kind = found[1].upper()
    columns = found[2] if "(" in found[2] else _names(lexical.names(found[2]), ",")
    head = f"PARTITION BY {kind}({columns})"
    if kind == "LIST":
        parts = [f"  PARTITION {name} VALUES {value}" for name, value in partitions(thing)]
        return [head + "(", ",\n".join(parts), ")"] if parts else [head]
    parts = [f"PARTITION {name} VALUES {value}" for name, value in partitions(thing)]
    return [head, "(" + ",\n".join(parts) + ")"]


# ---- objects -----------------------------------------------------------------------------------

def properties(thing, settings):
    """Those that were given, and those that the server adds."""
    found = {"replication_num": settings.default_replication}
    is_view = thing.kind == "MATERIALIZED VIEW"
    if settings.run_mode == "shared_data":
        found |= {"datacache.enable": "true", "enable_async_write_back": "false",
                  "storage_volume": "builtin_storage_volume", "replication_num": "1"}
        found |= {} if is_view else {"compression": "LZ4", "file_bundling": "true",
                                     "cloud_native_fast_schema_evolution_v2": "true"}
    elif is_view:
        found |= {"replicated_storage": "true", "storage_medium": "HDD"}
    else:
        found |= {"compression": "LZ4", "fast_schema_evolution": "true",
                  "replicated_storage": "true"}
    if thing.model == "PRIMARY_KEYS":
        found["enable_persistent_index"] = "true"
    if not thing.hash and not is_view:
        found["bucket_size"] = "1073741824"
    return dict(sorted((found | thing.properties).items()))


def _names(names, comma=", "):
    return comma.join(lexical.quote_name(name) for name in names)


def _properties_clause(thing, settings):
    rows = [f"{lexical.quote_string(key)} = {lexical.quote_string(value)}"
            for key, value in properties(thing, settings).items()]
    return ["PROPERTIES (", ",\n".join(rows), ")"]


def _default(column):
    if column.default is None:
        return ""
    if not column.is_literal:
        return " DEFAULT " + column.default
    value = column.default
    if plain_type(column.type) in ("hll", "bitmap"):
        return ""
    return " DEFAULT " + lexical.quote_string(value)


def _column(column):
    text = f"  {lexical.quote_name(column.name)} {ddl_type(column.type)}"
    text += f" {column.aggregate.upper()}" if column.aggregate else ""
    text += " NULL" if column.is_nullable else " NOT NULL"
    text += " AUTO_INCREMENT" if column.is_auto_increment else _default(column)
    text += f" AS {column.generated}" if column.generated else ""
    return text + " COMMENT " + lexical.quote_string(column.comment)


def _index(index):
    attributes = index["attributes"]
    text = f"  INDEX {index['name']} ({_names(attributes['columns'])})"
    text += f" USING {attributes.get('using', 'BITMAP').upper()}"
    given = ", ".join(f'"{key}" = "{value}"'
                      for key, value in sorted(attributes.get("properties", {}).items()))
    text += f"({given})" if given else ""
    return text + f" COMMENT '{attributes.get('comment', '')}'"


def _distribution(thing):
    if not thing.hash:
        return "DISTRIBUTED BY RANDOM" + (f" BUCKETS {thing.buckets}" if thing.buckets else "")
    text = f"DISTRIBUTED BY HASH({_names(thing.hash)})"
    return text + (f" BUCKETS {thing.buckets} " if thing.buckets else "")


def _comment(thing, settings):
    none = {"TABLE": "OLAP", "MATERIALIZED VIEW": "MATERIALIZED_VIEW"}
    text = thing.comment or (none.get(thing.kind) if settings.run_mode == "shared_data" else "")
    return ["COMMENT " + lexical.quote_string(text)] if text else []


def _show_table(thing, settings):
    elements = [_column(column) for column in thing.columns]
    elements += [_index(index) for index in thing.indexes]
    lines = [f"CREATE TABLE {lexical.quote_name(thing.name)} (", ",\n".join(elements),
             ") ENGINE=" + thing.attributes.get("engine", "OLAP").upper() + " "]
    if thing.keys:
        word = (thing.key_clause or "duplicate_key").replace("_", " ").upper()
        lines.append(f"{word}({_names(thing.keys)})")
    lines += _comment(thing, settings) + _partition_clause(thing) + [_distribution(thing)]
    if "order_by" in thing.attributes:
        lines.append(f"ORDER BY({_names(thing.order)})")
    return "\n".join(lines + _properties_clause(thing, settings)) + ";"


def _columns(thing, with_comments):
    return ", ".join(lexical.quote_name(column.name) +
                     (" COMMENT " + lexical.quote_string(column.comment)
                      if with_comments and column.comment else "") for column in thing.columns)


def _definition(thing, settings):
    """A frontend of an old version writes a query anew; which words it takes is not the point."""
    if getattr(settings, "rewrites", False):
        return f"SELECT `stored`.* FROM ({thing.definition}) AS `stored`"
    return thing.definition


def _show_view(thing, settings):
    text = f"CREATE VIEW {lexical.quote_name(thing.name)} ({_columns(thing, True)})"
    text += "\nCOMMENT " + lexical.quote_string(thing.comment) if thing.comment else ""
    security = thing.attributes.get("security", "NONE").upper()
    return f"{text} SECURITY {security} AS {_definition(thing, settings)};"


def _show_materialized_view(thing, settings):
    lines = [f"CREATE MATERIALIZED VIEW {lexical.quote_name(thing.name)} "
             f"({_columns(thing, True)})"]
    if thing.is_synchronous:
        return f"{lines[0].partition(' (')[0]} AS {thing.definition};"
    lines += _comment(thing, settings) + _partition_clause(thing) + [_distribution(thing)]
    if thing.order:
        lines.append(f"ORDER BY ({_names(thing.order)})")
    lines.append("REFRESH " + thing.attributes.get("refresh", "MANUAL"))
    lines += _properties_clause(thing, settings)
    return "\n".join(lines) + f"\nAS {_definition(thing, settings)};"


_SHOWS = {"TABLE": _show_table, "VIEW": _show_view, "MATERIALIZED VIEW": _show_materialized_view}


def show_create(thing, settings):
    if thing.data["form"] == "external table":
        return f"CREATE EXTERNAL TABLE {lexical.quote_name(thing.name)} {thing.definition};"
    return _SHOWS[thing.kind](thing, settings)


def rollup(table, name):
    """What the frontend lists of a rollup, which no statement made: buildCreateMVSql."""
    columns = lexical.names(table.rollups[name].partition("(")[2].partition(")")[0])
    found = {column.name.lower(): column for column in table.columns}
    of_table = [column.lower() for column in table.keys]
    keys = [column for column in columns if column.lower() in of_table]
    values = [f"{found[column.lower()].aggregate or 'NONE'}({column})" for column in columns
              if column not in keys]
    return (f"create materialized view {name} as select {','.join(keys + values)} "
            f"from {table.name} group by {','.join(keys)}")
