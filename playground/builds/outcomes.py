"""What came of a build: the image with its history, or the failure as the wire has it. No writing here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.builds import references
from playground.builds.models import Build
from playground.builds.states import BuildState
from playground.dockerfile import Dockerfile, Explanation, normalise
from playground.engine import port, sandbox
from playground.engine.errors import NotFound
from playground.events import wire


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a build ended: *image* on success, else *failure* (none for a build that the learner cancelled)."""

    state: BuildState
    image: port.ImageDetail | None = None
    failure: wire.Failure | None = None


def failed(code: str, what: str, fix: str = "") -> Outcome:
    """A failure that is about no step."""
    failure = wire.Failure(code=code, what=what, fix=fix, line=None, step=None, exit_code=None, tail=[])
    return Outcome(BuildState.FAILED, failure=failure)


def explained(why: Explanation, *, step: str | None) -> Outcome:
    """A failure as `dockerfile.explain` put it; *step* is the id of the step in the graph."""
    failure = wire.Failure(
        code=why.code,
        what=why.what,
        fix=why.fix,
        line=why.line,
        step=step,
        exit_code=why.exit_code,
        tail=list(why.tail),
    )
    return Outcome(BuildState.FAILED, failure=failure)


def layers_of(detail: port.ImageDetail, *, base: int) -> list[dict[str, Any]]:
    """The image's history, oldest first, as the wire has it; the first *base* came with the base image."""
    oldest_first: Sequence[port.Layer] = detail.layers[::-1]
    return [
        wire.LayerLine(
            instruction=sandbox.hide_engine_names(layer.created_by)[:500],
            size=layer.size,
            empty=layer.empty,
            base=at < base,
        ).model_dump()
        for at, layer in enumerate(oldest_first)
    ]


def base_layers(dockerfile: Dockerfile, build: Build, engine: port.Engine) -> int:
    """How many lines of the history came with the base image of the stage that was built."""
    stage = (dockerfile.stage_named(build.target) if build.target else None) or dockerfile.stages[-1]
    while stage.parent is not None:
        stage = dockerfile.stages[stage.parent]
    known = {normalise(name): engine_name for name, engine_name in references.engine_names(build.learner).items()}
    name = known.get(normalise(stage.resolved_base or ""))
    try:
        return len(engine.inspect_image(name).layers) if name else 0
    except NotFound:
        return 0
