"""A container's row as the engine's spec, and its end as a sentence."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from playground.builds import symptoms
from playground.builds.limits import in_force, limit
from playground.builds.models import Container
from playground.dockerfile import explain_exit
from playground.engine import port, sandbox
from playground.engine.limits import bytes_text, seconds_text

GRACE = 5
"""Seconds between SIGTERM and SIGKILL."""


def container_spec(container: Container) -> port.ContainerSpec:
    """What the engine is asked for. Raises `Refused` for a wish over a limit."""
    return sandbox.container_spec(
        name=f"drydock-{settings.DRYDOCK_INSTANCE}-{container.id}",
        owner=port.Owner(instance=settings.DRYDOCK_INSTANCE, learner=container.learner_id, job=container.id),
        wish=sandbox.RunWish(
            image=container.digest,
            command=container.command,
            environment=container.env,
            memory=container.memory,
            millicpus=round(container.cpus * 1000),
        ),
        limits=in_force(),
        networked=container.network == "own",
    )


def moment(text: str) -> datetime | None:
    """The engine's RFC 3339 time (nanoseconds and all) as a datetime; None for '' and its zero time."""
    if not text or text.startswith("0001"):
        return None
    whole, _, rest = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{whole}.{rest[:6].ljust(6, '0')}").replace(tzinfo=UTC)


def output_limit() -> str:
    """How much a container may write, in words."""
    return f"{bytes_text(limit('run.output'))} in {limit('run.lines'):,} lines"


def ending(container: Container, status: port.ContainerStatus, *, met: Collection[str] = ()) -> str:
    """How a container ended, honestly; with the limits that its output spoke of (*met*), unless all went well."""
    told = symptoms.sentence(met) if container.stop_reason != "learner" and status.exit_code else ""
    if told and not container.stop_reason and not status.oom_killed:  # else what the exit code might mean misleads
        return f"{told} The program ended with exit code {status.exit_code}."
    return f"{_end(container, status)} {told}".strip()


def _end(container: Container, status: port.ContainerStatus) -> str:
    """The same from what the engine and we ourselves know."""
    at = f"{(moment(status.finished_at) or timezone.now()):%H:%M:%S} UTC"
    code = status.exit_code or 0
    if container.stop_reason == "time":
        return f"Stopped at {at}: it ran {seconds_text(limit('run.seconds'))}, the limit."
    if container.stop_reason == "day":
        most = seconds_text(limit("learner.run_seconds"))
        return f"Stopped at {at}: your containers ran {most} in 24 hours, the limit."
    if container.stop_reason == "site":
        return f"Stopped at {at}: the site was ended. Start it again to go on."
    if container.stop_reason == "output":
        return f"Stopped at {at}: it wrote more than {output_limit()}, the limit."
    if status.oom_killed and container.stop_reason != "learner":
        size = bytes_text(container.memory)
        return f"Stopped: used {size} of {size} at {at}. {explain_exit(code, oom=True)}"
    return explain_exit(code, oom=False, stopped=container.stop_reason == "learner")
