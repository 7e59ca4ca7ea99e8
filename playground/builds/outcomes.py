"""What came of a build: the image with its history, or the failure as the wire has it. No writing here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.builds import access, references
from playground.builds.footprint import OwnLayer, own_layers
from playground.builds.hardening import Hindrance
from playground.builds.models import Build
from playground.builds.states import BuildState
from playground.dockerfile import Dockerfile, Explanation, normalise
from playground.engine import port, sandbox
from playground.engine.errors import NotFound
from playground.events import wire


@dataclass(frozen=True, slots=True)
class Base:
    """How many lines of an image's history came with what its FROM named, and how many with the site's base image."""

    lines: int = 0
    foundation: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """The image that a build made."""

    detail: port.ImageDetail
    base: Base

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Its history, oldest first, as the wire has it; told apart is what came with the FROM."""
        oldest_first: Sequence[port.Layer] = self.detail.layers[::-1]
        return [
            wire.LayerLine(
                instruction=sandbox.hide_engine_names(layer.created_by)[:500],
                size=layer.size,
                empty=layer.empty,
                base=at < self.base.lines,
            ).model_dump()
            for at, layer in enumerate(oldest_first)
        ]

    @property
    def own(self) -> list[OwnLayer]:
        """What it takes of the learner's room."""
        return own_layers(self.detail.layers, foundation=self.base.foundation)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a build ended: *image* on success, else *failure* (none for a build that the learner cancelled)."""

    state: BuildState
    image: Made | None = None
    failure: wire.Failure | None = None


def failed(code: str, what: str, fix: str = "") -> Outcome:
    """A failure that is about no step."""
    failure = wire.Failure(code=code, what=what, fix=fix, line=None, step=None, exit_code=None, tail=[])
    return Outcome(BuildState.FAILED, failure=failure)


def hindered(why: Hindrance) -> Outcome:
    """The engine's limits do not hold as this site requires."""
    return failed("not-hardened", why.sentence, why.fix)


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


def base_of(dockerfile: Dockerfile, build: Build, engine: port.Engine) -> Base:
    """What the stage that was built stands on: an image of the site, one of the learner's own, or nothing."""
    stage = (dockerfile.stage_named(build.target) if build.target else None) or dockerfile.stages[-1]
    while stage.parent is not None:
        stage = dockerfile.stages[stage.parent]
    wanted = normalise(stage.resolved_base or "")
    known = {normalise(name): engine_name for name, engine_name in references.engine_names(build.learner).items()}
    name = known.get(wanted)
    try:
        lines = len(engine.inspect_image(name).layers) if name else 0
    except NotFound:
        return Base()
    own = [image for image in access.images_of(build.learner) if normalise(image.reference) == wanted]
    return Base(lines, own[0].foundation if own else lines)
