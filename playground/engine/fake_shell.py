"""A toy shell for the scripted engine: runs a small subset of sh on a dict of files. Pure; called by `fake*` only.

Knows `;`, `&&`, line ends, `for X in …; do …; done`, $NAME, `> file`, `>> file`, `>&2` and the commands in COMMANDS.
Whatever takes time or ends the process is an action, so that the caller decides what time is.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from playground.engine.port import OutputStream

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Write:
    """Something is printed."""

    stream: OutputStream
    text: str


@dataclass(frozen=True, slots=True)
class Sleep:
    """The process waits."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Exit:
    """The process ends; the last action. *oom*: the kernel killed it for want of memory."""

    code: int
    oom: bool = False


Action = Write | Sleep | Exit
Result = Iterator[Action | int]  # the number, if there is one, is the command's exit code


@dataclass(slots=True)
class Shell:
    """Where a script runs: its files are changed in place."""

    files: Files = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    workdir: str = "/"
    attack: Callable[[list[str]], Iterator[Action]] | None = None
    """Plays what follows `: canary`."""

    def run(self, script: str) -> Iterator[Action]:
        """The script's actions; the last is its `Exit`."""
        code = 0
        for joint, command in _commands(_unroll(script)):
            if joint == "&&" and code:
                continue
            code = 0
            for action in self._command(command):
                if isinstance(action, int):
                    code = action
                    continue
                yield action
                if isinstance(action, Exit):
                    return
        yield Exit(code)

    def path(self, name: str) -> str:
        """An absolute path."""
        joined = name if name.startswith("/") else f"{self.workdir.rstrip('/')}/{name}"
        return re.sub(r"/(\./)+", "/", joined)

    def _command(self, command: str) -> Result:
        expanded = re.sub(r"\$\{?(\w+)\}?", lambda m: self.env.get(m[1], ""), command)
        stream: OutputStream = "stderr" if ">&2" in expanded else "stdout"
        plain = re.sub(r"\d?>&\d", "", expanded)
        target = re.search(r"(>>?)\s*(\S+)\s*$", plain)
        words = shlex.split(plain[: target.start()] if target else plain)
        if not words:
            return
        if words[0] not in COMMANDS:
            yield Write("stderr", f"/bin/sh: {words[0]}: not found\n")
            yield 127
            return
        written = b""
        for action in COMMANDS[words[0]](self, words[1:]):
            if isinstance(action, Write) and action.stream == "stdout":
                if target:
                    written += action.text.encode()
                    continue
                yield Write(stream, action.text)
            else:
                yield action
        if target:
            path = self.path(target[2])
            self.files[path] = (self.files.get(path, b"") if target[1] == ">>" else b"") + written


def _unroll(script: str) -> str:
    """`for X in A B; do BODY; done` written out."""

    def written_out(match: re.Match[str]) -> str:
        name, words, body = match.groups()
        return " ".join(re.sub(rf"\$\{{?{name}\b\}}?", word, body).rstrip("; ") + ";" for word in words.split())

    return re.sub(r"for (\w+) in ([^;\n]+);\s*do (.*?);?\s*done", written_out, script, flags=re.DOTALL)


def _commands(script: str) -> Iterator[tuple[str, str]]:
    joint = ";"
    for part in re.split(r"(&&|;|\n)", script):
        if part in {"&&", ";", "\n"}:
            joint = part
        elif part.strip():
            yield joint, part.strip()


def _echo(shell: Shell, words: list[str]) -> Result:
    del shell
    yield Write("stdout", " ".join(words) + "\n")


def _sleep(shell: Shell, words: list[str]) -> Result:
    del shell
    yield Sleep(float(words[0]))


def _exit(shell: Shell, words: list[str]) -> Result:
    del shell
    yield Exit(int(words[0]) if words else 0)


def _cat(shell: Shell, words: list[str]) -> Result:
    for word in words:
        path = shell.path(word)
        if path in shell.files:
            yield Write("stdout", shell.files[path].decode("utf-8", "replace"))
        else:
            yield Write("stderr", f"cat: can't open '{word}': No such file or directory\n")
            yield 1


def _seq(shell: Shell, words: list[str]) -> Result:
    del shell
    first, last = (1, int(words[0])) if len(words) == 1 else (int(words[0]), int(words[1]))
    for number in range(first, last + 1):
        yield Write("stdout", f"{number}\n")


def _yes(shell: Shell, words: list[str]) -> Result:
    del shell
    line = (" ".join(words) or "y") + "\n"
    while True:
        yield Write("stdout", line * 512)


def _tail(shell: Shell, words: list[str]) -> Result:
    """`tail /dev/zero` needs memory without end: the usual way to provoke the limit."""
    if words == ["/dev/zero"]:
        yield Exit(137, oom=True)
    yield from _cat(shell, words)


def _env(shell: Shell, words: list[str]) -> Result:
    del words
    for name, value in shell.env.items():
        yield Write("stdout", f"{name}={value}\n")


def _quiet(code: int) -> Callable[[Shell, list[str]], Result]:
    def command(shell: Shell, words: list[str]) -> Result:
        del shell, words
        yield code

    return command


def _colon(shell: Shell, words: list[str]) -> Result:
    if words[:1] == ["canary"] and shell.attack is not None:
        yield from shell.attack(words[1:])


def _sh(shell: Shell, words: list[str]) -> Result:
    if words[:1] == ["-c"]:
        yield from shell.run(words[1])


COMMANDS: Mapping[str, Callable[[Shell, list[str]], Result]] = {
    "echo": _echo, "sleep": _sleep, "exit": _exit, "cat": _cat, "seq": _seq, "yes": _yes, "tail": _tail, "env": _env,
    "true": _quiet(0), "false": _quiet(1), "trap": _quiet(0), "mkdir": _quiet(0), "sh": _sh,
    ":": _colon,
}  # fmt: skip
