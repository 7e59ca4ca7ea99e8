"""Filling in `$name` and `${name:-default}` as Docker does, without running anything.

Used for FROM lines and COPY sources. Where a value comes from (ARG, ENV, build arguments) is the caller's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Deeper than anyone writes by hand; keeps hostile input from exhausting the stack.
DEEPEST = 20
# Longer than any value that means something; forty lines of ENV that double each other would be terabytes.
LONGEST = 32 * 1024


@dataclass(frozen=True, slots=True)
class Expansion:
    """`value` is None when the text is not something Docker would accept, or longer than LONGEST characters.

    `missing` names what had no value.
    """

    value: str | None
    missing: tuple[str, ...]
    too_long: bool = False


class _BadSubstitutionError(Exception):
    """The text has a `${` that cannot be read."""


class _TooLongError(Exception):
    """More than LONGEST characters were filled in."""


@dataclass(slots=True)
class _Expander:
    text: str
    values: Mapping[str, str]
    escape: str
    unknown: str | None = None
    at: int = 0
    filled: int = 0
    missing: list[str] = field(default_factory=list)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        character = self.peek()
        self.at += 1
        return character

    def whole(self) -> str:
        value = self.until("", 0)
        if len(value) > LONGEST:
            raise _TooLongError
        return value

    def until(self, stop: str, depth: int) -> str:
        """Expand up to the character `stop`, or to the end when `stop` is empty."""
        if depth > DEEPEST:
            raise _BadSubstitutionError
        out: list[str] = []
        while (character := self.peek()) and character != stop:
            out.append(self.piece(depth))
        if stop and not self.next():
            raise _BadSubstitutionError
        return "".join(out)

    def piece(self, depth: int) -> str:
        character = self.next()
        if character == self.escape:
            return self.next()
        if character == "'":
            return self.single_quoted()
        if character == '"':
            return self.until('"', depth + 1)
        if character == "$":
            return self.dollar(depth)
        return character

    def single_quoted(self) -> str:
        end = self.text.find("'", self.at)
        if end < 0:
            raise _BadSubstitutionError
        inside = self.text[self.at : end]
        self.at = end + 1
        return inside

    def dollar(self, depth: int) -> str:
        if self.peek() != "{":
            name = self.name()
            return self.lookup(name) if name else "$"
        self.next()
        name = self.name()
        sign = self.next()
        if not name or not sign:
            raise _BadSubstitutionError
        if sign == "}":
            return self.lookup(name)
        return self.modified(name, sign, depth)

    def modified(self, name: str, sign: str, depth: int) -> str:
        empty_counts_as_unset = sign == ":"
        if empty_counts_as_unset:
            sign = self.next()
        if sign not in {"-", "+", "?"} or not sign:
            # ${x#y}, ${x%y} and ${x/y/z} came later than the built-in front ends this runs on.
            raise _BadSubstitutionError
        already_missing = len(self.missing)
        word = self.until("}", depth + 1)
        if self.unknown is not None and name not in self.values:
            return max(self.fill(self.unknown), word, key=len)
        value = self.values.get(name)
        is_set = value is not None and not (empty_counts_as_unset and value == "")
        if sign == "+":
            if not is_set:
                del self.missing[already_missing:]
            return word if is_set else ""
        if is_set:
            # The default is not used, so what it lacked does not matter.
            del self.missing[already_missing:]
            return self.fill(value or "")
        if sign == "?":
            self.missing.append(name)
            return ""
        return word

    def name(self) -> str:
        start = self.at
        while (character := self.peek()) and (character.isalnum() or character == "_"):
            self.at += 1
        return self.text[start : self.at]

    def lookup(self, name: str) -> str:
        value = self.values.get(name, self.unknown)
        if value is None:
            self.missing.append(name)
            return ""
        return self.fill(value)

    def fill(self, value: str) -> str:
        self.filled += len(value)
        if self.filled > LONGEST:
            raise _TooLongError
        return value


def expand(text: str, values: Mapping[str, str], *, escape: str = "\\", unknown: str | None = None) -> Expansion:
    """Fill in variables and take quotes away.

    A name that has no value becomes empty, as Docker does, and is listed; unless `unknown` says what to take for it.
    """
    expander = _Expander(text, values, escape, unknown)
    value, too_long = None, False
    try:
        value = expander.whole()
    except _BadSubstitutionError:
        pass
    except _TooLongError:
        too_long = True
    return Expansion(value, tuple(dict.fromkeys(expander.missing)), too_long)
