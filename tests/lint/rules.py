"""The rules for one file: each takes its path and text and yields (line, message)."""

import re

from source import blank, line_at

FILE_LINES = 600
FUNCTION_LINES = 60

_NAME_LINE = re.compile(r"^[A-Za-z_]\w*\(", re.MULTILINE)
_BANNED = re.compile(
    r"\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|strtok_r|atoi|atol|atoll|atof|gets"
    r"|malloc|calloc|realloc|free|strdup|strndup|alloca|asprintf|vasprintf)\s*\("
)
_GOTO = re.compile(r"\bgoto\b")
_PRINTS = re.compile(
    r"\b(stdout|stderr)\b|\b(printf|puts|putchar|perror|exit|_exit|abort|g_print|g_printerr|g_log"
    r"|g_debug|g_info|g_message|g_warning|g_critical|g_error)\s*\("
)
_DIALECT = re.compile(r"starrocks|ydb|yql|sqlite", re.IGNORECASE)
_EXAMPLES = re.compile(r'\.examples\s*=\s*("(?:\\.|[^"\\])*"\s*)+')
_MARK = re.compile(r"\b(TODO|FIXME|XXX)\b")
_DIALECT_PLACES = re.compile(r"src/(dialect|driver)/(\w+/|list\.c$)")


def file_length(path, text):
    count = text.count("\n")
    if count > FILE_LINES:
        yield FILE_LINES + 1, f"{count} lines, {FILE_LINES} are allowed"


def function_length(path, text):
    """From the line with the name to the brace that closes the body."""
    for match in _NAME_LINE.finditer(text):
        body = re.compile(r"^(\{|\S[^\n]*;)$", re.MULTILINE).search(text, match.start())
        if not body or body.group(1) != "{":
            continue
        end = text.find("\n}", body.end())
        count = text.count("\n", match.start(), end + 1) + 1
        if count > FUNCTION_LINES:
            name = match.group()[:-1]
            line = line_at(text, match.start())
            yield line, f"{name} has {count} lines, {FUNCTION_LINES} are allowed"


def _search(pattern, text, message):
    for match in pattern.finditer(text):
        yield line_at(text, match.start()), message.format(match.group(match.lastindex or 0))


def banned_functions(path, text):
    code = blank(text, strings=True)
    yield from _search(_BANNED, code, "{} is banned")
    yield from _search(_GOTO, code, "{} is banned")


def silent_library(path, text):
    """The library never prints, exits or logs; the tool does."""
    if path.startswith("src/") and not path.startswith("src/cli/"):
        yield from _search(_PRINTS, blank(text, strings=True), "{} is for src/cli only")


def no_dialect_named(path, text):
    """Comments may give examples, and so may the help of a command; code may not tell them apart."""
    if path.startswith("src/") and not _DIALECT_PLACES.match(path):
        code = _EXAMPLES.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), blank(text))
        yield from _search(_DIALECT, code, "generic code names the dialect {}")


def opening_comment(path, text):
    """The path of a unit test says its job."""
    if path.startswith("tests/unit/"):
        return
    if not re.match(r"/\*[\s*]*[\w`]", text):
        yield 1, "a file opens with a comment that states its job"


def no_marks(path, text):
    yield from _search(_MARK, text, "{} is left")


def header_guard(path, text):
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "a header has #pragma once"


ALL = (
    file_length,
    function_length,
    banned_functions,
    silent_library,
    no_dialect_named,
    opening_comment,
    no_marks,
    header_guard,
)
