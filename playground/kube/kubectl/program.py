"""kubectl as a pure function: arguments in, requests to an API server, what it prints out.

There is no configuration, no plugin, no terminal and no waiting. Words that are unknown are told as cobra tells them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from playground.kube.kubectl.command import GLOBAL, Command
from playground.kube.kubectl.errors import CommandError, KubectlError
from playground.kube.kubectl.flags import Arguments, parse
from playground.kube.kubectl.session import Handle, Session
from playground.kube.kubectl.tree import COMMANDS, FLAGS_LEFT_OUT, LEFT_OUT, OTHER_WORDS, SUGGESTED


@dataclass(frozen=True, slots=True)
class Result:
    """How the program ended, and what it printed."""

    rc: int
    stdout: str
    stderr: str


def run(
    handle: Handle,
    args: Sequence[str],
    files: Mapping[str, str],
    *,
    namespace: str = "default",
    now: float = 0.0,
    sleep: Callable[[float], object] | None = None,
) -> Result:
    """Do what `kubectl ARGS` does, asking `handle` (a request in, a reply out).

    `files` are the texts that -f may name, by path. `namespace` is the context's, `now` in seconds since 1970.
    `sleep` lets time pass for a command that waits, such as drain; without it nothing moves while a command runs.
    """
    session = Session(handle, namespace, files, now, sleep=sleep)
    rc = 0
    try:
        command, arguments = _find(list(args))
        if arguments.text("namespace"):
            session.namespace, session.namespace_given = arguments.text("namespace"), True
        _check_flags(command, arguments)
        command.action(session, arguments)
    except KubectlError as failure:
        session.complaints.append(failure.told())
        rc = 1
    return Result(rc, "".join(session.output), "".join(session.complaints))


def _check_flags(command: Command, arguments: Arguments) -> None:
    name = arguments.path.removeprefix("kubectl ")
    for flag in sorted(arguments.changed):
        if {f"--{flag}", f"{name} --{flag}"} & FLAGS_LEFT_OUT:
            raise CommandError(f"the flag --{flag} is not part of this simulation")
    missing = [f'"{name}"' for name in command.required if name not in arguments.changed]
    if missing:
        raise CommandError(f"required flag(s) {', '.join(missing)} not set")


def _find(words: list[str]) -> tuple[Command, Arguments]:
    """Follow the words down the tree, past the flags between them."""
    name = ""
    used: list[int] = []
    while True:
        position = _next_word(words, used)
        if position is not None and f"{name} {words[position]}" in LEFT_OUT:
            raise CommandError(f'the command "{name} {words[position]}" is not part of this simulation')
        found = None if position is None else _child(name, words[position])
        if found is None or position is None:
            break
        name, used = found, [*used, position]
    if not name:
        first = _next_word(words, used)
        raise CommandError(_unknown(words[first]) if first is not None else "help is not part of this simulation")
    rest = [word for index, word in enumerate(words) if index not in used]
    command = COMMANDS[name]
    return command, parse(f"kubectl {name}", (*GLOBAL, *command.flags), rest)


def _next_word(words: Sequence[str], used: Sequence[int]) -> int | None:
    """The next word that is neither a flag nor the value of a global one."""
    takes_value = {f"--{flag.name}" for flag in GLOBAL if flag.kind != "bool"}
    takes_value |= {f"-{flag.short}" for flag in GLOBAL if flag.short and flag.kind != "bool"}
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            return None
        elif word.startswith("-") and word != "-":
            skip = word in takes_value
        elif index not in used:
            return index
    return None


def _child(name: str, word: str) -> str | None:
    """The command below `name` that a word calls."""
    prefix = f"{name} " if name else ""
    for known, command in COMMANDS.items():
        last = known.removeprefix(prefix)
        if known.startswith(prefix) and " " not in last and (word == last or word in command.aliases):
            return known
    return None


def _unknown(word: str) -> str:
    tops = sorted({name.partition(" ")[0] for name in COMMANDS} | set(OTHER_WORDS))
    if word in OTHER_WORDS:
        return f'the command "{word}" is not part of this simulation'
    close = [name for name in tops if _distance(word, name) <= 2 or name.startswith(word.lower())]
    close += [SUGGESTED[word]] if word in SUGGESTED and SUGGESTED[word] not in close else []
    hint = "\n\nDid you mean this?\n" + "".join(f"\t{name}\n" for name in close) if close else ""
    return f'unknown command "{word}" for "kubectl"{hint}'


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance, capitals aside."""
    one, other = one.lower(), other.lower()
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        above, row = row, [index]
        for place, second in enumerate(other, start=1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (letter != second)))
    return row[-1]
