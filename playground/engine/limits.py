"""The one table of limits: what a learner may have of everything. Shown at /limits/; read by `sandbox` and services.

Pure. An operator overrides values by key (`limits({"build.seconds": 300})`); nothing else writes a limit as a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30
DAY = 24 * 3600

Unit = Literal["bytes", "seconds", "files", "projects", "characters", "folders", "builds", "images", "containers",
               "millicpus", "processes", "a minute", "an hour", "entries", "lines", "connections",
               "instructions"]  # fmt: skip
EnforcedBy = Literal["drydock", "engine", "nobody on a shared engine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit. *sentence* tells a learner what happens at it; *enforced_by* who sees to that."""

    key: str
    value: int
    unit: Unit
    title: str
    sentence: str
    enforced_by: EnforcedBy = "drydock"

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        return amount(self.value, self.unit)


def amount(value: int, unit: Unit) -> str:
    """A value with its unit: "1 MiB", "30 min", "0.5 CPU", "20 projects"."""
    if unit == "bytes":
        return bytes_text(value)
    if unit == "seconds":
        return seconds_text(value)
    if unit == "millicpus":
        return f"{value / 1000:g} CPU"
    return f"{value:,} {unit.removesuffix('s') if value == 1 and unit.endswith('s') else unit}"


def bytes_text(value: int) -> str:
    """Bytes in the largest unit that stays at least 1: "1 MiB", "1.5 GiB", "900 bytes"."""
    for size, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if value >= size:
            return f"{round(value / size, 1):g} {name}"
    return "1 byte" if value == 1 else f"{value} bytes"


def seconds_text(value: int) -> str:
    """Seconds as "45 s", "2 min", "1 min 30 s", "1 h" or, from two days on, "14 days"."""
    if value >= 2 * DAY and value % DAY == 0:
        return f"{value // DAY} days"
    parts = ((value // 3600, "h"), (value % 3600 // 60, "min"), (value % 60, "s"))
    return " ".join(f"{number} {name}" for number, name in parts if number) or "0 s"


_TABLE: tuple[Limit, ...] = (
    # --- files
    Limit(
        key="file.bytes", value=MIB, unit="bytes", title="One file",
        sentence="A larger file is refused; the file you had stays as it was.",
    ),
    Limit(
        key="project.files", value=500, unit="entries", title="Files and folders of a project",
        sentence="One more is refused until another is deleted.",
    ),
    Limit(
        key="project.bytes", value=10 * MIB, unit="bytes", title="All files of a project",
        sentence="A change that would make the project larger is refused; the rest of your work is kept.",
    ),
    Limit(
        key="learner.projects", value=20, unit="projects", title="Projects of a learner",
        sentence="A further project is refused until another is deleted.",
    ),
    Limit(
        key="path.characters", value=255, unit="characters", title="Length of a path",
        sentence="A longer path is refused: a build context travels as a tar, where names have an end.",
    ),
    Limit(
        key="path.folders", value=16, unit="folders", title="Depth of folders",
        sentence="A path with more folders is refused.",
    ),
    Limit(
        key="upload.bytes", value=10 * MIB, unit="bytes", title="One upload",
        sentence="The server stops reading a longer upload and writes nothing.",
    ),
    Limit(
        key="upload.unpacked", value=10 * MIB, unit="bytes", title="An uploaded archive, unpacked",
        sentence="Unpacking stops here, whatever size the archive claims, and nothing of it is written.",
    ),
    Limit(
        key="dockerfile.bytes", value=64 * KIB, unit="bytes", title="A Dockerfile",
        sentence="A longer one is not built.",
    ),
    Limit(
        key="dockerfile.instructions", value=400, unit="instructions", title="Instructions of a Dockerfile",
        sentence="One with more is not built. Docker itself has room for 125 layers in an image.",
    ),
    Limit(
        key="dockerfile.values", value=128 * KIB, unit="characters", title="Values of variables in a Dockerfile",
        sentence="Filled in and taken together. One with more is not built: the engine would hold them all in memory.",
    ),
    Limit(
        key="image.variable", value=4 * KIB, unit="characters", title="One variable of an image",
        sentence="An image with a longer one is removed after its build.",
    ),
    # --- builds
    Limit(
        key="build.seconds", value=120, unit="seconds", title="Time of a build",
        sentence="Then the running step is stopped and the build ends as failed: over its time.",
    ),
    Limit(
        key="build.output", value=2 * MIB, unit="bytes", title="Output of a build",
        sentence="What comes after it is not kept, and the log says so at the place. The build goes on.",
    ),
    Limit(
        key="build.step_output", value=MIB, unit="bytes", title="Output of one step",
        sentence="What comes after it is not kept, and the log says so. The engine may cut a flood earlier.",
    ),
    Limit(
        key="build.memory", value=512 * MIB, unit="bytes", title="Memory of a RUN step",
        sentence="A program of the step that needs more is killed, and the build says so. No swap on top of it.",
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="build.cpus", value=1000, unit="millicpus", title="CPU of a RUN step",
        sentence="A busy step is slowed down to this, never killed for it.",
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="build.processes", value=256, unit="processes", title="Processes and threads of a RUN step",
        sentence='One more cannot be started: the step sees "Resource temporarily unavailable".',
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="build.disk", value=600 * MIB, unit="bytes", title="Disk space of one layer",
        sentence='A RUN, COPY or ADD that writes more fails with "Disk quota exceeded"; so does a larger base image.',
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="build.running", value=1, unit="builds", title="Builds at once",
        sentence="Your next build waits in the queue until this one has ended.",
    ),
    Limit(
        key="build.queued", value=3, unit="builds", title="Builds that wait",
        sentence="A further build is refused until one of them has begun or was cancelled.",
    ),
    Limit(
        key="build.args", value=20, unit="entries", title="Build arguments",
        sentence="A build with more of them is refused.",
    ),
    # --- images
    Limit(
        key="image.bytes", value=GIB, unit="bytes", title="Size of an image",
        sentence="A larger image is removed after its build, which then ends as failed and names both sizes.",
    ),
    Limit(
        key="learner.images", value=20, unit="images", title="Images of a learner",
        sentence="A further build is refused until you remove an image.",
    ),
    Limit(
        key="learner.image_bytes", value=2 * GIB, unit="bytes", title="Size of all images of a learner",
        sentence="What they have beyond the base images counts, a layer that several share once. A build that would go "
        "over it ends as failed, and its image is removed.",
    ),
    # --- containers
    Limit(
        key="run.memory", value=128 * MIB, unit="bytes", title="Memory of a container, unless you choose",
        sentence="A process that needs more is killed, and the page says so with both numbers.", enforced_by="engine",
    ),
    Limit(
        key="run.memory_least", value=16 * MIB, unit="bytes", title="Memory of a container, at least",
        sentence="With less most programs do not even start.", enforced_by="engine",
    ),
    Limit(
        key="run.memory_most", value=256 * MIB, unit="bytes", title="Memory of a container, at most",
        sentence="Asking for more is refused. There is no swap on top of it.", enforced_by="engine",
    ),
    Limit(
        key="run.cpus", value=500, unit="millicpus", title="CPU of a container, unless you choose",
        sentence="A busy program is slowed down to this, never killed for it.", enforced_by="engine",
    ),
    Limit(
        key="run.cpus_most", value=1000, unit="millicpus", title="CPU of a container, at most",
        sentence="Asking for more is refused.", enforced_by="engine",
    ),
    Limit(
        key="run.processes", value=128, unit="processes", title="Processes and threads of a container",
        sentence='One more cannot be started: the program sees "Resource temporarily unavailable".',
        enforced_by="engine",
    ),
    Limit(
        key="run.seconds", value=1800, unit="seconds", title="Time of a container",
        sentence="Then it is stopped; you can start it again.",
    ),
    Limit(
        key="run.output", value=5 * MIB, unit="bytes", title="Output of a container",
        sentence="Then the container is stopped, and the log says where it was cut.",
    ),
    Limit(
        key="run.lines", value=100_000, unit="lines", title="Lines a container prints",
        sentence="Then the container is stopped, and the log says where it was cut.",
    ),
    Limit(
        key="run.tmp", value=64 * MIB, unit="bytes", title="Space in a container's /tmp",
        sentence="It lies in memory and counts as such; a full one gives the usual disk-full error.",
        enforced_by="engine",
    ),
    Limit(
        key="run.files", value=1024, unit="files", title="Open files of a process",
        sentence='One more cannot be opened: "Too many open files".', enforced_by="engine",
    ),
    Limit(
        key="run.disk", value=GIB, unit="bytes", title="Disk space of a container",
        sentence='What it writes beyond this fails: "Disk quota exceeded". Each of its volumes counts by itself.',
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="run.environment", value=50, unit="entries", title="Environment variables of a container",
        sentence="A run with more of them is refused.",
    ),
    Limit(
        key="run.words", value=64, unit="entries", title="Words of a command",
        sentence="A longer command is refused; put it into a script in the image.",
    ),
    Limit(
        key="text.characters", value=4096, unit="characters", title="One argument or variable",
        sentence="A longer value of a build argument, a variable or a word of a command is refused.",
    ),
    Limit(
        key="learner.running", value=4, unit="containers", title="Containers that run at once",
        sentence="Starting a further one is refused until one has ended.",
    ),
    Limit(
        key="learner.containers", value=10, unit="containers", title="Containers in all",
        sentence="Making a further one is refused until one is removed.",
    ),
    Limit(
        key="learner.run_seconds", value=DAY // 2, unit="seconds", title="Running time of all containers in 24 hours",
        sentence="Then they are stopped; each can be started again once enough of that time lies 24 hours back.",
    ),
    # --- the engine as a whole
    Limit(
        key="engine.memory", value=16 * GIB, unit="bytes", title="Memory of all builds and containers together",
        sentence="Never more than three quarters of the machine's. At it, the newest and hungriest program is killed.",
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="engine.cpus", value=64_000, unit="millicpus", title="CPU of all builds and containers together",
        sentence="Never the last quarter of the machine's last CPU: the site goes on answering.",
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="engine.processes", value=4096, unit="processes", title="Processes of all builds and containers together",
        sentence="One more cannot be started by anybody until others have ended.",
        enforced_by="nobody on a shared engine",
    ),
    Limit(
        key="engine.disk", value=20 * GIB, unit="bytes", title="Disk space of all images and containers together",
        sentence="Never more than half of what is free on the machine's disk.",
        enforced_by="nobody on a shared engine",
    ),
    # --- cleaning up
    Limit(
        key="learner.idle", value=14 * DAY, unit="seconds", title="Guests' images and containers, unused",
        sentence="Then they are removed. Files and projects never are, so an image can be built again.",
    ),
    Limit(
        key="learner.idle_notice", value=DAY, unit="seconds", title="Notice before something unused is removed",
        sentence="The Images page says so for at least this long; using the image or the container keeps it.",
    ),
    Limit(
        key="learner.idle_pressed", value=DAY, unit="seconds", title="Guests' images, unused, when the disk is short",
        sentence="Below the engine's headroom they are removed after this time already, without notice before.",
    ),
    Limit(
        key="engine.headroom", value=2 * GIB, unit="bytes", title="Kept free on the engine's disk",
        sentence="With less, new builds and runs are refused while the build cache and unused images are removed. "
        "Saving files never is.",
    ),
    Limit(
        key="disk.headroom", value=GIB, unit="bytes", title="Kept free on the site's disk",
        sentence="With less, new builds and runs are refused. Saving files never is.",
    ),
    # --- package installs
    Limit(
        key="egress.bytes", value=GIB, unit="bytes", title="What a build fetches in all",
        sentence="Where package installs are allowed at all: the next thing a build asks for is refused.",
    ),
    Limit(
        key="egress.connection", value=512 * MIB, unit="bytes", title="What a build fetches through one connection",
        sentence="A larger file is refused, or cut off where its size was not told before.",
    ),
    Limit(
        key="egress.sent", value=4 * MIB, unit="bytes", title="What a build sends through one connection",
        sentence="Then the connection is cut: builds fetch, they do not upload.",
    ),
    Limit(
        key="egress.seconds", value=300, unit="seconds", title="Time of one connection",
        sentence="Then it is cut, and half a minute of silence has the same end.",
    ),
    Limit(
        key="egress.connections", value=16, unit="connections", title="Connections of a build at once",
        sentence="One more is refused until another has ended.",
    ),
    # --- rates
    Limit(
        key="rate.writes", value=240, unit="a minute", title="Changes of a learner",
        sentence="Saving, creating, starting and the like: more are refused until the minute is over.",
    ),
    Limit(
        key="rate.writes_address", value=2400, unit="a minute", title="Changes from one address",
        sentence="A class behind one address shares this.",
    ),
    Limit(
        key="rate.builds", value=60, unit="an hour", title="Builds of a learner",
        sentence="More are refused until the hour is over.",
    ),
    Limit(
        key="rate.builds_address", value=600, unit="an hour", title="Builds from one address",
        sentence="A class behind one address shares this.",
    ),
    Limit(
        key="rate.guests_address", value=60, unit="an hour", title="New guests from one address",
        sentence="Further guests wait, or sign in.",
    ),
)  # fmt: skip

LIMITS: Mapping[str, Limit] = {limit.key: limit for limit in _TABLE}


class BadOverride(ValueError):
    """An operator's override names no limit or is no possible value; the message is one sentence."""


def parse_overrides(text: str) -> dict[str, int]:
    """`build.seconds=300,run.memory=268435456` as a dictionary. Raises `BadOverride`."""
    overrides = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = part.partition("=")
        if key not in LIMITS:
            raise BadOverride(f"DRYDOCK_LIMITS names {key!r}, which is none of our limits.")
        if not (value.isascii() and value.isdecimal()):
            raise BadOverride(f"DRYDOCK_LIMITS says {part!r}; the value must be a whole number.")
        overrides[key] = int(value)
    return overrides


def limits(overrides: Mapping[str, int]) -> dict[str, Limit]:
    """The table with an operator's values. Raises `BadOverride`."""
    table = dict(LIMITS)
    for key, value in overrides.items():
        if key not in table:
            raise BadOverride(f"There is no limit named {key!r}; the limits are {', '.join(table)}.")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadOverride(f"The limit {key} has to be a whole number of at least 1, not {value!r}.")
        table[key] = replace(table[key], value=value)
    for least, most in (
        ("run.memory_least", "run.memory"), ("run.memory", "run.memory_most"), ("run.cpus", "run.cpus_most"),
    ):  # fmt: skip
        if table[least].value > table[most].value:
            raise BadOverride(f"The limit {least} ({table[least].text}) is over {most} ({table[most].text}).")
    return table
