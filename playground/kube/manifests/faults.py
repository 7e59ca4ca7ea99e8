"""Turns the YAML reader's complaints into sentences for a learner: what is wrong, where, and the smallest fix.

libyaml names the place where it gave up, often a line too late; these rules look for the place that has to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from playground.kube.manifests.manifest import ManifestError

_KEY = re.compile(r"\s*(?:- +)*(?:[^\s#'\"\[\]{},&*!|>%@`-][^#]*?|\"[^\"]*\"|'[^']*')\s*:(?:\s|$)")
_WORD_AND_REST = re.compile(r"(?P<before>\s*(?:- +)*)(?P<word>[A-Za-z][\w./-]*)(?P<gap>:?\s*)(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A complaint of libyaml; lines and columns from 0."""

    problem: str
    context: str
    line: int
    column: int
    context_line: int
    context_column: int
    lines: tuple[str, ...]

    def text(self, line: int | None = None) -> str:
        """Return a line of the manifest, by default the one complained about."""
        index = self.line if line is None else line
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def error(
        self, message: str, hint: str = "", *, line: int | None = None, column: int | None = None
    ) -> ManifestError:
        """Return the error at a place, by default the one complained about."""
        at = self.line if line is None else line
        across = self.column if column is None else column
        return ManifestError(message, (at + 1, across + 1), hint=hint)


def explain(error: YAMLError, text: str) -> ManifestError:
    """Return the complaint about `text` in a learner's words."""
    if isinstance(error, ReaderError):
        return _unreadable(error, text)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return ManifestError(f"this is not YAML: {error}.", (1, 1))
    mark, around = error.problem_mark, error.context_mark or error.problem_mark
    trouble = Trouble(
        error.problem or "",
        error.context or "",
        mark.line,
        mark.column,
        around.line,
        around.column,
        tuple(text.splitlines()),
    )
    for part, rule in RULES.items():
        if part in trouble.problem:
            return rule(trouble)
    return trouble.error(f"the YAML ends up wrong here: {trouble.problem}.")


def _unreadable(error: ReaderError, text: str) -> ManifestError:
    position = error.position if isinstance(error.position, int) else 0
    before = text[:position].splitlines() or [""]
    told = "there is a character here that cannot be seen and that YAML does not allow."
    return ManifestError(told, (len(before), len(before[-1]) + 1), hint="Delete it and type the place anew.")


def _bad_start(trouble: Trouble) -> ManifestError:
    """Explain a character that no value can begin with: mostly a tab."""
    letter = trouble.text()[trouble.column : trouble.column + 1]
    if letter == "\t":
        return _tab(trouble)
    told = f"a value cannot begin with '{letter}'."
    return trouble.error(told, "Put the whole value in quotes.")


def _tab(trouble: Trouble) -> ManifestError:
    told = "this line is indented with a tab; YAML takes only spaces."
    return trouble.error(told, "Replace the tab by spaces, two for each level.")


def _mapping_not_allowed(trouble: Trouble) -> ManifestError:
    """Explain a ':' where no field can begin."""
    text = trouble.text()
    before = text[: trouble.column]
    if re.search(r":\s", before):
        value = text[before.index(":") + 1 :].strip()
        hint = f'Put the value in quotes: "{value}".' if '"' not in value else f"Put the value in quotes: '{value}'."
        return trouble.error("the value on this line has a ': ' in it, which reads as a second field.", hint)
    above = _line_above(trouble.lines, trouble.line)
    if above is None:
        return trouble.error("a field cannot begin here.")
    if not _KEY.match(trouble.lines[above]):
        return _missing_colon(trouble, above)
    indent = _indent(trouble.lines[above])
    told = f"this line is indented deeper than line {above + 1}, which has its value already."
    return trouble.error(told, f"Indent it by {_spaces(indent)}, as line {above + 1}.", column=_indent(text))


def _expected_colon(trouble: Trouble) -> ManifestError:
    return _missing_colon(trouble, trouble.context_line)


def _missing_colon(trouble: Trouble, line: int) -> ManifestError:
    """Explain a line that should be "name: value" and is not."""
    text = trouble.text(line)
    column = _indent(text)
    match = _WORD_AND_REST.fullmatch(text.rstrip())
    if match is None:
        return trouble.error("this line has no ':' after its name.", line=line, column=column)
    word, gap, rest = match["word"], match["gap"], match["rest"]
    fixed = f"{word}: {rest}" if rest else f"{word}:"
    if gap.startswith(":"):
        told = f"after '{word}:' there has to be a space before the value."
    elif ":" in word or rest.startswith(":"):
        fixed = (word + rest).replace(":", ": ", 1)
        told = "there has to be a space after the ':'."
    else:
        told = f"there is no ':' after '{word}'."
    return trouble.error(told, f"Write `{fixed}`.", line=line, column=column)


def _bad_indent(trouble: Trouble) -> ManifestError:
    """Explain a line that continues nothing above it."""
    text = trouble.text()
    if "\t" in text[: trouble.column]:
        return _tab(trouble)
    if trouble.column > _indent(text):
        return _rest_of_line(trouble)
    return _misfit(trouble)


def _misfit(trouble: Trouble) -> ManifestError:
    """Explain a line at a wrong depth, or an item among fields, or a field among items."""
    indent = _indent(trouble.text())
    if trouble.text().lstrip().startswith(":"):
        return trouble.error("a field has no name before its ':'.", "Write the name.", column=indent)
    levels = _levels(trouble.lines[: trouble.line])
    if levels and indent not in levels:
        best = min(levels, key=lambda level: (abs(level - indent), -level))
        told = f"this line is indented by {_spaces(indent)}, which fits none of the levels above it."
        return trouble.error(told, f"Indent it by {_spaces(best)}, as line {levels[best] + 1}.", column=indent)
    start = trouble.context_line + 1
    if trouble.text().lstrip().startswith("-"):
        told = f"an item of a list ('-') stands among the fields that begin on line {start}."
        hint = "Give the list a name of its own, or make the lines above items too, each with '- ' at its start."
        return trouble.error(told, hint, column=indent)
    if "mapping" in trouble.context:
        told = f"this line is no field of the map that begins on line {start}."
        return trouble.error(told, "Write it as `name: value`, or put the whole value above in quotes.", column=indent)
    told = f"a field stands among the items of the list that begins on line {start}."
    return trouble.error(told, "Begin the line with '- ', or indent it as the fields of the item above.", column=indent)


def _rest_of_line(trouble: Trouble) -> ManifestError:
    """Explain something left over behind a complete value."""
    text = trouble.text()
    if "{{" in text:
        told = "this looks like a template: {{ }} has to be filled in before Kubernetes reads it."
        return trouble.error(told, "Put the value in its place, or quote the line's value.")
    opened = _open_quotes(trouble.lines[: trouble.line])
    if opened is not None:
        told = f"the quotes opened on line {opened + 1} are not closed there."
        hint = "Add the closing quote at the end of the value."
        return trouble.error(told, hint, line=opened, column=_indent(trouble.text(opened)))
    left = text[trouble.column :].strip()
    told = f"'{left}' stands behind a value that is complete."
    return trouble.error(told, "Put the whole value in one pair of quotes, or take the rest away.")


def _items_not_allowed(trouble: Trouble) -> ManifestError:
    text = trouble.text()
    if re.search(r":\s", text[: trouble.column]):
        return trouble.error("a list's first '-' stands on the line of its name.", "Move it to a line of its own.")
    return _misfit(trouble)


def _unclosed(trouble: Trouble) -> ManifestError:
    told = f"the quotes opened on line {trouble.context_line + 1} are never closed."
    quote = trouble.text(trouble.context_line)[trouble.context_column : trouble.context_column + 1] or '"'
    return trouble.error(
        told, f"Add {quote} at the end of the value.", line=trouble.context_line, column=trouble.context_column
    )


def _open_brackets(trouble: Trouble) -> ManifestError:
    closing = "]" if "sequence" in trouble.context else "}"
    opened = "[" if closing == "]" else "{"
    told = (
        f"the '{opened}' of line {trouble.context_line + 1} has no '{closing}' before this place, or a ',' is missing."
    )
    return trouble.error(told, f"Add '{closing}', or ',' between the entries.")


def _no_anchor(trouble: Trouble) -> ManifestError:
    match = re.match(r"\*([^\s,\]}]+)", trouble.text()[trouble.column :])
    name = match[1] if match else ""
    told = f"'*{name}' repeats an anchor that is not there." if name else "a '*' without a name stands here."
    return trouble.error(told, f"Write &{name or 'name'} before the value to repeat, or quote a real '*'.")


def _bad_anchor(trouble: Trouble) -> ManifestError:
    return trouble.error("'*' and '&' have a meaning in YAML.", "Put the value in quotes.")


def _escape(trouble: Trouble) -> ManifestError:
    told = r"inside double quotes a backslash begins a code such as \n, and this one is none."
    return trouble.error(told, r"Write \\ for a backslash, or use single quotes.")


def _two_anchors(trouble: Trouble) -> ManifestError:
    return trouble.error("two anchors (&) have the same name.", "Rename one of them.")


def _no_content(trouble: Trouble) -> ManifestError:
    return trouble.error("a value is missing here.", "Write the value, or take the ',' or bracket away.")


RULES: dict[str, Callable[[Trouble], ManifestError]] = {
    "found character that cannot start any token": _bad_start,
    "found a tab character": _tab,
    "mapping values are not allowed": _mapping_not_allowed,
    "could not find expected ':'": _expected_colon,
    "did not find expected key": _bad_indent,
    "did not find expected '-' indicator": _bad_indent,
    "did not find expected <document start>": _bad_indent,
    "block sequence entries are not allowed": _items_not_allowed,
    "found unexpected end of stream": _unclosed,
    "found unexpected document indicator": _unclosed,
    "did not find expected ',' or": _open_brackets,
    "did not find expected node content": _no_content,
    "found undefined alias": _no_anchor,
    "did not find expected alphabetic or numeric character": _bad_anchor,
    "unknown escape character": _escape,
    "second occurrence": _two_anchors,
}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count or 'no'} spaces"


def _open_quotes(lines: tuple[str, ...]) -> int | None:
    """Return the first line on which quotes are opened and not closed."""
    for index, line in enumerate(lines):
        if line.replace('\\"', "").count('"') % 2 and not line.lstrip().startswith("#"):
            return index
    return None


def _line_above(lines: tuple[str, ...], line: int) -> int | None:
    """Return the nearest line above that says something."""
    for index in range(line - 1, -1, -1):
        said = lines[index].strip()
        if said and not said.startswith("#"):
            return index
    return None


def _levels(lines: tuple[str, ...]) -> dict[int, int]:
    """Return the columns where fields and items may go on after these lines, each with the line that opened it."""
    levels: dict[int, int] = {}
    for index, line in enumerate(lines):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if said.startswith("---"):
            levels = {}
            continue
        column = _indent(line)
        levels = {level: at for level, at in levels.items() if level <= column}
        levels[column] = index
        while line[column : column + 2] == "- ":
            column += len(line[column:]) - len(line[column + 1 :].lstrip(" "))
            levels[column] = index
    return levels
