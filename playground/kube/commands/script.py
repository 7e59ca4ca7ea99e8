"""The tiny language of `apply --script`: one action a line, read here; what each does is in actions.py.

    # three pods, then a node fails
    apply web.yaml
    at 5s delete pod web-1
    cordon node-2
    advance 30s
    explain pod web-2

`at TIME` in front of an action waits until that long after the script's start. Words are split as a shell does;
`-n NAMESPACE` may stand anywhere.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from playground.kube.commands import durations
from playground.kube.commands.actions import ACTIONS, Refused, Stage


class ScriptError(Exception):
    """A line that cannot be read; the message has its number."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Step:
    """One line: when (seconds after the start; None = at once), the action, its words and its namespace."""

    line: int
    text: str
    at: float | None
    action: str
    words: tuple[str, ...]
    namespace: str


def parse(text: str) -> list[Step]:
    """The steps of a script. Raises ScriptError."""
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ScriptError(number, str(error)) from error
        if words:
            steps.append(_step(number, words))
    return steps


def run(steps: Sequence[Step], stage: Stage) -> bool:
    """Do the steps in order, the control plane following each; False if one was refused (the others still run)."""
    start, fine = stage.cluster.clock.now, True
    for step in steps:
        if step.at is not None:
            stage.cluster.advance(max(0.0, start + step.at - stage.cluster.clock.now))
        stage.say(f"> {step.text}")
        try:
            ACTIONS[step.action].do(stage, step.words, step.namespace)
        except Refused as error:
            fine = False
            stage.say(f"  line {step.line}: {error}")
        stage.cluster.advance(0.0)
    return fine


def _step(number: int, words: list[str]) -> Step:
    """One line's step."""
    text, at, namespace = shlex.join(words), None, "default"
    if words[0] == "at":
        if len(words) < 3:
            raise ScriptError(number, "at needs a time and an action: at 5s delete pod web-1")
        try:
            at = durations.parse(words[1])
        except ValueError as error:
            raise ScriptError(number, str(error)) from error
        words = words[2:]
    if "-n" in words:
        place = words.index("-n")
        if place + 1 == len(words):
            raise ScriptError(number, "-n needs the name of a namespace")
        namespace = words[place + 1]
        words = words[:place] + words[place + 2 :]
    if not words or words[0] not in ACTIONS:
        raise ScriptError(number, f"unknown action {' '.join(words[:1])!r}; there are {', '.join(ACTIONS)}")
    action = ACTIONS[words[0]]
    if not action.least <= len(words) - 1 <= action.most:
        raise ScriptError(number, f"write it as: {action.usage}")
    return Step(number, text, at, words[0], tuple(words[1:]), namespace)
