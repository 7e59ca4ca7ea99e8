"""From the name BuildKit gives a step, `[build 2/3] COPY . .`, back to the line of the Dockerfile.

The engine sends no line numbers for steps, only the stage, a count and the folded text with variables filled in.
"""

import re
from dataclasses import dataclass

from playground.dockerfile.model import Dockerfile, Instruction, Stage
from playground.dockerfile.stages import SCRATCH

_NUMBERED = frozenset({"RUN", "COPY", "ADD", "WORKDIR"})
_NAME = re.compile(
    r"\[(?:(?:linux|windows|darwin|freebsd)/\S+ )?(?:(?P<stage>[^\]\s]+) )? *"
    r"(?P<index>\d+)/(?P<total>\d+)\] (?P<text>.*)",
    re.DOTALL,
)
_STAGE_NUMBER = re.compile(r"stage-(\d{1,9})")
_LINK, _TRIGGER = "LINK ", "ONBUILD "


@dataclass(frozen=True, slots=True)
class StepName:
    """The parts of a step's name; `stage` is None when the Dockerfile has only one stage."""

    stage: str | None
    index: int
    total: int
    text: str


def steps(stage: Stage) -> tuple[Instruction, ...]:
    """The instructions that BuildKit numbers, in order.

    FROM is one of them only when it brings in an image: starting from scratch or from another stage is no work.
    """
    opening = () if stage.parent is not None or stage.resolved_base == SCRATCH else (stage.opening,)
    return (*opening, *(one for one in stage.instructions if one.keyword in _NUMBERED))


def parse_vertex_name(name: str) -> StepName | None:
    """Take a step's name apart; None for the engine's own work such as `[internal] load build context`."""
    match = _NAME.fullmatch(name)
    if not match:
        return None
    text = match["text"].removeprefix(_LINK)
    return StepName(match["stage"], int(match["index"][:9]), int(match["total"][:9]), text)


def locate(dockerfile: Dockerfile, vertex_name: str) -> Instruction | None:
    """The instruction a step belongs to, or None when it is not a step of this Dockerfile."""
    name = parse_vertex_name(vertex_name)
    stage = _stage(dockerfile, name) if name else None
    if name is None or stage is None:
        return None
    if name.text.startswith(_TRIGGER):
        # A step the base image asked for by ONBUILD: the line that caused it is FROM.
        return stage.opening
    numbered = steps(stage)
    keyword = name.text.split(" ", 1)[0]
    alike = [place for place, one in enumerate(numbered) if one.keyword == keyword]
    same = [place for place in alike if _same_text(numbered[place], name.text)]
    # The number alone is not to be trusted: ONBUILD steps of the base push it up, and WORKDIR / is counted in the
    # total but never gets a number of its own. The text alone is not either: variables in it are filled in.
    place = min(same or alike, key=lambda place: abs(place - (name.index - 1)), default=None)
    return None if place is None else numbered[place]


def _stage(dockerfile: Dockerfile, name: StepName) -> Stage | None:
    if name.stage is None:
        return dockerfile.stages[0] if len(dockerfile.stages) == 1 else None
    named = dockerfile.stage_named(name.stage)
    number = _STAGE_NUMBER.fullmatch(name.stage)
    if named or not number:
        return named
    index = int(number[1])
    return dockerfile.stages[index] if index < len(dockerfile.stages) else None


def _same_text(instruction: Instruction, shown: str) -> bool:
    if instruction.keyword == "FROM":
        return True
    written, seen = _comparable(f"{instruction.keyword} {instruction.text}"), _comparable(shown)
    # After a heredoc's opening the engine adds a summary of its lines in brackets.
    return seen.startswith(written) if instruction.heredocs else seen == written


def _comparable(text: str) -> str:
    """The text without what the engine drops or keeps at its whim: quotes, escapes and runs of blanks."""
    return " ".join(re.sub(r"['\"\\`]", "", text).split())
