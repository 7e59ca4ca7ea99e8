"""Commands about files: cat, ls, touch, rm, cp, mv, test, tail. A container has only files that matter to somebody."""

from __future__ import annotations

import math

from playground.kube.runtime.shell.expand import plain
from playground.kube.runtime.shell.host import Endless
from playground.kube.runtime.shell.printing import print_text, texts_of
from playground.kube.runtime.shell.program import Text
from playground.kube.runtime.shell.run import Run


def cat(run: Run, words: list[Text]) -> int:
    """Print files, or what came through a pipe."""
    code = 0
    if len(words) == 1:
        return print_text(run, run.env.get("|", ()))
    for path in texts_of(words[1:]):
        if path == "/dev/zero" or path == "/dev/urandom":
            run.wait(math.inf, 1.0)
        elif path in run.files:
            print_text(run, run.files[path])
        elif path != "/dev/null":
            run.complain(f"cat: can't open '{path}': No such file or directory")
            code = 1
    return code


def ls(run: Run, words: list[Text]) -> int:
    """Print the names in a folder."""
    places = [word for word in texts_of(words[1:]) if not word.startswith("-")]
    code = 0
    for place in places or ["/"]:
        inside = place.rstrip("/") + "/"
        names = sorted({path[len(inside) :].partition("/")[0] for path in run.files if path.startswith(inside)})
        if not names and place in run.files:
            names = [place]
        if not names and place not in {"/", "/tmp", "/etc", "/var", "/usr", "/home"}:  # noqa: S108  of the container
            run.complain(f"ls: {place}: No such file or directory")
            code = 1
        for name in names:
            run.say((name,))
    return code


def touch(run: Run, words: list[Text]) -> int:
    """Make empty files."""
    for path in texts_of(words[1:]):
        run.write(path, run.files.get(path, ()))
    return 0


def rm(run: Run, words: list[Text]) -> int:
    """Take files away."""
    forced, code = False, 0
    for path in texts_of(words[1:]):
        if path.startswith("-"):
            forced = forced or "f" in path
            continue
        below = [each for each in run.files if each == path or each.startswith(path.rstrip("/") + "/")]
        for each in below:
            run.write(each, None)
        if not below and not forced:
            run.complain(f"rm: can't remove '{path}': No such file or directory")
            code = 1
    return code


def copy(run: Run, words: list[Text]) -> int:
    """cp and mv."""
    names = [word for word in texts_of(words[1:]) if not word.startswith("-")]
    if len(names) == 2 and names[0] in run.files:
        run.write(names[1], run.files[names[0]])
        if plain(words[:1]) == "mv":
            run.write(names[0], None)
        return 0
    run.complain(f"{plain(words[:1])}: can't stat '{names[0] if names else ''}': No such file or directory")
    return 1


def test(run: Run, words: list[Text]) -> int:
    """Tell whether something holds."""
    values = texts_of(words[1:])
    if plain(words[:1]) == "[":
        if values[-1:] != ["]"]:
            run.complain("sh: missing ]")
            return 2
        values.pop()
    negated = values[:1] == ["!"]
    return 0 if _holds(run, values[1:] if negated else values) != negated else 1


def _holds(run: Run, values: list[str]) -> bool:
    if len(values) == 2 and values[0] in {"-z", "-n"}:
        return bool(values[1]) == (values[0] == "-n")
    if len(values) == 2 and values[0] in {"-f", "-e", "-s", "-r", "-d"}:
        return any(path == values[1] or path.startswith(values[1].rstrip("/") + "/") for path in run.files)
    if len(values) == 3 and values[1] in {"=", "==", "!="}:
        return (values[0] == values[2]) != (values[1] == "!=")
    if len(values) == 3 and all(each.lstrip("-").isdecimal() for each in (values[0], values[2])):
        one, two = int(values[0]), int(values[2])
        return {
            "-eq": one == two, "-ne": one != two, "-lt": one < two,
            "-le": one <= two, "-gt": one > two, "-ge": one >= two,
        }.get(values[1], False)  # fmt: skip
    return len(values) == 1 and bool(values[0])


def tail(run: Run, words: list[Text]) -> int:
    """Print files; with -f without end."""
    names = texts_of(words[1:])
    for path in names:
        if path in run.files:
            print_text(run, run.files[path])
    if any(word.startswith("-") and ("f" in word or "F" in word) for word in names):
        raise Endless
    return (
        print_text(run, run.env.get("|", ())) if all(word.startswith("-") for word in names) and run.env.get("|") else 0
    )
