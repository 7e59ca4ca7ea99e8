"""One build, driven by a Celery worker: claim the row, drive the engine, write the log, end in a true state.

A worker holds a build by a lease and writes its stream under a fence: one that was taken for dead can write no more.
The sweep (`sweeping.py`) takes back what a dead worker leaves.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from playground.builds import (
    blobs,
    contexts,
    ending,
    hardening,
    headroom,
    outcomes,
    packages,
    positions,
    quota,
    references,
    turns,
)
from playground.builds.filling import Filling
from playground.builds.limits import in_force, limit
from playground.builds.models import Build, Image
from playground.builds.outcomes import Made, Outcome
from playground.builds.services.builds import ensure_stream
from playground.builds.services.workspaces import tell
from playground.builds.states import BuildState
from playground.builds.summaries import build_summary
from playground.builds.trace import MOST_LINES, Trace
from playground.dockerfile import Dockerfile, FailureContext, Ignore, explain, parse, rewrite
from playground.engine import port, sandbox
from playground.engine.errors import EngineDown, EngineError
from playground.events import log, wire

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
RENEW = 5.0
"""Seconds between two renewals of the lease."""
LOOK = 0.25
"""Seconds between two looks at the row: has the learner pressed Cancel?"""
BATCH = 0.05
"""Seconds that output may wait to be written with more of it."""
PATIENCE = 5.0
"""Seconds that a cancelled build may take to end by itself."""


class Lost(Exception):
    """The build is no longer ours: its lease ran out and somebody else has it."""


@dataclass
class Run:
    """What one attempt needs to know while it runs. *stopped*: why we stopped it ("learner", "limit", "image", "room");
    *fetches*: its steps may install packages.
    """

    build: Build
    engine: port.Engine
    fence: int
    dockerfile: Dockerfile
    trace: Trace
    began: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    renewed: float = 0.0
    written: float = 0.0
    stopped: str = ""
    stopped_at: float = 0.0
    message: str = ""
    image_id: str = ""
    fetches: bool = False

    def __post_init__(self) -> None:
        self.filling = Filling(self.build, self.engine, now=self.began)

    @property
    def build_id(self) -> str:
        """The engine's name for this attempt."""
        return f"{self.build.id}-{self.build.attempt}"

    def write(self) -> None:
        """Append what is ready."""
        entries = self.trace.flush()
        if entries:
            log.append(self.build.stream, entries, fence=self.fence)
        self.written = time.monotonic()


def run_build(build_id: str, engine: port.Engine) -> None:
    """A worker is free: run the build whose turn it is, which need not be *build_id*, the one that the message names.

    So the order is the one of `turns` however messages arrive. A second delivery finds nothing more to do.
    """
    hindered = hardening.on(engine)
    if hindered is not None and hindered.waits:
        return  # the sweep sends it again
    build = turns.claim(lease_until=timezone.now() + LEASE)
    if build is None:
        logger.debug("nothing to take when %s was sent", build_id)
        return
    try:
        engine.ping()  # before anything is told: with the engine away the build just waits
    except EngineDown as error:
        ending.hand_back(build, error, count=False)
        return
    try:
        run = _begin(build, engine)
        outcome = _drive(run) if hindered is None else outcomes.hindered(hindered)
    except EngineDown as error:
        ending.hand_back(build, error, count=True)
        return
    except (Lost, log.Closed):
        logger.warning("build %s was taken over by another worker", build.id)
        return
    old = ending.finish(build, outcome, steps=run.trace.counts(), fence=run.fence)
    ending.forget_image(engine, old)
    ending.send_next()


def _begin(build: Build, engine: port.Engine) -> Run:
    """Take the stream's fence and say that the build has started."""
    ensure_stream(build)
    fence = log.take(build.stream)
    started = wire.BuildStarted(attempt=build.attempt, because=build.because)
    log.append(build.stream, [("build.started", started)], fence=fence)
    tell(build.learner, [("build.put", wire.BuildPut(build=build_summary(build)))])
    positions.announce()
    sha256 = next(sha256 for path, _, sha256, *_ in build.manifest if path == build.dockerfile)
    dockerfile = parse(blobs.read(sha256).decode())
    begin = build.started_at.timestamp() if build.started_at else time.time()
    trace = Trace(
        dockerfile,
        target=build.target,
        hide=sandbox.hide_engine_names,
        begin=begin,
        limit=limit("build.output"),
        step_limit=limit("build.step_output"),
    )
    return Run(build=build, engine=engine, fence=fence, dockerfile=dockerfile, trace=trace)


def _spec(run: Run, names: dict[str, str]) -> port.BuildSpec:
    build = run.build
    owner = port.Owner(instance=settings.DRYDOCK_INSTANCE, learner=build.learner_id, job=build.id)
    proxy = packages.proxy_for(owner, seconds=limit("build.seconds"))
    run.fetches = bool(proxy)
    return sandbox.build_spec(
        build_id=run.build_id,
        owner=owner,
        files=contexts.context_files(build.manifest),
        dockerfile_text=rewrite(run.dockerfile, images=names),
        dockerfile_path=build.dockerfile,
        tag=build.reference,
        target=build.target,
        no_cache=build.no_cache,
        limits=in_force(),
        proxy=proxy,
    )


def _drive(run: Run) -> Outcome:
    """Send the build and follow it to its end, its cancelling or a limit."""
    full = headroom.refusal()
    if full is not None:
        return outcomes.failed(full.code, full.message, full.fix)
    names = references.engine_names(run.build.learner)
    try:
        _follow(run, _spec(run, names), allowed=list(names.values()))
    except EngineDown:
        raise
    except EngineError as error:
        run.message = error.message
    except sandbox.Refused as refused:
        run.message = refused.message
    run.trace.finish("cancelled" if run.stopped else "failed")
    run.write()
    return _outcome(run)


def _follow(run: Run, spec: port.BuildSpec, *, allowed: Sequence[str]) -> None:
    events = run.engine.build(spec)
    try:
        for event in events:
            if isinstance(event, port.ImageBuilt):
                run.image_id = event.image_id
            elif isinstance(event, port.BuildFailed):
                run.message = run.message or event.message
            elif isinstance(event, port.StepSeen):
                _check_name(run, event.name, allowed)
            run.trace.take(event)
            _housekeep(run)
            if run.stopped and time.monotonic() - run.stopped_at > PATIENCE:
                return  # closing the connection ends it for good
    finally:
        events.close()


def _housekeep(run: Run) -> None:
    """Between two events: write what is ready, renew the lease, look for Cancel and at the clock."""
    now = time.monotonic()
    if now - run.written >= BATCH or run.trace.waiting_lines >= MOST_LINES:
        run.write()
    if now - run.looked < LOOK or run.stopped:
        return
    run.looked = now
    if now - run.renewed >= RENEW:
        run.renewed = now
        _renew(run.build)
    if Build.objects.values_list("state", flat=True).get(pk=run.build.pk) == BuildState.CANCELLING:
        _stop(run, "learner")
    elif now - run.began > limit("build.seconds"):
        _stop(run, "limit")
    elif why := run.filling.refusal(now):
        run.message = why
        _stop(run, "room")


def _stop(run: Run, reason: str) -> None:
    """End the engine's build; its events then end by themselves."""
    run.stopped, run.stopped_at = reason, time.monotonic()
    if reason == "limit":
        sentence = f"The build ran {limit('build.seconds')} s, the limit. It is being stopped."
        stopping = wire.BuildCancelling(by="limit", sentence=sentence)
        log.append(run.build.stream, [("build.cancelling", stopping)], fence=run.fence)
    run.engine.cancel_build(run.build_id)


def _check_name(run: Run, name: str, allowed: Sequence[str]) -> None:
    """The second look at image names, in what the engine itself announces (the first was at the parsed Dockerfile)."""
    stranger = sandbox.check_trace_name(name, allowed)
    if stranger is not None and not run.stopped:
        logger.warning("build %s names %s, which is not allowed", run.build.id, stranger)
        run.message = stranger
        _stop(run, "image")


def _renew(build: Build) -> None:
    """Promise to be alive for another while. Raises `Lost` when the promise was not believed any more."""
    working = (BuildState.RUNNING, BuildState.CANCELLING)
    held = Build.objects.filter(pk=build.pk, attempt=build.attempt, state__in=working)
    if not held.update(lease_until=timezone.now() + LEASE):
        raise Lost(build.pk)


def _outcome(run: Run) -> Outcome:
    """What has happened, in the one enum and a sentence."""
    if run.stopped == "image":
        return outcomes.failed(
            "image-not-available", f"The build would have used the image {run.message}, which is not available here."
        )
    if run.image_id:
        return _measure(run)
    if run.stopped == "room":
        return outcomes.failed("disk-full", run.message, "Write less, and into fewer layers.")
    if run.stopped == "learner":
        return Outcome(BuildState.CANCELLED)
    context = FailureContext(
        timed_out=run.stopped == "limit",
        seconds_limit=limit("build.seconds"),
        layer_mb=limit("build.disk") >> 20,
        processes=limit("build.processes"),
        network=run.fetches,
    )
    files = {f"{path}/" if kind == "dir" else path: size for path, kind, _, size, _ in run.build.manifest}
    why = explain(
        sandbox.hide_engine_names(run.message),
        dockerfile=run.dockerfile,
        step=run.trace.name(run.trace.failed),
        tail=run.trace.tail.get(run.trace.failed or "", []),
        files=files,
        ignore=Ignore.parse(""),
        images=references.available_images(run.build.learner),
        limits=context,
    )
    return outcomes.explained(why, step=run.trace.failed)


def _measure(run: Run) -> Outcome:
    """Look at the image that was built. One over a limit is taken away again."""
    detail = run.engine.inspect_image(run.image_id)
    made = Made(detail, outcomes.base_of(run.dockerfile, run.build, run.engine))
    refused = quota.variable_refused(detail.env) or quota.image_refused(
        run.build.learner, run.build.reference, size=detail.size, own=made.own
    )
    if refused is None:
        return Outcome(BuildState.SUCCEEDED, image=made)
    name = references.engine_reference(run.build.learner_id, run.build.reference)
    run.engine.remove_image(name)
    before = Image.objects.filter(learner=run.build.learner, reference=run.build.reference).first()
    if before is not None:  # the build took its name: give it back
        run.engine.tag_image(before.digest, name)
    return outcomes.failed(refused.code, f"{refused.message} It was removed.", refused.fix)
