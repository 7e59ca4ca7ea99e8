"""Command-line flags as kubectl's library reads them (github.com/spf13/pflag), with its complaints.

What a flag means is the command's own matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube.apiserver.validation.field import go_quote
from playground.kube.apiserver.validation.go_numbers import parse_duration
from playground.kube.kubectl.errors import CommandError

TRUE: Final = frozenset({"1", "t", "T", "true", "TRUE", "True"})
FALSE: Final = frozenset({"0", "f", "F", "false", "FALSE", "False"})


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `kind` is string, bool, int, duration (nanoseconds) or list; `bare` is its value when none is given."""

    name: str
    kind: str = "string"
    short: str = ""
    default: Any = None
    bare: str | None = None


@dataclass(slots=True)
class Arguments:
    """A command line taken apart. `dash` is how many positional arguments stood before `--`, None without one."""

    path: str
    positional: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    dash: int | None = None

    def text(self, name: str) -> str:
        """Return a string flag, "" when it was not given."""
        return self.values.get(name) or ""

    def number(self, name: str) -> int:
        """Return a number or a duration."""
        found: int = self.values[name]
        return found

    def on(self, name: str) -> bool:
        """Return whether a switch is on."""
        return bool(self.values.get(name))

    def items(self, name: str) -> list[str]:
        """Return all values of a flag that may be repeated."""
        return self.values.get(name) or []


class _Reader:
    def __init__(self, path: str, flags: Sequence[Flag]) -> None:
        self.found = Arguments(path)
        self.long = {flag.name: flag for flag in flags}
        self.short = {flag.short: flag for flag in flags if flag.short}
        empty: dict[str, Any] = {"bool": False, "int": 0, "duration": 0, "list": []}
        for flag in flags:
            self.found.values[flag.name] = empty.get(flag.kind, "") if flag.default is None else flag.default

    def read(self, words: Sequence[str]) -> Arguments:
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word == "--":
                self.found.dash = len(self.found.positional)
                self.found.positional += rest
                break
            if word.startswith("--"):
                self._long(word, rest)
            elif word.startswith("-") and word != "-":
                self._short(word[1:], rest)
            else:
                self.found.positional.append(word)
        return self.found

    def _long(self, word: str, rest: list[str]) -> None:
        name, equals, value = word[2:].partition("=")
        if not name or name.startswith("-"):
            self._fail(f"bad flag syntax: {word}")
        flag = self.long.get(name)
        if flag is None:
            self._fail(f"unknown flag: --{name}")
            return
        bare = _bare(flag)
        if not equals and bare is not None:
            value = bare
        elif not equals:
            if not rest:
                self._fail(f"flag needs an argument: --{name}")
            value = rest.pop(0)
        self._set(flag, value)

    def _short(self, letters: str, rest: list[str]) -> None:
        whole = letters
        while letters:
            letter, letters = letters[0], letters[1:]
            flag = self.short.get(letter)
            if flag is None:
                self._fail(f"unknown shorthand flag: '{letter}' in -{whole}")
                return
            bare = _bare(flag)
            if letters.startswith("="):
                value, letters = letters[1:], ""
            elif bare is not None:
                value = bare
            elif letters:
                value, letters = letters, ""
            else:
                if not rest:
                    self._fail(f"flag needs an argument: '{letter}' in -{whole}")
                value = rest.pop(0)
            self._set(flag, value)

    def _set(self, flag: Flag, text: str) -> None:
        try:
            value = _value(flag.kind, text)
        except ValueError as error:
            name = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
            self._fail(f'invalid argument {go_quote(text)} for "{name}" flag: {error}')
        if flag.kind == "list":
            earlier = self.found.values[flag.name] if flag.name in self.found.changed else []
            value = earlier + value
        self.found.values[flag.name] = value
        self.found.changed.add(flag.name)

    def _fail(self, complaint: str) -> None:
        raise CommandError(f"{complaint}\nSee '{self.found.path} --help' for usage.")


def _bare(flag: Flag) -> str | None:
    return "true" if flag.kind == "bool" else flag.bare


def _value(kind: str, text: str) -> Any:
    if kind == "bool":
        if text in TRUE or text in FALSE:
            return text in TRUE
        raise ValueError(f"strconv.ParseBool: parsing {go_quote(text)}: invalid syntax")
    if kind == "int":
        try:
            return int(text, 0)
        except ValueError as error:
            raise ValueError(f"strconv.ParseInt: parsing {go_quote(text)}: invalid syntax") from error
    if kind == "duration":
        return parse_duration(text)
    return [text] if kind == "list" else text


def parse(path: str, flags: Sequence[Flag], words: Sequence[str]) -> Arguments:
    """Take a command line apart. `path` names the command. Raises CommandError with the real complaint."""
    return _Reader(path, flags).read(words)
