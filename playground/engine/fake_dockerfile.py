"""Reads the small subset of Dockerfiles that the scripted engine obeys. Pure; called by `fake_build` only.

It is no judge of Dockerfiles (that is `playground.dockerfile`): it knows what tests and demonstrations need.
"""

import json
import re
import shlex
from dataclasses import dataclass, field

INSTRUCTIONS = frozenset(
    {"FROM", "RUN", "COPY", "ADD", "CMD", "ENTRYPOINT", "ENV", "ARG", "WORKDIR", "LABEL", "EXPOSE", "USER"}
)
STEPS = frozenset({"FROM", "RUN", "COPY", "ADD", "WORKDIR"})  # those that are vertices of the graph


class CannotParse(Exception):
    """The message is the engine's."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its words after the name, as written."""

    name: str
    rest: str

    @property
    def text(self) -> str:
        """As the trace shows it."""
        return f"{self.name} {self.rest}"

    @property
    def words(self) -> list[str]:
        """JSON form or words, without flags."""
        if self.plain.startswith("["):
            return [str(word) for word in json.loads(self.plain)]
        return shlex.split(self.plain)

    @property
    def plain(self) -> str:
        """All but the flags at the beginning."""
        return re.sub(r"^(--\S+\s+)*", "", self.rest)

    def flag(self, name: str) -> str:
        """The value of `--name=` or of `--mount=…,name=`, or ''."""
        flags = self.rest.removesuffix(self.plain)
        found = re.search(rf"(?:--|,){name}=([^\s,]+)", flags)
        return found[1] if found else ""

    @property
    def command(self) -> list[str]:
        """What CMD, ENTRYPOINT or RUN executes."""
        return self.words if self.plain.startswith("[") else ["/bin/sh", "-c", self.plain]


@dataclass(slots=True)
class Stage:
    """One stage, with the instructions after its FROM."""

    name: str
    base: str
    start: Instruction
    instructions: list[Instruction] = field(default_factory=list)


def parse(text: str) -> list[Stage]:
    """The stages. Raises `CannotParse` in the words of Docker 20.10."""
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for number, line in _lines(text):
        name, _, rest = line.partition(" ")
        instruction = Instruction(name.upper(), rest.strip())
        if instruction.name not in INSTRUCTIONS:
            raise CannotParse(f"dockerfile parse error line {number}: unknown instruction: {instruction.name}")
        if instruction.name == "FROM":
            words = instruction.rest.split()
            named = words[2] if len(words) == 3 and words[1].upper() == "AS" else f"stage-{len(stages)}"
            base = re.sub(r"\$\{?(\w+)\}?", lambda m: arguments.get(m[1], ""), words[0])
            stages.append(Stage(named, base, Instruction("FROM", base)))
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.name == "ARG":
            argument, _, default = instruction.rest.partition("=")
            arguments[argument] = default
    if not stages:
        raise CannotParse("no build stage in current context" if text.strip() else "the Dockerfile cannot be empty")
    return stages


def needed(stages: list[Stage], target: str) -> list[Stage]:
    """The stages that the target is made of, in the order they are written. Raises `CannotParse`."""
    by_name = {stage.name: stage for stage in stages} | {str(i): stage for i, stage in enumerate(stages)}
    if target and target not in by_name:
        raise CannotParse(f"target stage {target} could not be found")
    waiting = [by_name[target] if target else stages[-1]]
    found: set[str] = set()
    while waiting:
        stage = waiting.pop()
        found.add(stage.name)
        sources = [stage.base, *(one.flag("from") for one in stage.instructions)]
        waiting += [by_name[name] for name in sources if name in by_name and by_name[name].name not in found]
    return [stage for stage in stages if stage.name in found]


def _lines(text: str) -> list[tuple[int, str]]:
    """Instructions with the number of their first line, continuations joined."""
    joined: list[tuple[int, str]] = []
    open_line = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        body = stripped.removesuffix("\\").rstrip()
        if open_line:
            joined[-1] = (joined[-1][0], f"{joined[-1][1]} {body}")
        else:
            joined.append((number, body))
        open_line = stripped.endswith("\\")
    return joined
