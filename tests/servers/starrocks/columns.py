"""Columns: those that a table's definition says, and those that a view has by its query."""

import sql as lexical

_END_OF_FROM = frozenset("WHERE GROUP HAVING ORDER LIMIT UNION EXCEPT INTERSECT QUALIFY".split())
_JOIN_WORDS = frozenset("JOIN INNER LEFT RIGHT FULL OUTER CROSS SEMI ANTI ON USING AS".split())


class Column:
    """A column of a table, from the engine's JSON."""

    def __init__(self, data):
        attributes = data["attributes"]
        self.name = data["name"]
        self.type = attributes.get("type", "")
        self.aggregate = attributes.get("aggregate", "")
        self.is_nullable = "not_null" not in attributes
        self.is_auto_increment = "auto_increment" in attributes
        self.comment = attributes.get("comment", "")
        self.generated = attributes.get("generated", "")
        text = attributes.get("default")
        self.is_literal = bool(text) and text[0] in "'\""
        self.default = None if text is None or text.upper() == "NULL" else self._value(text)

    def _value(self, text):
        value = lexical.unquote(text)
        if self.type.upper() in ("BOOLEAN", "BOOL", "TINYINT(1)"):
            return {"true": "1", "false": "0"}.get(value.lower(), value)
        if self.is_literal:
            return value
        if value.lower().startswith("current_timestamp"):
            return value.upper()
        # Literals of nested types are printed without blanks behind commas, but for row(…).
        depth, out = [], ""
        for _, token, _ in lexical.tokens(text):
            if token in "([{":
                depth.append(out[-3:].lower() + token)
            elif token in ")]}":
                depth.pop()
            out += token + (" " if token == "," and depth and depth[-1] == "row(" else "")
        return out

    @classmethod
    def of_query(cls, name, source_type, is_nullable, comment=""):
        column = cls({"name": name, "attributes": {"type": source_type, "comment": comment}})
        column.is_nullable = is_nullable
        return column


def _split_select(tokens):
    """The select list's items and the tokens of FROM, each token (kind, text, start)."""
    items, source, depth, part = [[]], [], 0, None
    for token in tokens:
        kind, text, _ = token
        word = text.upper() if kind == "word" else ""
        is_end = depth == 0 and word in _END_OF_FROM
        depth += {"(": 1, ")": -1}.get(text, 0)
        if depth < 0 or (part and is_end):
            break
        if part is None:
            part = items if word == "SELECT" else None
        elif depth == 0 and word == "FROM" and part is items:
            part = source
        elif part is items and depth == 0 and text == ",":
            items.append([])
        elif part is items and (word != "DISTINCT" or items[-1]):
            items[-1].append(token)
        elif part is source:
            source.append(token)
    return [item for item in items if item], source


def _read_tables(source, database, find):
    """{alias: thing} of the tables that FROM names; subqueries are passed over."""
    tables, depth, name, alias = {}, 0, [], None

    def finish():
        if name:
            thing = find(name[-2] if len(name) > 1 else database, name[-1])
            if thing:
                tables[alias or name[-1]] = thing

    is_waiting, after_dot = True, False
    for kind, text, _ in source:
        depth += {"(": 1, ")": -1}.get(text, 0)
        word = text.upper() if kind == "word" else ""
        if depth or text in "()":
            continue
        if text == "," or word == "JOIN":
            finish()
            name, alias, is_waiting = [], None, True
        elif word in ("ON", "USING"):
            is_waiting = False
        elif text == ".":
            after_dot = True
            continue
        elif kind in ("word", "quoted") and word not in _JOIN_WORDS and is_waiting:
            if not name or after_dot:
                name.append(lexical.unquote(text))
            else:
                alias = lexical.unquote(text)
        after_dot = False
    finish()
    return tables


def _find_column(tables, parts):
    for alias, thing in tables.items():
        if len(parts) > 1 and parts[-2] not in (alias, thing.name):
            continue
        for column in thing.columns:
            if column.name.lower() == parts[-1].lower():
                return column
    return None


def _alias(item):
    """The item's tokens without its alias, and the alias or None."""
    kinds = [kind for kind, _, _ in item]
    if len(item) > 2 and kinds[-2] == "word" and item[-2][1].upper() == "AS":
        return item[:-2], lexical.unquote(item[-1][1])
    if len(item) > 1 and kinds[-1] in ("word", "quoted") and item[-2][1] not in (".", "::"):
        if item[-2][1] == ")" or kinds[-2] in ("word", "quoted", "number", "string"):
            if item[-1][1].upper() != "END":
                return item[:-1], lexical.unquote(item[-1][1])
    return item, None


def _read_item(item, definition, tables):
    item, alias = _alias(item)
    parts = [lexical.unquote(text) for _, text, _ in item if text != "."]
    source = _find_column(tables, parts) if all(
        kind in ("word", "quoted") or text == "." for kind, text, _ in item) else None
    last = item[-1]
    text = definition[item[0][2]:last[2] + len(last[1])]
    if source:
        return Column.of_query(alias or parts[-1], source.type, source.is_nullable)
    word = item[0][1].lower()
    if word == "count":
        return Column.of_query(alias or text, "BIGINT", False)
    if word in ("sum", "min", "max"):
        of = _find_column(tables, [item[-2][1].strip("`")]) if len(item) > 2 else None
        wide = "BIGINT" if of and of.type.upper() in ("TINYINT", "SMALLINT", "INT") else None
        kept = of.type if of and word != "sum" else wide or (of.type if of else "DOUBLE")
        return Column.of_query(alias or text, kept, True)
    if item[0][0] == "number":
        return Column.of_query(alias or text, "TINYINT", False)
    return Column.of_query(alias or text, "VARCHAR(65533)", True)


def columns_of_query(definition, database, find, declared):
    """What a query gives; `declared` names the columns and their comments where it is not empty."""
    items, source = _split_select(list(lexical.tokens(definition)))
    tables = _read_tables(source, database, find)
    found = []
    for item in items:
        if item[-1][1] == "*" and len(item) in (1, 3):
            for alias, thing in tables.items():
                if len(item) == 1 or lexical.unquote(item[0][1]) in (alias, thing.name):
                    found += [Column.of_query(column.name, column.type, column.is_nullable)
                              for column in thing.columns]
        else:
            found.append(_read_item(item, definition, tables))
    for column, said in zip(found, declared):
        column.name, column.comment = said.get("column", column.name), said.get("comment", "")
    return found


_BEFORE_RELATION = frozenset("FROM JOIN".split())


def missing_relation(statement, session_database, find):
    """Of CREATE VIEW and its like: (database, name) of the first relation that is not there."""
    found = list(lexical.tokens(statement))
    words = [text.upper() if kind == "word" else text for kind, text, _ in found]
    if words[0] != "CREATE" or "VIEW" not in words[1:4]:
        return None
    depth, start = 0, len(words)
    for i, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "AS" and depth == 0:
            start = i
            break
    # Names that WITH gives are no relations of the database.
    made = {lexical.unquote(found[i][1]) for i in range(start, len(words) - 1)
            if found[i][0] in ("word", "quoted") and words[i + 1] == "AS"
            and words[i + 2:i + 3] == ["("]}
    for i in range(start, len(words) - 1):
        if words[i] not in _BEFORE_RELATION or found[i + 1][0] not in ("word", "quoted"):
            continue
        names, end = [lexical.unquote(found[i + 1][1])], i + 2
        while words[end:end + 1] == ["."]:
            names.append(lexical.unquote(found[end + 1][1]))
            end += 2
        is_function = words[end:end + 1] == ["("] or words[i + 1] in ("UNNEST", "TABLE")
        database = names[-2] if len(names) > 1 else session_database
        if is_function or database == "information_schema" or \
                (len(names) == 1 and names[0] in made):
            continue
        if not find(database, names[-1]):
            return database, names[-1]
    return None
