"""How much a Dockerfile asks of the engine itself, where no step's limits hold: instructions, and values of variables.

The engine fills variables in before any step runs. Values made of one another double with every line: forty short lines
would be terabytes. What the base image sets is not known here; `LONGEST_OF_IMAGES` is what an image may be kept with.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from playground.dockerfile.model import Instruction, Problem
from playground.dockerfile.parse import parse
from playground.dockerfile.stages import assignments
from playground.dockerfile.surroundings import Surroundings
from playground.dockerfile.variables import LONGEST, expand

LONGEST_OF_IMAGES = 4 * 1024
"""Characters of one variable in an image that was built here; the caller removes an image with a longer one."""
_UNKNOWN = "x" * LONGEST_OF_IMAGES
_FILLED_IN = frozenset({"ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"})
_ASSIGNED = frozenset({"ARG", "ENV", "LABEL"})
_NAME = re.compile(r"\$\{?(\w+)")


@dataclass(frozen=True, slots=True)
class Amounts:
    """The most that a Dockerfile may have: instructions, and characters of all values together."""

    instructions: int = 400
    values: int = 128 * 1024


def check_amounts(around: Surroundings, most: Amounts) -> Iterator[Problem]:
    """The first thing there is too much of, if any."""
    instructions = around.dockerfile.instructions
    if len(instructions) > most.instructions:
        yield around.source.problem(
            instructions[most.instructions],
            "too-many-instructions",
            f"The Dockerfile has {len(instructions):,} instructions; it may have {most.instructions:,}.",
            fix="Put what belongs together into one RUN, or into a script that a RUN calls.",
        )
        return
    growth = _Growth(around.dockerfile.escape, around.build_args)
    for instruction in _in_order(around, growth):
        if growth.too_long or growth.together > most.values:
            yield _too_much(around, instruction, growth, most)
            return


def _in_order(around: Surroundings, growth: "_Growth") -> Iterator[Instruction]:
    """Every instruction, after it was taken in; those that ONBUILD keeps run at the end of their stage."""
    for instruction in around.dockerfile.instructions:
        if instruction.stage is None:
            growth.take(instruction)
            yield instruction
    shared = dict(growth.values)
    ends: dict[int | None, Mapping[str, str]] = {}
    for stage in around.dockerfile.stages:
        growth.values = {**shared, **ends.get(stage.parent, {})}
        kept: list[tuple[Instruction, Instruction]] = []
        for instruction in stage.instructions:
            if instruction.keyword == "ONBUILD":
                kept += [(instruction, inner) for inner in _kept_by(instruction)]
            growth.take(instruction)
            yield instruction
        for onbuild, inner in kept:
            growth.take(inner)
            yield onbuild
        ends[stage.index] = growth.values


def _kept_by(onbuild: Instruction) -> tuple[Instruction, ...]:
    stages = parse("FROM scratch\n" + " ".join(onbuild.args)).stages
    return stages[0].instructions if stages else ()


def _too_much(around: Surroundings, instruction: Instruction, growth: "_Growth", most: Amounts) -> Problem:
    if growth.too_long:
        what = f"With its variables filled in, this has more than {LONGEST:,} characters"
    else:
        have, may = f"{growth.together:,}", f"{most.values:,}"
        what = f"Up to here the values of variables have {have} characters; together they may have {may}"
    return around.source.problem(
        instruction, "values-too-long", f"{what}.", fix="Keep what is long in a file, and COPY it."
    )


@dataclass(slots=True)
class _Growth:
    """Follows the values of one stage after the other, and how much was filled in so far."""

    escape: str
    build_args: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)
    together: int = 0
    too_long: bool = False

    def take(self, instruction: Instruction) -> None:
        """Fill in what the engine would, and remember what is assigned."""
        if instruction.keyword not in _FILLED_IN:
            return
        given = self.build_args if instruction.keyword == "ARG" else {}
        found = [(name, self._filled(given.get(name, text))) for name, text in _pairs(instruction)]
        self.together += sum(len(value) for _, value in found)
        if instruction.keyword in {"ARG", "ENV"}:
            self.values.update((name, value) for name, value in found if name)

    def _filled(self, text: str) -> str:
        filled = expand(text, self.values, escape=self.escape, unknown=_UNKNOWN)
        if filled.value is not None:
            return filled.value
        length = self._at_most(text)
        if filled.too_long or length > LONGEST:
            self.too_long = True
            return ""
        return "x" * length

    def _at_most(self, text: str) -> int:
        """How long what only newer engines read, such as `${name//a/b}`, can get at most."""
        held = sum(len(self.values.get(name, _UNKNOWN)) for name in _NAME.findall(text))
        return len(text) + held * max(1, len(text))


def _pairs(instruction: Instruction) -> list[tuple[str, str]]:
    """What is filled in, with the name it is assigned to, '' for none."""
    args = instruction.args
    if instruction.keyword not in _ASSIGNED:
        return [("", word) for word in args]
    if instruction.keyword != "ARG":
        return assignments(instruction)
    # An ARG without a value keeps what it has: that of the build, or of the ARG above the first FROM.
    return [(name, value) for name, equals, value in (word.partition("=") for word in args) if equals]
