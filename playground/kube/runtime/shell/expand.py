"""Fills in what a word stands for: variables, $(…), $((…)). After the POSIX rules of word expansion, a part of them."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from playground.kube.runtime.shell.lexer import NotUnderstood, Part, Word
from playground.kube.runtime.shell.program import Counter, Now, Piece, Text

LONGEST: Final = 100_000  # letters
_VARIABLE: Final = re.compile(
    r"\$\(\((?P<sum>.*?)\)\)|\$\((?P<run>.*)\)|`(?P<old>[^`]*)`"
    r"|\$\{(?P<braced>[A-Za-z_]\w*|[0-9?@#$])(?::?(?P<how>[-=+?])(?P<other>[^}]*))?\}|\$(?P<name>[A-Za-z_]\w*|[0-9?@#$*!])",
    re.DOTALL,
)
_PLUS: Final[Mapping[type, Callable[[int, int], int]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Mod: operator.mod,
    ast.FloorDiv: operator.floordiv, ast.Div: operator.floordiv,
}  # fmt: skip


class Shell(Protocol):
    """What filling in needs of a run."""

    env: dict[str, Text]
    code: int

    def capture(self, script: str) -> Text:
        """Return what a script prints."""


def length(text: Text) -> int:
    """Return how long a text is, about."""
    return sum(len(piece) if isinstance(piece, str) else 20 for piece in text) + len(text)


def plain(texts: Sequence[Text]) -> str:
    """Return texts as they are in the first round, put together with spaces."""
    return " ".join("".join(_first(piece) for piece in text) for text in texts)


def _first(piece: Piece) -> str:
    if isinstance(piece, Counter):
        return str(piece.base)
    return "" if isinstance(piece, Now) else piece


def expand(shell: Shell, word: Word, *, split: bool = True) -> list[Text]:
    """Return the words that one word becomes: none or several where an unquoted variable has none or several."""
    found: list[list[Piece]] = [[]]
    solid = False  # a quoted part makes a word even if it is empty
    for part in word:
        pieces = _filled(shell, part)
        solid = solid or part.quoted
        if part.quoted or not split or not part.filled:
            found[-1] += pieces
            continue
        for piece in pieces:
            if not isinstance(piece, str) or piece == part.text:
                found[-1].append(piece)
                continue
            first, *rest = re.split(r"[ \t\n]+", piece)
            found[-1] += [first] if first else []
            found += [[each] if each else [] for each in rest]
    texts = [tuple(pieces) for pieces in found]
    if sum(map(length, texts)) > LONGEST:
        raise NotUnderstood(f"a text of more than {LONGEST} letters")
    return [text for text in texts if text] or ([()] if solid else [])


def _filled(shell: Shell, part: Part) -> list[Piece]:
    if not part.filled or not ("$" in part.text or "`" in part.text):
        return [part.text] if part.text else []
    found: list[Piece] = []
    at = 0
    while (match := _variable(part.text, at)) is not None:
        begin, end, text = match[0], match[1], _value(shell, match[2])
        found += [part.text[at:begin]] if part.text[at:begin] else []
        found += text
        at = end
    return [*found, part.text[at:]] if part.text[at:] else found


def _variable(text: str, at: int) -> tuple[int, int, re.Match[str]] | None:
    """Return where the next thing to fill in begins and ends; $(…) ends at its own bracket."""
    match = _VARIABLE.search(text, at)
    if match is None:
        return None
    if match["run"] is None and match["sum"] is None:
        return match.start(), match.end(), match
    depth, end = 0, match.start() + 1
    while end < len(text):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
        if not depth:
            break
    whole = _VARIABLE.fullmatch(text, match.start(), end)
    if whole is None:
        raise NotUnderstood(f"{text[match.start() : end]!r}")
    return match.start(), end, whole


def _value(shell: Shell, match: re.Match[str]) -> list[Piece]:
    if match["sum"] is not None:
        return [_sum(shell, match["sum"])]
    script = match["run"] if match["run"] is not None else match["old"]
    if script is not None:
        return list(shell.capture(script))
    name = match["braced"] or match["name"]
    if name == "?":
        return [str(shell.code)]
    if name in {"$", "!"}:
        return ["1"]
    value = shell.env.get(name, ())
    if match["how"] in {"-", "="} and not value:
        return [match["other"]] if match["other"] else []
    if match["how"] == "+":
        return [match["other"]] if value else []
    return list(value)


def _sum(shell: Shell, text: str) -> Piece:
    """Return what $((…)) comes to; a counter plus or minus a number stays a counter."""
    step = 0
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        nonlocal step
        value = shell.env.get(match[0], ())
        if value and isinstance(value[0], Counter):
            step += value[0].step
        names[match[0]] = int(plain([value]) or 0) if plain([value]).lstrip("-").isdecimal() else 0
        return match[0]

    bare = re.sub(r"[A-Za-z_]\w*", number, text.replace("$", "").strip())
    try:
        total = _calculated(ast.parse(bare, mode="eval").body, names)
    except (SyntaxError, ValueError, ZeroDivisionError, KeyError, RecursionError) as error:
        raise NotUnderstood(f"$(({text}))") from error
    simple = re.fullmatch(r"[A-Za-z_]\w*\s*(?:[+-]\s*[0-9]+)?", bare)
    return Counter(total, step) if step and simple else str(total)


def _calculated(node: ast.expr, names: Mapping[str, int]) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_calculated(node.operand, names)
    if isinstance(node, ast.BinOp):
        total = _PLUS[type(node.op)](_calculated(node.left, names), _calculated(node.right, names))
        return (total + (1 << 63)) % (1 << 64) - (1 << 63)
    raise KeyError(type(node).__name__)
