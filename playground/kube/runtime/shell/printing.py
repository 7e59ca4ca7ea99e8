"""Commands that print: echo, printf, date, seq, env and the like."""

from __future__ import annotations

from typing import Final

from playground.kube.runtime.shell.expand import plain
from playground.kube.runtime.shell.lexer import NotUnderstood
from playground.kube.runtime.shell.program import Now, Text
from playground.kube.runtime.shell.run import Command, Run

_ESCAPES: Final = {"\\n": "\n", "\\t": "\t", "\\\\": "\\", "\\r": "\r"}


def texts_of(words: list[Text]) -> list[str]:
    """Return words as plain texts."""
    return [plain([word]) for word in words]


def _joined(words: list[Text]) -> Text:
    text: list[object] = []
    for index, word in enumerate(words):
        text += ([" "] if index else []) + list(word)
    return tuple(text)  # type: ignore[arg-type]


def echo(run: Run, words: list[Text]) -> int:
    """Print the words, with -e and -n."""
    rest = words[1:]
    escapes = False
    while rest and plain(rest[:1]) in {"-n", "-e", "-ne", "-en", "-E"}:
        escapes = escapes or "e" in plain(rest[:1])
        rest = rest[1:]
    text = _joined(rest)
    return print_text(run, _unescaped(text) if escapes else text)


def print_text(run: Run, text: Text) -> int:
    """Print a text line by line."""
    line: list[object] = []
    for piece in text:
        first, *rest = piece.split("\n") if isinstance(piece, str) else [piece]
        line.append(first)
        for part in rest:
            run.say(tuple(line))  # type: ignore[arg-type]
            line = [part]
    if any(line) or not text:
        run.say(tuple(line))  # type: ignore[arg-type]
    return 0


def _unescaped(text: Text) -> Text:
    found = []
    for piece in text:
        if isinstance(piece, str):
            for code, letter in _ESCAPES.items():
                piece = piece.replace(code, letter)  # noqa: PLW2901  one after the other
        found.append(piece)
    return tuple(found)


def printf(run: Run, words: list[Text]) -> int:
    """Print a form with %s and %d filled in."""
    if len(words) < 2:
        return 1
    form, *values = words[1:]
    text: list[object] = []
    for piece in _unescaped(form):
        parts = str(piece).replace("%d", "%s").split("%s") if isinstance(piece, str) else [piece]
        for index, part in enumerate(parts):
            if index:
                text += list(values.pop(0)) if values else []
            text.append(part)
    return print_text(run, tuple(text))  # type: ignore[arg-type]


def date(run: Run, words: list[Text]) -> int:
    """Print the time of the moment."""
    form = next((plain([word])[1:] for word in words[1:] if plain([word]).startswith("+")), None)
    short = {"-Iseconds": "%Y-%m-%dT%H:%M:%S+00:00", "-I": "%Y-%m-%d", "-R": "%a, %d %b %Y %H:%M:%S +0000"}
    named = next((short[word] for word in texts_of(words) if word in short), None)
    chosen = form or named
    run.say((Now(chosen) if chosen else Now(),))
    return 0


def env(run: Run, words: list[Text]) -> int:
    """Print the environment, or one variable."""
    if len(words) > 1 and plain(words[:1]) == "printenv":
        value = run.env.get(plain(words[1:2]))
        return 1 if value is None else print_text(run, value)
    for name, value in sorted(run.env.items()):
        if name != "|":
            run.say((f"{name}=", *value))
    return 0


def seq(run: Run, words: list[Text]) -> int:
    """Print numbers."""
    numbers = [int(word) for word in texts_of(words[1:]) if word.lstrip("-").isdecimal()]
    if not 1 <= len(numbers) <= 3 or len(numbers) != len(words) - 1:
        return 1
    first, step = (numbers[0], numbers[1] if len(numbers) == 3 else 1) if len(numbers) > 1 else (1, 1)
    if not step or abs(numbers[-1] - first) // abs(step) > 5000:
        raise NotUnderstood("seq with so many numbers")
    for number in range(first, numbers[-1] + (1 if step > 0 else -1), step):
        run.say((str(number),))
    return 0


def fixed(text: str) -> Command:
    """Return a command that prints always the same."""

    def say(run: Run, words: list[Text]) -> int:
        del words
        run.say((text,))
        return 0

    return say


def hostname(run: Run, words: list[Text]) -> int:
    """Print the pod's name."""
    del words
    run.say((run.host.name,))
    return 0


def expr(run: Run, words: list[Text]) -> int:
    """Print what a sum comes to."""
    run.say(run.capture(f"echo $(({plain(words[1:])}))"))
    return 0
