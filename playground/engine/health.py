"""What the engine in use must hold, rule by rule, for /health/. Pure: the rules stand here, `canary` tries each of them
on the engine, and what has not been tried says so. Nothing is inferred from how an engine is configured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["enforced", "not enforced", "cannot be had here", "not tried yet"]
Group = Literal["A RUN step of a build", "A container", "Networks", "Learners among themselves"]
GROUPS: tuple[Group, ...] = ("A RUN step of a build", "A container", "Networks", "Learners among themselves")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that has to hold. *otherwise*: what follows where it does not.

    *essential*: why strangers must not be let in without it ('': they may).
    """

    key: str
    group: Group
    title: str
    otherwise: str
    essential: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of trying one rule: *sentence* says what was tried and what happened, with numbers."""

    key: str
    state: State
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the page: a rule with its result."""

    key: str
    group: Group
    title: str
    state: State
    sentence: str
    otherwise: str
    essential: bool


def lines(results: Mapping[str, Result], *, untried: str) -> tuple[Line, ...]:
    """Every rule in order; *untried* is the sentence for those without a result."""
    told = ((rule, results.get(rule.key)) for rule in RULES)
    return tuple(
        Line(
            key=rule.key,
            group=rule.group,
            title=rule.title,
            state=result.state if result else "not tried yet",
            sentence=result.sentence if result else untried,
            otherwise=rule.otherwise,
            essential=bool(rule.essential),
        )
        for rule, result in told
    )


def missing(found: Iterable[Line]) -> Sequence[Line]:
    """The essential lines that are not enforced; with DRYDOCK_REQUIRE_HARDENED=1 nothing is built or run meanwhile."""
    return [line for line in found if line.essential and line.state != "enforced"]


_STEP: Group = "A RUN step of a build"
_CONTAINER: Group = "A container"
_NETWORKS: Group = "Networks"
_LEARNERS: Group = "Learners among themselves"

RULES: tuple[Rule, ...] = (
    Rule(
        key="build.memory", group=_STEP, title="Memory",
        otherwise="One step can take all of the machine's memory.",
        essential="Without it one line of a Dockerfile makes the machine kill other people's processes.",
    ),
    Rule(
        key="build.processes", group=_STEP, title="Processes",
        otherwise="A fork bomb can take every process number of the machine.",
        essential="Without it a fork bomb stops the machine.",
    ),
    Rule(
        key="build.cpus", group=_STEP, title="CPU",
        otherwise="A busy step slows down everything else. It takes nothing that does not come back, so this line is "
        "not essential.",
    ),
    Rule(
        key="build.disk", group=_STEP, title="Disk space",
        otherwise="One step can fill the engine's disk; an image that is too large is only removed after its build.",
        essential="Without it one step fills the disk, and then nobody's build works.",
    ),
    Rule(
        key="build.layer", group=_STEP, title="Disk space of what COPY and ADD unpack",
        otherwise="A small archive that unpacks to something huge fills the engine's disk.",
        essential="Without it an archive of a megabyte fills the disk: the engine unpacks it outside any step.",
    ),
    Rule(
        key="build.network", group=_STEP, title="No network",
        otherwise="A step can talk to the outside or to services of the machine.",
        essential="Without it strangers use your network under your address.",
    ),
    Rule(
        key="build.privileges", group=_STEP, title="Few privileges",
        otherwise="A step can make device files, raw packets or gain privileges by a set-user-id program.",
        essential="Without it a step has more of the kernel to attack.",
    ),
    Rule(
        key="build.users", group=_STEP, title="Root in a step is nobody outside",
        otherwise="Root in a step is the machine's root, held back by capabilities and seccomp alone.",
        essential="Without it whoever breaks out of a step is root of the machine.",
    ),
    Rule(
        key="build.time", group=_STEP, title="Can be stopped at any time",
        otherwise="A step that ignores signals goes on after its time is over.",
        essential="Without it no limit of time holds.",
    ),
    Rule(
        key="run.memory", group=_CONTAINER, title="Memory",
        otherwise="One container can take all of the machine's memory.",
        essential="Without it a container makes the machine kill other people's processes.",
    ),
    Rule(
        key="run.processes", group=_CONTAINER, title="Processes",
        otherwise="A fork bomb can take every process number of the machine.",
        essential="Without it a fork bomb stops the machine.",
    ),
    Rule(
        key="run.cpus", group=_CONTAINER, title="CPU",
        otherwise="A busy container slows down everything else. It takes nothing that does not come back, so this line "
        "is not essential.",
    ),
    Rule(
        key="run.disk", group=_CONTAINER, title="Disk space",
        otherwise="A container can fill the engine's disk.",
        essential="Without it one container fills the disk, and then nobody's build works.",
    ),
    Rule(
        key="run.privileges", group=_CONTAINER, title="Few privileges",
        otherwise="A container can make device files, raw packets or gain privileges by a set-user-id program.",
        essential="Without it a container has more of the kernel to attack.",
    ),
    Rule(
        key="run.users", group=_CONTAINER, title="Root in a container is nobody outside",
        otherwise="Root in a container is the machine's root, held back by capabilities and seccomp alone.",
        essential="Without it whoever breaks out of a container is root of the machine.",
    ),
    Rule(
        key="run.time", group=_CONTAINER, title="Can be stopped at any time",
        otherwise="A container that ignores signals goes on after its time is over.",
        essential="Without it no limit of time holds.",
    ),
    Rule(
        key="run.network", group=_NETWORKS, title="No way out of a learner's network",
        otherwise="A container can talk to the outside, or to the address where clouds keep a machine's credentials.",
        essential="Without it strangers use your network under your address.",
    ),
    Rule(
        key="run.gateway", group=_NETWORKS, title="The machine's services, seen from a learner's network",
        otherwise="A service that listens on all addresses beside the engine can be reached at the network's gateway "
        "address: bind such services to 127.0.0.1.",
        essential="Without it a container talks to services that were meant for the machine alone.",
    ),
    Rule(
        key="build.add", group=_NETWORKS, title="What the engine itself fetches for ADD",
        otherwise="The engine fetches ADD's addresses in its own network, which has the machine's loopback in it. "
        "Drydock refuses such a line before it builds, and nothing behind that would stop it.",
        essential="Without it the engine can be made to ask services that were meant for the machine alone.",
    ),
    Rule(
        key="learners.network", group=_LEARNERS, title="Another learner's network",
        otherwise="A learner's container can talk to another learner's containers.",
        essential="Without it learners can attack each other.",
    ),
    Rule(
        key="learners.cache", group=_LEARNERS, title="Another learner's cache mounts",
        otherwise="A step can read and change what another learner's RUN --mount=type=cache keeps.",
        essential="Without it learners can read and poison each other's builds.",
    ),
    Rule(
        key="learners.images", group=_LEARNERS, title="Another learner's images",
        otherwise="A build can start from another learner's image, or copy files out of it.",
        essential="Without it learners can read each other's files.",
    ),
)  # fmt: skip
