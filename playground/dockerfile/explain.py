"""Why a build failed, in sentences: what happened, on which line, and the smallest change that helps.

Puts together the engine's error text, the output of the failed step and the limits that were hit. The sentences
themselves are in `faults` (what the engine says) and `outputs` (what the step printed).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from playground.dockerfile.cleaning import clean_message, clean_tail
from playground.dockerfile.faults import Case, FailureContext, exit_code, find_fault
from playground.dockerfile.ignore import Ignore
from playground.dockerfile.locate import locate
from playground.dockerfile.model import Dockerfile
from playground.dockerfile.surroundings import Surroundings

TAIL_LINES = 20
# The engine repeats a whole command in its message. The beginning and the end say all there is to know.
HALF_MESSAGE = 4000
_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failed build in words. `line` and `step` say where, `tail` holds the last lines of output, cleaned."""

    code: str
    what: str
    line: int | None
    step: str | None
    exit_code: int | None
    fix: str
    tail: tuple[str, ...]


def explain(
    message: str,
    *,
    dockerfile: Dockerfile,
    step: str | None = None,
    tail: Sequence[str] = (),
    files: Mapping[str, int] = _NOTHING,
    ignore: Ignore | None = None,
    images: Collection[str] = (),
    limits: FailureContext | None = None,
) -> Explanation:
    """Explain the failure of a build. `message` is the engine's error, `step` the name of the step that failed."""
    if len(message) > 2 * HALF_MESSAGE:
        message = f"{message[:HALF_MESSAGE]}…{message[-HALF_MESSAGE:]}"
    around = Surroundings.of(
        dockerfile,
        files=files,
        ignore=ignore or Ignore(),
        images=images,
        heredocs=True,
        target=None,
        build_args={},
    )
    instruction = locate(dockerfile, step) if step else None
    last_lines = clean_tail(list(tail)[-TAIL_LINES:])
    case = Case(message, around, instruction, last_lines, limits or FailureContext())
    finding = find_fault(case)
    return Explanation(
        code=finding.code,
        what=finding.what,
        line=finding.line or (instruction.line if instruction else None),
        step=clean_message(step, known=dockerfile.text) if step else None,
        exit_code=exit_code(message),
        fix=finding.fix,
        tail=last_lines,
    )
