"""What the engine in use enforces, line by line, for /health/. Pure: from what the engine says of itself and from what
experiments on shared engines have shown. A real trial of each limit belongs to the engine of our own, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from playground.engine.port import EngineInfo

State = Literal["enforced", "not enforced", "cannot be had here"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule: whether it holds on this engine, and a sentence why."""

    key: str
    title: str
    state: State
    sentence: str


def lines(info: EngineInfo) -> Sequence[Line]:
    """Every rule for a shared engine: one that other programs of the machine may use as well."""
    return (*_CONTAINERS, *_BUILDS, *_disk(info), *_MACHINE)


_CONTAINERS = (
    Line(
        key="run.privileges", title="A container has few privileges", state="enforced",
        sentence="All capabilities but seven are dropped, and no program can gain new ones.",
    ),
    Line(
        key="run.memory", title="Memory and CPU of a container", state="enforced",
        sentence="Each container has a control group of its own with the limits of its run, and no swap.",
    ),
    Line(
        key="run.processes", title="Processes of a container", state="enforced",
        sentence="A fork bomb stops at the limit of its own control group.",
    ),
    Line(
        key="run.network", title="A container's network", state="enforced",
        sentence="None, or the learner's own internal network: without a way out and without a way to other learners.",
    ),
    Line(
        key="run.gateway", title="Services of the machine, seen from a learner's network", state="not enforced",
        sentence="A service that listens on all addresses beside the engine can be reached at the network's gateway "
        "address: bind such services to 127.0.0.1.",
    ),
    Line(
        key="run.output", title="Output of a container", state="enforced",
        sentence="A container that prints more than its limit is stopped, and the engine's own log files are bounded.",
    ),
)  # fmt: skip

_BUILDS = (
    Line(
        key="build.network", title="Network of RUN steps", state="enforced",
        sentence="RUN steps have no network but their own loopback.",
    ),
    Line(
        key="build.time", title="Time of a build", state="enforced",
        sentence="A build over its time is cancelled, and its process is killed within a second.",
    ),
    Line(
        key="build.memory", title="Memory, CPU and processes of RUN steps", state="not enforced",
        sentence="RUN steps have no limit of their own on a shared engine: BuildKit ignores the request's.",
    ),
    Line(
        key="build.cache", title="Cache mounts of RUN steps", state="enforced",
        sentence="Every learner has a name space of their own for --mount=type=cache.",
    ),
    Line(
        key="build.images", title="Images of other learners", state="enforced",
        sentence="The images a build may start from are checked in the Dockerfile and again while it runs; the engine "
        "itself would give out any of its images.",
    ),
    Line(
        key="build.add", title="ADD from an address or of an archive", state="not enforced",
        sentence="The engine itself fetches and unpacks, in its own network and without a limit; Drydock refuses such "
        "lines before it builds, and nothing behind it would stop one.",
    ),
)  # fmt: skip


def _disk(info: EngineInfo) -> tuple[Line, ...]:
    """Quotas depend on the storage driver: btrfs and zfs have them for containers, overlay2 on xfs with pquota only."""
    driver = info.storage_driver or "unknown"
    containers: State = "not enforced" if driver in {"btrfs", "zfs"} else "cannot be had here"
    return (
        Line(
            key="run.disk", title="Disk space of a container", state=containers,
            sentence=f"No quota is set on this engine (storage driver {driver}): a container can fill the disk.",
        ),
        Line(
            key="build.disk", title="Disk space of a build", state="not enforced",
            sentence="A RUN step can fill the engine's disk; an image over the limit is removed only after its build.",
        ),
    )  # fmt: skip


_MACHINE = (
    Line(
        key="machine.users", title="Root in a container is nobody outside", state="not enforced",
        sentence="A shared engine runs without user name spaces: root in a container is the machine's root, held back "
        "by capabilities and seccomp alone.",
    ),
    Line(
        key="machine.strangers", title="Fit for strangers", state="not enforced",
        sentence="A shared engine is fit for people you trust on a machine of your own, not for the open internet.",
    ),
)  # fmt: skip
