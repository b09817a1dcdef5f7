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
