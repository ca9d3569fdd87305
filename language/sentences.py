"""The sentences of rooms that speak English to the log, as the catalogue has them: taken from where they stand, so that none is missed.

A sentence that is put together of values is told with their names: f"{count} rows of {file}" is "{count} rows of {file}".
"""

import ast
import keyword
import re
from collections.abc import Iterator
from pathlib import Path

# Lists of words in many languages, by which files are understood: nobody reads them.
LISTS = {
    "amount_parts", "cells", "choice_words", "currencies", "dates", "eastern", "evidence", "fitting", "headers", "left_out",
    "money_columns", "month_names", "periods", "fork_server", "child", "forked", "dump", "bills", "zone_steps",
}  # fmt: skip
# Queries of the store and patterns: they begin with a word of theirs and end in no full stop, or have a sign that no sentence has.
BEGINS = (
    "select insert update delete create with alter drop from where order|by group|by left|join join and or union coalesce pragma attach "
    "copy checkpoint begin qualify having on|conflict set case values exists not|exists any_value max min sum count row_number primary|key "
    "unique"
)
QUERY = re.compile(
    rf"^\s*(?:{'|'.join(word.replace('|', ' ') for word in BEGINS.split())})\b(?!.*[.?!]$)|\bselect\b.*\bfrom\b|distinct from|^\s*\w+\("
    r"|[\\^]|\(\?|::(?:varchar|integer|date)|\b(?:batch|row_key) in |\(values|arg_m(?:ax|in)(?:_null)?\(|unpivot|time zone '|, table_name,"
    r"|from rows_|table_name = |list_contains\(|union all by name"
    r"|\bis null$|\} like '|timestamp '\{|^account_id, |^_metadata\.|^rootlogger\.|\border by \{|\} where \{|\}::"
)
WORD = re.compile(r"[A-Za-z]{2,}")
SILENT = {
    "execute", "sql", "do", "compile", "match", "search", "fullmatch", "sub", "findall", "debug", "info", "warning", "exception", "error",
    "AssertionError",
}  # fmt: skip
FEW = 3  # words: less are codes, or names of columns, but for a sentence of two


def sentences(path: Path) -> Iterator[str]:
    """The sentences of one file, each once, in their order."""
    if path.stem in LISTS:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from dict.fromkeys(text for node in _spoken(tree) if _is_sentence(text := _template(node).strip()))


def _spoken(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """All texts below a node, but for docstrings, what is compared, keys, and what is no speech (queries, patterns)."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
    for child in _below(node):
        yield from _spoken(child)


def _below(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return []
    if isinstance(node, ast.Compare | ast.Import | ast.ImportFrom | ast.Set):
        return []
    if isinstance(node, ast.Dict):
        return list(node.values)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SILENT:
        return []
    if isinstance(node, ast.JoinedStr):
        return [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
    return [child for child in ast.iter_child_nodes(node) if not (isinstance(child, ast.keyword) and child.arg == "example")]


def _is_sentence(text: str) -> bool:
    bare = re.sub(r"\{[^}]*\}", "", text)
    words = WORD.findall(bare)
    few = FEW - 1 if bare.rstrip().endswith(".") else FEW
    return len(words) >= few and " " in bare.strip() and not QUERY.search(text.lower()) and not text.startswith(("--", "/", "<"))


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    told, named = "", dict[str, str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            told += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            told += f"{{{_value(ast.unparse(part.value), _name(part.value), named)}}}"
    return told


def _value(expression: str, name: str, named: dict[str, str]) -> str:
    """A name for a value, which is another one for each other expression of the text."""
    at, base = 1, f"{name}_" if keyword.iskeyword(name) else name
    told = base
    while named.setdefault(told, expression) != expression:
        at += 1
        told = f"{base}_{at}"
    return told


def _name(node: ast.AST) -> str:
    """A word for what an expression is of."""
    if isinstance(node, ast.Name):
        return node.id.lower().strip("_") or "value"
    if isinstance(node, ast.Attribute):
        return node.attr.lower().strip("_") or "value"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and str(node.slice.value).isidentifier():
        return str(node.slice.value)
    below = node.value if isinstance(node, ast.Subscript) else node.func if isinstance(node, ast.Call) else None
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name | ast.Attribute | ast.Subscript):
        below = node.args[0]
    return _name(below) if below is not None else "value"
