"""As much SQL as a server's front needs: where statements end, words, names and string literals."""

import re

_TOKEN = re.compile(r"""
    (?P<blank>\s+|--[^\n]*|\#[^\n]*|/\*.*?\*/)
  | (?P<string>'(?:\\.|''|[^'\\])*'|"(?:\\.|""|[^"\\])*")
  | (?P<quoted>`(?:``|[^`])*`)
  | (?P<word>[^\W\d]\w*)
  | (?P<number>\d[\w.]*)
  | (?P<sign>.)
""", re.VERBOSE | re.DOTALL)


def tokens(sql):
    """(kind, text, start) of each token but blanks."""
    for match in _TOKEN.finditer(sql):
        if match.lastgroup != "blank":
            yield match.lastgroup, match.group(), match.start()


def split(sql):
    """The statements of a text, without their semicolons."""
    statements, start, is_empty = [], 0, True
    for kind, text, at in tokens(sql):
        if kind == "sign" and text == ";":
            if not is_empty:
                statements.append(sql[start:at].strip())
            start, is_empty = at + 1, True
        else:
            is_empty = False
    if not is_empty:
        statements.append(sql[start:].strip())
    return statements


def items(sql):
    """The items of a list between commas, each as its tokens' texts."""
    found, depth = [[]], 0
    for _, text, _ in tokens(sql):
        depth += {"(": 1, ")": -1}.get(text, 0)
        if text == "," and depth == 0:
            found.append([])
        else:
            found[-1].append(text)
    return [item for item in found if item]


def unquote(text):
    """The value of a name or string literal as it stands in SQL."""
    if text[:1] == "`":
        return text[1:-1].replace("``", "`")
    if text[:1] in ("'", '"'):
        body = text[1:-1].replace(text[0] * 2, text[0])
        plain = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
        return re.sub(r"\\(.)", lambda match: plain.get(match.group(1), match.group(1)), body,
                      flags=re.DOTALL)
    return text


def names(text):
    """The names of a list, without quotes."""
    return [unquote(token) for kind, token, _ in tokens(text) if kind in ("word", "quoted")]


def quote_name(name):
    return "`" + name.replace("`", "``") + "`"


def quote_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def like(pattern, text):
    """LIKE, as SHOW has it: letter case does not count."""
    parts = re.split(r"(\\.|[%_])", pattern)
    wild = {"%": ".*", "_": "."}
    rule = "".join(wild[part] if part in wild else re.escape(part.replace("\\", ""))
                   for part in parts)
    return re.fullmatch(rule, text, re.IGNORECASE | re.DOTALL) is not None


# Words behind which a table or view is named.
_BEFORE_TABLE = frozenset("TABLE VIEW EXISTS INTO FROM JOIN UPDATE".split())
_NO_TABLE = frozenset("IF SELECT VALUES LIKE WHERE WITH LATERAL UNNEST".split())


def _is_name(token):
    return token[0] == "quoted" or (token[0] == "word" and token[1].upper() not in _NO_TABLE)


def localize(sql, default, current):
    """The statement for an engine whose names without a database are in `default`: that database
    is not named, and names without one, of a session that is in `current`, get it."""
    found = list(tokens(sql))
    out, end, at = [], 0, 0
    on_too = len(found) > 1 and found[1][1].upper() == "INDEX"
    while at < len(found):
        before = found[at - 1][1].upper() if at else ""
        parts = [at]
        while _is_name(found[at]) and parts[-1] + 2 < len(found) and \
                found[parts[-1] + 1][1] == "." and found[parts[-1] + 2][0] in ("word", "quoted"):
            parts.append(parts[-1] + 2)
        is_table = _is_name(found[at]) and (before in _BEFORE_TABLE or (before == "ON" and on_too))
        start, after = found[at][2], found[parts[-1]]
        words = [unquote(found[i][1]) for i in parts]
        if is_table and words[0] == "default_catalog" and len(parts) > 2:
            words, parts = words[1:], parts[1:]
        if is_table and len(parts) == 2 and words[0] == default:
            out += [sql[end:start], after[1]]
            end = after[2] + len(after[1])
        elif is_table and len(parts) == 1 and current not in (default, "", None) and \
                found[at + 1:at + 2] != [] and found[at + 1][1] == "(" and before == "FROM":
            pass  # a function that gives rows
        elif is_table and len(parts) == 1 and current not in (default, "", None):
            out += [sql[end:start], quote_name(current), ".", after[1]]
            end = after[2] + len(after[1])
        at = parts[-1] + 1
    return "".join(out) + sql[end:]
