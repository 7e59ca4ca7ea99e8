"""Walks through a script on a clock of its own and notes what happens when: a Program comes out.

Nothing is awaited: `sleep 30` moves the clock by 30 s. Of a loop that never ends the third round is noted as the one
that repeats itself, with numbers that grew evenly as counters. A condition in such a loop is decided once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from playground.kube.runtime.shell.expand import LONGEST, expand, length, plain
from playground.kube.runtime.shell.grammar import For, If, Loop, Many, Node, Redirection, Simple, parse
from playground.kube.runtime.shell.host import SHELLS, Break, Endless, Exit, Host
from playground.kube.runtime.shell.lexer import NotUnderstood
from playground.kube.runtime.shell.loops import has_no_end
from playground.kube.runtime.shell.program import MOST, Counter, Happening, Program, Text, Trap

ROUNDS: Final = 1000  # of a loop with a condition, after which it is taken to have no end
STEPS: Final = 20_000  # commands in all
BUSY_PERIOD: Final = 0.1  # seconds that a round takes which waits for nothing
NOT_FOUND: Final = 127


Command = Callable[["Run", list[Text]], int]


class Run:
    """One walk through a script."""

    def __init__(
        self, host: Host, env: Mapping[str, str], files: Mapping[str, str], commands: Mapping[str, Command]
    ) -> None:
        self.host = host
        self.env: dict[str, Text] = {"HOSTNAME": (host.name,), **{key: (value,) for key, value in env.items()}}
        self.files: dict[str, Text] = {path: (text,) for path, text in files.items()}
        self.commands = commands
        self.now = 0.0
        self.code = 0
        self.happened: list[Happening] = []
        self.busy: list[tuple[float, float, float]] = []
        self.behind = 0.0  # when the last of what was put behind with & is over
        self.trap: Trap | None = None
        self.program = Program()
        self.captured: list[Text] | None = None
        self.told: set[str] = set()
        self.steps = 0

    def script(self, text: str) -> None:
        """Run a script's text; raises NotUnderstood, Exit, Endless."""
        self.node_of(text)

    def node_of(self, text: str) -> int:
        """Run a script inside this one and return its exit code."""
        return self.node(parse(text))

    def finish(self, act: Callable[[], None]) -> Program:
        """Do something to its end and return what came of it; raises NotUnderstood."""
        ends = math.inf
        try:
            act()
            ends = self.now
        except Exit as end:
            self.code, ends = end.code, self.now
        except Break:
            ends = self.now
        except Endless:
            pass
        before = tuple(sorted(self.happened, key=lambda each: each.at))
        return replace(self.program, before=before, ends=ends, code=self.code, busy=tuple(self.busy), trap=self.trap)

    # What commands do.

    def say(self, text: Text, stream: str = "stdout") -> None:
        """Print lines, or give them to whoever captures them."""
        if self.captured is not None and stream == "stdout":
            self.captured.append(text)
        else:
            self.note(Happening(self.now, text, "stderr" if stream == "stderr" else "stdout"))

    def complain(self, text: str) -> None:
        """Print on standard error."""
        self.say((text,), "stderr")

    def write(self, path: str, text: Text | None) -> None:
        """Give a file a content, or (None) take it away."""
        if text is None:
            self.files.pop(path, None)
        else:
            if length(text) > LONGEST:
                raise NotUnderstood(f"a file of more than {LONGEST} letters")
            self.files[path] = text
        self.note(Happening(self.now, text, path=path))

    def note(self, happening: Happening) -> None:
        """Keep what happened; raises NotUnderstood for too much."""
        self.happened.append(happening)
        if len(self.happened) > MOST:
            raise NotUnderstood(f"more than {MOST} lines without end")

    def wait(self, seconds: float, cores: float = 0.0) -> None:
        """Let time pass, with some CPU in use; raises Endless when it has no end."""
        if cores:
            self.busy.append((self.now, self.now + seconds, cores))
        if seconds == math.inf:
            raise Endless
        self.now += seconds

    def serve(self, words: str) -> None:
        """Become a server; raises Endless."""
        self.program = replace(self.program, serves=words, serves_at=self.now)
        raise Endless

    def capture(self, script: str) -> Text:
        """Return what a script prints, as $(…) does."""
        outer, self.captured = self.captured, []
        try:
            self.node(parse(script))
        finally:
            lines, self.captured = self.captured, outer
        text: list[str | Counter | object] = []
        for index, line in enumerate(lines):
            text += (["\n"] if index else []) + list(line)
        return tuple(text)  # type: ignore[arg-type]

    # The tree.

    def node(self, node: Node) -> int:
        """Run a part of the tree; return its exit code, which `$?` then is."""
        self.code = self._redirected(node) if node.redirections else self._node(node)
        return self.code

    def _node(self, node: Node) -> int:
        if isinstance(node, Simple):
            return self._simple(node)
        if isinstance(node, Many):
            return self._many(node)
        if isinstance(node, Loop):
            return self._loop(node)
        return self._for(node) if isinstance(node, For) else self._if(node)

    def _redirected(self, node: Node) -> int:
        """Run with the output going into files; errors to a file are dropped with it."""
        outs = [each for each in node.redirections if each.stream != 2]
        before, outer = len(self.happened), self.captured
        self.captured = [] if outs else outer
        try:
            return self._node(node)
        finally:
            lines, self.captured = self.captured or [], outer
            if any(each.stream != 1 for each in node.redirections):
                self.happened[before:] = [each for each in self.happened[before:] if each.stream != "stderr"]
            for each in outs:
                self._to_file(each, lines)

    def _to_file(self, out: Redirection, lines: list[Text]) -> None:
        path = plain(expand(self, out.target))
        text: list[object] = []
        for line in lines:
            text += [*line, "\n"]
        if path in {"/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2"}:
            for line in lines:
                self.say(line, "stderr" if path.endswith(("err", "2")) else "stdout")
        elif not path.startswith("/dev/"):
            self.write(path, (*(self.files.get(path, ()) if out.appends and len(lines) < MOST else ()), *text))  # type: ignore[arg-type]

    def _many(self, node: Many) -> int:
        code = 0
        for index, command in enumerate(node.commands):
            join = node.joins[index]
            if (join == "&&" and code) or (join == "||" and not code):
                continue
            if index + 1 < len(node.commands) and node.joins[index + 1] == "|":
                code = self._into_pipe(command)
            elif index in node.behind:
                code = self._behind(command)
            else:
                code = self.node(command)
        return code

    def _into_pipe(self, command: Node) -> int:
        """Run the left side of a pipe. What it prints is dropped: what would come out on the right is not known."""
        outer, self.captured = self.captured, []
        try:
            return self.node(command)
        finally:
            self.env["|"] = tuple(piece for line in self.captured for piece in (*line, "\n"))[:-1]
            self.captured = outer

    def _behind(self, command: Node) -> int:
        """Run something with & after it: time does not pass for the script."""
        begun = self.now
        try:
            self.node(command)
        except Endless:
            self.behind = math.inf
        except Exit:
            pass
        self.behind = max(self.behind, self.now)
        self.now = begun
        return 0

    def _if(self, node: If) -> int:
        for condition, body in node.branches:
            if condition is None or self.node(condition) == 0:
                return self.node(body)
        return 0

    def _for(self, node: For) -> int:
        code = 0
        values = [value for word in node.words for value in expand(self, word)]
        for value in values:
            self.env[node.name] = value
            try:
                code = self.node(node.body)
            except Break as jump:
                if not jump.on:
                    break
        return code

    def _loop(self, node: Loop) -> int:
        """Run a loop: round by round while it may end, at last as one round without end."""
        numbers: list[dict[str, int]] = []
        for turn in range(ROUNDS):
            if turn >= 3 and self.captured is None and has_no_end(node):
                self._endless(node, numbers)
            numbers = [*numbers[-2:], self._numbers()]
            try:
                if (self.node(node.condition) == 0) == node.negated:
                    return 0
                self.node(node.body)
            except Break as jump:
                if not jump.on:
                    return 0
        if self.captured is not None:
            raise NotUnderstood("a loop without end inside another command")
        self._endless(node, numbers)
        return 0

    def _endless(self, node: Loop, numbers: list[dict[str, int]]) -> None:
        """Note one round as the one that repeats itself; raises Endless."""
        for name, value in self._numbers().items():
            step = value - numbers[-1].get(name, value)
            if step and len(numbers) > 1 and step == numbers[-1][name] - numbers[-2].get(name, value):
                self.env[name] = (Counter(value, step),)
        begins, before, busy = self.now, self.happened, self.busy
        self.happened, self.busy, self.now = [], [], 0.0
        try:
            self.node(node.condition)
            self.node(node.body)
        except (Break, Exit):
            pass
        finally:
            period = max(self.now, BUSY_PERIOD if self.now < 1e-6 else 0.0)
            cores = sum((end - begin) * each for begin, end, each in self.busy) / period if self.now >= 1e-6 else 1.0
            self.program = replace(self.program, round=tuple(self.happened), begins=begins, period=period)
            self.busy = [*busy, (begins, math.inf, cores)] if cores else busy
            self.happened, self.now = before, begins
        raise Endless

    def _numbers(self) -> dict[str, int]:
        return {name: int(str(text[0])) for name, text in self.env.items() if len(text) == 1 and _is_number(text[0])}

    def _simple(self, node: Simple) -> int:
        for name, word in node.assigned:
            values = expand(self, word, split=False)
            self.env[name] = values[0] if values else ()
        words = [value for word in node.words for value in expand(self, word)]
        return self.command(words) if words else 0

    def command(self, words: list[Text]) -> int:
        """Run a command given by its words; raises NotUnderstood when there were too many."""
        self.steps += 1
        if self.steps > STEPS:
            raise NotUnderstood(f"more than {STEPS} commands")
        name = plain(words[:1])
        short = name.rpartition("/")[2] or name
        if name in self.host.own or short in self.host.own:
            self.serve(self.host.own.get(name) or self.host.own[short])
        known = self.commands.get(short) if short not in SHELLS or short in self.host.shells else None
        if known is None and self.host.anything:
            self.serve(self.host.anything)
        if known is None:
            self.complain(f"sh: {name}: not found")
            return NOT_FOUND
        return known(self, words)


def _is_number(piece: object) -> bool:
    return isinstance(piece, str) and piece.lstrip("-").isdecimal()
