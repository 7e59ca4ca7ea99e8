"""Splitting the text of one folded instruction into words, flags and JSON arrays, the way BuildKit does.

Used by the reader only. What a word means to an instruction is in `grammar`.
"""

import json
import re
from dataclasses import dataclass
from functools import cache

# The white space BuildKit (Go) knows. Python's own idea includes control characters that Docker keeps in words.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SPACES = SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))

_PLAIN_GAP = re.compile(r"[\t\v\f\r ]+")
_HEREDOC = re.compile(r"(\d*)<<(-?)([^<]+)")
# Typographic quotes arrive with text pasted from a web page or a chat.
_ANY_QUOTE = "'\"`‘’“”„"


@dataclass(frozen=True, slots=True)
class HeredocWord:
    """What follows the `<<` that opens a heredoc."""

    name: str
    expand: bool
    chomp: bool


@cache
def _word_pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    pieces = (
        rf"{mark}.",
        r"'[^']*(?:'|\Z)",
        rf'"(?:{mark}.|[^"{mark}])*(?:"|{mark}?\Z)',
        rf"[^{SPACE}]",
    )
    return re.compile(f"(?:{'|'.join(pieces)})+", re.DOTALL)


def shell_words(text: str, escape: str) -> list[str]:
    """Words separated by blanks outside quotes; quotes and escapes stay in them."""
    return _word_pattern(escape).findall(text)


def plain_words(text: str) -> list[str]:
    """Words separated by blanks, quotes meaning nothing: how FROM, EXPOSE and COPY are read."""
    return [word for word in _PLAIN_GAP.split(text) if word]


def unquote(word: str, escape: str) -> str:
    """The word without its quotes and escape characters."""
    mark = re.escape(escape)
    return re.sub(rf"{mark}(.)|['\"]", lambda match: match[1] or "", word, flags=re.DOTALL)


def split_keyword(line: str) -> tuple[str, str]:
    """The first word and the rest of a folded line."""
    keyword, *rest = _PLAIN_GAP.split(line.strip(SPACES), maxsplit=1)
    return keyword, rest[0].strip(SPACES) if rest else ""


def take_flags(text: str, escape: str) -> tuple[list[str], str]:
    """The leading `--name=value` words, unquoted, and what follows them."""
    places = flag_places(text, escape)
    end = places[-1][1] if places else 0
    words = [unquote(text[start:stop], escape) for start, stop in places]
    return [word for word in words if word != "--"], text[end:].lstrip(SPACES)


def flag_places(text: str, escape: str) -> list[tuple[int, int]]:
    """Where the leading flags stand in `text`; a lone `--` is the last one and ends them."""
    places: list[tuple[int, int]] = []
    at = len(text) - len(text.lstrip(SPACES))
    while text.startswith("--", at):
        found = _word_pattern(escape).match(text, at)
        end = found.end() if found else len(text)
        places.append((at, end))
        if text[at:end] == "--":
            break
        at = end + len(text[end:]) - len(text[end:].lstrip(SPACES))
    return places


def json_array(text: str) -> list[object] | None:
    """The JSON array `text` is, or None when it is not one."""
    if not text.startswith("["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def heredoc_word(word: str) -> HeredocWord | None:
    """Read `<<EOF`, `<<-EOF`, `3<<"EOF"`; None for any other word."""
    found = _HEREDOC.fullmatch(word)
    if not found:
        return None
    name = unquote(found[3], "\\")
    quoted = any(mark in found[3] for mark in "'\"")
    return HeredocWord(name=name, expand=not quoted, chomp=found[2] == "-") if name else None


def almost_json(text: str, *, strict: bool) -> list[str] | None:
    """The words of a list that was meant to be JSON but is not, or None when it was probably not meant so.

    `strict` is for RUN, where `[ "$a" = "b" ]` is an ordinary shell test and must not be taken for a slip.
    """
    quote = f"[{_ANY_QUOTE}]"
    element = f"{quote}[^{_ANY_QUOTE}]*{quote}"
    if strict and not re.fullmatch(rf"\[\s*{element}(?:\s*,\s*{element})*\s*,?\s*\]", text):
        return None
    if not re.match(rf"\[\s*(?:{quote}|[^\]]*\]$)", text):
        return None
    inside = text[1:].strip().removesuffix("]")
    quoted = re.findall(f"{quote}([^{_ANY_QUOTE}]*){quote}", inside)
    words = quoted or [piece.strip() for piece in inside.split(",")]
    return [word for word in words if word] or None


def as_json(words: list[str] | tuple[str, ...]) -> str:
    """`["python", "app.py"]`, the way it is written in a Dockerfile."""
    return json.dumps(list(words), ensure_ascii=False)
