"""Asking for a build, and taking the wish back."""

import contextlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from playground.accounts.errors import Refused
from playground.accounts.ids import new_id
from playground.accounts.models import Learner
from playground.builds import access, contexts, dispatch, hardening, headroom, health, idle, positions
from playground.builds.limits import limit
from playground.builds.models import Build, Image, Project
from playground.builds.quota import check_image_bytes, check_image_room, sizes
from playground.builds.references import available_images
from playground.builds.services.workspaces import tell
from playground.builds.states import BuildState, move
from playground.builds.summaries import build_summary, failure, image_summary
from playground.dockerfile import Amounts, Ignore, Problem, check, check_tag, normalise, parse
from playground.engine import sandbox
from playground.events import log, wire

WAITING = (BuildState.QUEUED.value, BuildState.RUNNING.value, BuildState.CANCELLING.value)


def check_project(
    *, learner: Learner | None, project: Project, dockerfile: str, target: str = "", text: str | None = None
) -> tuple[list[Problem], list[str]]:
    """Every problem that can be seen before building, and the names of the stages. *text* replaces the saved file."""
    parsed = parse(contexts.dockerfile_text(project, dockerfile) if text is None else text)
    problems = check(
        parsed,
        files=contexts.sizes(project),
        ignore=contexts.context_of(project).ignore,
        images=available_images(learner),
        heredocs=health.engine_has_heredocs(),
        network=health.packages_allowed(),
        target=target or None,
        most=Amounts(limit("dockerfile.instructions"), limit("dockerfile.values")),
    )
    return list(problems), [stage.label for stage in parsed.stages]


def request_build(
    *, learner: Learner, project: Project, reference: str, dockerfile: str, target: str, no_cache: bool
) -> tuple[Build, bool]:
    """Queue a build of the project as it is now. Answers the build and whether it is new.

    Asked twice while the same build is under way, it is that build. Raises `Refused` for problems in the Dockerfile
    (422, nothing is queued), over a quota, and while the engine's limits do not hold as the site requires (503).
    """
    hardening.check_hardened()
    reference = clean_reference(reference)
    _refuse_long(contexts.dockerfile_text(project, dockerfile))
    problems, _ = check_project(learner=learner, project=project, dockerfile=dockerfile, target=target)
    _refuse_errors(problems)
    context = contexts.context_of(project, dockerfile=dockerfile)
    manifest = contexts.manifest_of(context)
    fingerprint = contexts.fingerprint(manifest, project.id, reference, dockerfile, target, no_cache)
    with transaction.atomic():
        waiting = list(Build.objects.filter(learner=learner, state__in=WAITING))
        twin = next((build for build in waiting if build.fingerprint == fingerprint), None)
        if twin is not None:
            return twin, False
        _check_quota(learner, reference, waiting)
        stream = new_id()
        build = Build.objects.create(
            learner=learner,
            project=project,
            stream=stream,
            reference=reference,
            dockerfile=dockerfile,
            target=target,
            no_cache=no_cache,
            manifest=manifest,
            ignored=len(context.ignored),
            fingerprint=fingerprint,
            sent_at=timezone.now(),
        )
        for image in _built_on(learner, contexts.dockerfile_text(project, dockerfile)):
            idle.use_image(image)
        transaction.on_commit(lambda: announce_build(build))
        tell(learner, [("build.put", wire.BuildPut(build=build_summary(build)))])
    return build, True


def _built_on(learner: Learner, text: str) -> list[Image]:
    """The learner's own images that the Dockerfile names in a FROM."""
    named = {normalise(stage.resolved_base or "") for stage in parse(text).stages}
    return [image for image in access.images_of(learner) if normalise(image.reference) in named]


def ensure_stream(build: Build) -> None:
    """The stream of a build, made if a crash came before it."""
    log.create_stream(owner=build.learner_id, kind="build", subject=build.id, stream_id=build.stream)


def announce_build(build: Build) -> None:
    """The first line of a build's stream, its place on the queue, and its message to a worker. Safe to call again."""
    files = [entry for entry in build.manifest if entry[1] == "file"]
    queued = wire.BuildQueued(
        build=build.id,
        reference=build.reference,
        dockerfile=build.dockerfile,
        files=len(files),
        context_bytes=sum(entry[3] for entry in files),
        ignored=build.ignored,
    )
    with transaction.atomic(using="events"):  # nobody sees it without its first event, so none is put before
        ensure_stream(build)
        with contextlib.suppress(log.Closed):  # it was announced before
            log.append(build.stream, [("build.queued", queued)], first=True)
    positions.announce()
    dispatch.send("run_build", build.id)


def cancel_build(*, build: Build) -> bool:
    """Take the wish back. Answers whether this call did it: False when the build has ended or is being cancelled."""
    if build.state == BuildState.QUEUED:
        if move(build, to=BuildState.CANCELLED, finished_at=timezone.now()):
            ensure_stream(build)
            gone = wire.BuildCancelling(by="learner", sentence="You took the build off the queue.")
            with contextlib.suppress(log.Closed):  # the sweep was first
                log.append(build.stream, [("build.cancelling", gone)])
            seal_build(build)
            return True
        build.refresh_from_db()
    if build.state == BuildState.RUNNING and move(build, to=BuildState.CANCELLING):
        asked = wire.BuildCancelling(by="learner", sentence="You pressed Cancel. The running step is being stopped.")
        try:
            log.append(build.stream, [("build.cancelling", asked)])
        except log.Closed:
            return False  # it ended in this very moment
        tell(build.learner, [("build.put", wire.BuildPut(build=build_summary(build)))])
        return True
    return False


def seal_build(build: Build, *, fence: int | None = None) -> None:
    """Append the last event of a build that has ended, exactly once, and tell the workspace. Safe to call again."""
    image = Image.objects.filter(pk=build.image).select_related("build").first()
    last = wire.BuildFinished.model_validate(
        {
            "state": str(build.state),
            "seconds": _seconds(build),
            "steps": build.steps,
            "cached": build.cached,
            "image": image_summary(image) if image else None,
            "failure": failure(build.failure),
        }
    )
    with contextlib.suppress(log.Closed):  # somebody else was first with the same event
        log.append(build.stream, [("build.finished", last)], fence=fence, last=True)
    Build.objects.filter(pk=build.pk).update(sealed=True)
    tell(build.learner, [("build.put", wire.BuildPut(build=build_summary(build)))])
    positions.announce()


def _seconds(build: Build) -> float:
    begin, end = build.started_at or build.created_at, build.finished_at
    return round((end - begin).total_seconds(), 3) if end else 0.0


def clean_reference(raw: str) -> str:
    """A learner's name for an image with its tag. Raises `Refused` with a name that would do."""
    advice = check_tag(raw)
    if advice is not None:
        raise Refused("bad-image-name", advice.message, field="reference", fix=f"Call it {advice.suggestion}.")
    repository, tag = sandbox.check_reference(raw, field="reference")
    return f"{repository}:{tag}"


def _refuse_errors(problems: Sequence[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if not errors:
        return
    first = errors[0]
    raise Refused(
        first.code,
        first.message,
        field="dockerfile",
        fix=first.fix,
        line=first.line,
        problems=[problem_json(problem) for problem in problems],
    )


def _refuse_long(text: str) -> None:
    size, most = len(text.encode()), limit("dockerfile.bytes")
    if size > most:
        have, may = sizes(size, most)
        message = f"The Dockerfile has {have}; it may have {may}."
        raise Refused("dockerfile-too-long", message, field="dockerfile", fix="Move work into a script.", status=413)


def _refuse_malformed(ignore: Ignore) -> None:
    """Docker refuses a whole .dockerignore for one pattern it cannot read; so do we, and name it."""
    for rule in ignore.malformed:
        raise Refused(
            "bad-dockerignore",
            f"Line {rule.line} of .dockerignore, “{rule.pattern}”, is not a pattern.",
            field=".dockerignore",
            fix="Mend or delete that line.",
            line=rule.line,
        )


def problem_json(problem: Problem) -> dict[str, object]:
    """A problem as the wire has it."""
    return {name: getattr(problem, name) for name in wire.Problem.model_fields}


def _check_quota(learner: Learner, reference: str, waiting: Sequence[Build]) -> None:
    queued, most = len(waiting), limit("build.queued")
    if queued >= most:
        raise Refused(
            "too-many-builds",
            f"{queued} of your builds are waiting or running; {most} may.",
            fix="Wait for one to end, or cancel one.",
            status=429,
            retry_after=10,
        )
    check_image_room(learner, reference, fix="Remove one on the Images page, or build under a name you have.")
    check_image_bytes(learner, reference)
    refused = headroom.refusal()
    if refused is not None:
        raise refused
