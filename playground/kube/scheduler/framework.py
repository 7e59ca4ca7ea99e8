"""The words of the scheduling framework: Status, CycleState and what each kind of plugin must offer.

A plugin works on all nodes at once: it answers with one whole number for every row of the table. What runs the plugins
is in profile.py and cycle.py; the rules themselves are in plugins/. After pkg/scheduler/framework/interface.go.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Final, Protocol, TypeGuard, runtime_checkable

from playground.kube.scheduler.events import Event, Hint
from playground.kube.scheduler.pods import Pod, Shape
from playground.kube.scheduler.table import IntArray, Rows, Table

MAX_NODE_SCORE: Final = 100


class Code(StrEnum):
    """What a refusal means to whoever called the plugin."""

    SUCCESS = "Success"
    ERROR = "Error"  # a fault: the pod is tried again after back-off
    UNSCHEDULABLE = "Unschedulable"  # refused; preemption may help
    UNRESOLVABLE = "UnschedulableAndUnresolvable"  # refused; removing pods from the node cannot help


@dataclass(frozen=True, slots=True)
class Status:
    """A refusal, with all of its reasons; None stands for success."""

    code: Code
    reasons: tuple[str, ...]
    plugin: str = ""

    @property
    def message(self) -> str:
        """The reasons as the scheduler joins them."""
        return ", ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class PreFilterResult:
    """What PreFilter found: a refusal on every node, or the only nodes worth a look (None: all of them)."""

    status: Status | None = None
    nodes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node on which preemption would help. Victims are listed most important first."""

    node: str
    victims: tuple[Pod, ...]
    pdb_violations: int


@dataclass(frozen=True, slots=True)
class PostFilterResult:
    """What PostFilter found: the chosen candidate, or the words to add to the pod's message.

    `status.code` is SUCCESS when `chosen` is set. `clear_nomination`: the pod's nominatedNodeName is to be emptied.
    """

    status: Status
    chosen: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    clear_nomination: bool = True


class Runner(Protocol):
    """What a PostFilter plugin may ask about the pod under way."""

    def check(self, row: int) -> Status | None:
        """Run every filter for the pod on one row of the table as it is now, nominated pods included; None: it fits."""


@dataclass(slots=True)
class CycleState:
    """One scheduling cycle: the pod, its filters, and why each row refused it (rows without an entry passed)."""

    pod: Pod
    table: Table
    runner: Runner
    failed: Mapping[str, Status] = field(default_factory=dict)
    absent: Status | None = None  # what nodes outside `failed` share, when a PreFilter plugin ruled them out
    prefiltered: bool = True  # whether every PreFilter plugin ran: false when one refused the pod


class Objects(Protocol):
    """Other objects, as the scheduler's watches know them. `version` grows when a spec or label among them changes."""

    version: int

    def list(self, resource: str, namespace: str | None = None) -> list[Mapping[str, Any]]:
        """All objects of a resource ("services", "poddisruptionbudgets.policy"), by namespace and name."""

    def get(self, resource: str, namespace: str, name: str) -> Mapping[str, Any] | None:
        """One object, or None."""


@dataclass(frozen=True, slots=True)
class Handle:
    """What every plugin may read: the table of nodes and pods, other objects, and where a random start comes from."""

    table: Table
    objects: Objects
    below: Any = None  # Callable[[int], int]: an injected random number below n; None gives 0


class Plugin(Protocol):
    """Anything in the registry. `name` is the name in a KubeSchedulerConfiguration."""

    name: str


@runtime_checkable
class PreEnqueue(Protocol):
    """Says whether a pod may enter the active queue at all."""

    name: str

    def pre_enqueue(self, pod: Pod) -> Status | None: ...


@runtime_checkable
class QueueSort(Protocol):
    """Gives the key by which the active queue is ordered, smallest first; the time of queueing breaks ties."""

    name: str

    def sort_key(self, pod: Pod) -> int: ...


@runtime_checkable
class PreFilter(Protocol):
    """Looks at the pod before any node."""

    name: str

    def pre_filter(self, pod: Pod) -> PreFilterResult | None: ...


class Reads(IntEnum):
    """What the answer for a row depends on, beside the pod's want: when it has to be worked out again."""

    NODE = 0  # the node object
    PODS = 1  # and the pods on that node
    CLUSTER = 2  # any node object
    BOTH = 3  # any node object, and the pods on that node


@runtime_checkable
class RowFilter(Protocol):
    """A rule about one node at a time: its verdict depends on the pod's want and the row alone, so it is cached.

    `filter_want`: the hashable part of the pod that the rule reads; None: nothing to check (Skip).
    `filter_rows`: one verdict for each of `rows` (any subset, any order): 0 passes, other numbers mean what
    `explain` says. `reads`: what else the verdict depends on.
    """

    name: str
    reads: Reads

    def filter_want(self, shape: Shape) -> Hashable | None: ...
    def filter_rows(self, want: Any, rows: Rows) -> IntArray: ...
    def explain(self, want: Any, verdict: int) -> Status: ...


@runtime_checkable
class SetFilter(Protocol):
    """A rule about the whole cluster: verdicts for all rows at once, shape (len(table),), or None for Skip.

    It is asked anew for every pod and keeps its own counts; the array is read at once and may be reused by the plugin.
    """

    name: str

    def filter_want(self, shape: Shape) -> Hashable | None: ...
    def filter_all(self, want: Any) -> IntArray | None: ...
    def explain(self, want: Any, verdict: int) -> Status: ...


@runtime_checkable
class SingleRow(Protocol):
    """A SetFilter that can also judge one row faster than all: the same verdict as filter_all(want)[row]."""

    def filter_row(self, want: Any, row: int) -> int: ...


@runtime_checkable
class RowScore(Protocol):
    """A raw score that depends on the pod's want and one row alone; cached like RowFilter. None as want: Skip."""

    name: str
    reads: Reads

    def score_want(self, shape: Shape) -> Hashable | None: ...
    def score_rows(self, want: Any, rows: Rows) -> IntArray: ...


@runtime_checkable
class SetScore(Protocol):
    """A raw score over the feasible rows together (in the order in which they are scored); None for Skip."""

    name: str

    def score_want(self, shape: Shape) -> Hashable | None: ...
    def score_set(self, want: Any, rows: Rows) -> IntArray | None: ...


@runtime_checkable
class Normalizes(Protocol):
    """Brings raw scores of the feasible rows to 0..100; a Score plugin without it scores 0..100 at once."""

    def normalize(self, want: Any, raw: IntArray, rows: Rows) -> IntArray: ...


@runtime_checkable
class PostFilter(Protocol):
    """Called when no node passed: may make room."""

    name: str

    def post_filter(self, cycle: CycleState) -> PostFilterResult: ...


@dataclass(frozen=True, slots=True)
class BindingNeeds:
    """What has to happen before a pod may be bound: objects to write now, and whether that is all (`ready`)."""

    writes: tuple[Mapping[str, Any], ...] = ()
    ready: bool = True


@runtime_checkable
class Binds(Protocol):
    """Reserve and PreBind together. Asked again whenever a volume or claim changed, until it is ready."""

    name: str

    def pre_bind(self, pod: Pod, node: str) -> BindingNeeds: ...


@runtime_checkable
class Enqueues(Protocol):
    """Queueing hints: after which events a pod this plugin refused is worth another try (EventsToRegister)."""

    name: str

    def events(self) -> tuple[tuple[Event, Hint], ...]: ...


# What a plugin can do, asked for every new shape: isinstance looks up every member of a Protocol anew, 20 us each time.


def is_row_filter(plugin: RowFilter | SetFilter) -> TypeGuard[RowFilter]:
    """Whether it judges row by row."""
    return hasattr(plugin, "filter_rows")


def is_set_filter(plugin: RowFilter | SetFilter) -> TypeGuard[SetFilter]:
    """Whether it judges all rows together."""
    return hasattr(plugin, "filter_all")


def judges_one(plugin: RowFilter | SetFilter) -> TypeGuard[SingleRow]:
    """Whether it judges all rows together, and one alone as well."""
    return hasattr(plugin, "filter_row")


def is_row_score(plugin: RowScore | SetScore) -> TypeGuard[RowScore]:
    """Whether it scores row by row."""
    return hasattr(plugin, "score_rows")


def is_set_score(plugin: RowScore | SetScore) -> TypeGuard[SetScore]:
    """Whether it scores the feasible rows together."""
    return hasattr(plugin, "score_set")


def normalizer(plugin: RowScore | SetScore) -> Callable[[Any, IntArray, Rows], IntArray] | None:
    """How its raw scores come to 0..100; None where they are that already."""
    return getattr(plugin, "normalize", None)
