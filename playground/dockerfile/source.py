"""From characters to logical lines: directives, comments, continuations and heredocs.

Also finds a word again in the file, so that a problem can point at it. Called by the reader and the checks; what an
instruction means is no concern of this module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playground.dockerfile.model import Heredoc, Instruction, Problem, Severity
from playground.dockerfile.words import SPACES, heredoc_word, json_array, shell_words, split_keyword, take_flags

_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*")
DIRECTIVES = ("syntax", "escape", "check")
ESCAPES = ("\\", "`")
_WITH_HEREDOCS = ("RUN", "COPY", "ADD")


@dataclass(frozen=True, slots=True)
class Directive:
    """One `# name=value` line at the top of the file."""

    name: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the file; lines and columns count from 1, the end column is not part of it."""

    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """An instruction's text with its continuation lines folded in."""

    text: str
    line: int
    end_line: int
    heredocs: tuple[Heredoc, ...] = ()
    blank_line: int | None = None  # an empty line in the middle of it
    runs_off: bool = False  # the file ended where a continuation was promised
    unterminated: str | None = None  # the heredoc word that never came


def split_lines(text: str) -> tuple[str, ...]:
    """The lines without their ends. Only a line feed ends a line: Docker does not count form feeds and the like."""
    lines = text.removeprefix("\ufeff").split("\n")
    if not lines[-1]:
        lines.pop()
    return tuple(line.rstrip("\r") for line in lines)


def read_directives(lines: tuple[str, ...]) -> list[Directive]:
    """The parser directives: they stop at the first line that is not one."""
    found: list[Directive] = []
    for number, line in enumerate(lines, start=1):
        match = _DIRECTIVE.fullmatch(line.lstrip(SPACES))
        if not match or match[1].lower() not in DIRECTIVES:
            break
        found.append(Directive(name=match[1].lower(), value=match[2], line=number))
    return found


def is_comment(line: str) -> bool:
    """Whether Docker skips the line, even in the middle of an instruction."""
    return line.lstrip(SPACES).startswith("#")


@dataclass(slots=True)
class _Cursor:
    lines: tuple[str, ...]
    at: int = 0

    def take(self) -> str | None:
        if self.at >= len(self.lines):
            return None
        self.at += 1
        return self.lines[self.at - 1]


def logical_lines(lines: tuple[str, ...], *, escape: str) -> Iterator[LogicalLine]:
    """Every instruction of the file with its heredocs, comments left out."""
    mark = re.escape(escape)
    # An escaped escape character at the end of a line is a character and not a continuation.
    continued = re.compile(rf"(?:^|(?<=[^{mark}])){mark}[ \t]*$")
    cursor = _Cursor(lines)
    while (line := cursor.take()) is not None:
        if is_comment(line) or not line.strip(SPACES):
            continue
        yield _fold(cursor, line.lstrip(SPACES), continued=continued, escape=escape)


def _fold(cursor: _Cursor, first: str, *, continued: re.Pattern[str], escape: str) -> LogicalLine:
    start = cursor.at
    blank_line: int | None = None
    pieces: list[str] = []
    line: str | None = first
    while line is not None:
        if pieces and (is_comment(line) or not line.strip(SPACES)):
            if not is_comment(line):
                blank_line = blank_line or cursor.at
        else:
            body = continued.sub("", line)
            pieces.append(body)
            if body == line:
                break
        line = cursor.take()
    text = "".join(pieces)
    end_line = cursor.at
    heredocs, unterminated = _take_heredocs(cursor, text, escape=escape)
    return LogicalLine(
        text=text,
        line=start,
        end_line=max(end_line, cursor.at),
        heredocs=heredocs,
        blank_line=blank_line,
        runs_off=line is None,
        unterminated=unterminated,
    )


def _take_heredocs(cursor: _Cursor, text: str, *, escape: str) -> tuple[tuple[Heredoc, ...], str | None]:
    """Read on past the bodies of the heredocs that `text` opens; also the word of one that never closes."""
    found: list[Heredoc] = []
    for word in _heredoc_words(text, escape=escape):
        opened = heredoc_word(word)
        if opened is None:
            continue
        start = cursor.at + 1
        body: list[str] = []
        while (line := cursor.take()) is not None:
            if (line.lstrip("\t") if opened.chomp else line) == opened.name:
                break
            body.append(line)
        content = "".join(f"{piece}\n" for piece in body)
        found.append(Heredoc(opened.name, content, opened.expand, opened.chomp, start, max(start, cursor.at)))
        if line is None:
            return tuple(found), opened.name
    return tuple(found), None


def _heredoc_words(text: str, *, escape: str) -> list[str]:
    if "<<" not in text:
        return []
    keyword, rest = split_keyword(text)
    if keyword.upper() == "ONBUILD":
        keyword, rest = split_keyword(rest)
    if keyword.upper() not in _WITH_HEREDOCS or json_array(take_flags(rest, escape)[1]) is not None:
        return []
    return shell_words(rest, escape)


def find(lines: tuple[str, ...], word: str, *, line: int, end_line: int) -> Span | None:
    """Where `word` stands between two lines: as a whole word if it can be, else anywhere."""
    if not word:
        return None
    whole = re.compile(rf"(?<!\S){re.escape(word)}(?!\S)")
    window = list(enumerate(lines[line - 1 : end_line], start=line))
    for number, content in window:
        if match := whole.search(content):
            return Span(number, match.start() + 1, match.end() + 1)
    for number, content in window:
        if (start := content.find(word)) >= 0:
            return Span(number, start + 1, start + 1 + len(word))
    return None


def keyword_span(lines: tuple[str, ...], line: int) -> Span:
    """The first word of a line."""
    content = lines[line - 1] if 0 < line <= len(lines) else ""
    start = len(content) - len(content.lstrip(SPACES))
    length = len(re.split(rf"[{re.escape(SPACES)}]", content[start:], maxsplit=1)[0])
    return Span(line, start + 1, start + 1 + max(1, length))


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of the file, and how to make a problem that points into them."""

    lines: tuple[str, ...]

    def problem(
        self,
        instruction: Instruction | LogicalLine,
        code: str,
        message: str,
        *,
        fix: str = "",
        severity: Severity = "error",
        word: str = "",
    ) -> Problem:
        """A problem at `word` inside the instruction, or at its keyword."""
        place = find(self.lines, word, line=instruction.line, end_line=instruction.end_line)
        place = place or keyword_span(self.lines, instruction.line)
        return Problem(code, severity, place.line, place.column, place.end_column, message, fix)

    def line_problem(
        self, line: int, code: str, message: str, *, fix: str = "", severity: Severity = "error"
    ) -> Problem:
        """A problem that marks a whole line."""
        length = len(self.lines[line - 1]) if 0 < line <= len(self.lines) else 0
        return Problem(code, severity, line, 1, 1 + max(1, length), message, fix)
