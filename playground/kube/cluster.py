"""A working cluster: clock, names, store, API server, scheduler and loop put together, and what a person does to it.

A person's writes go through the API server like everybody's; each is a command with a number that its changes carry.
No rule of Kubernetes lives here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from playground.kube import bootstrap, manifests, snapshot
from playground.kube.apiserver import ApiServer, DeleteOptions, Options
from playground.kube.apiserver.core import Core
from playground.kube.apply import Applied, apply
from playground.kube.client.controller import Context
from playground.kube.client.informers import NAME as INFORMERS
from playground.kube.client.informers import Informers
from playground.kube.client.line import Watched
from playground.kube.client.surroundings import Surroundings
from playground.kube.clock import START, Clock
from playground.kube.errors import unknown_resource
from playground.kube.explain import Explanation, explain
from playground.kube.faults import Faults
from playground.kube.loop import Loop
from playground.kube.names import Names
from playground.kube.narration import Sentence, narrate
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.kinds import Resource, find
from playground.kube.programs import LEARNER, PROFILES, Profile, factories
from playground.kube.rest import Call, Reply, handle
from playground.kube.scheduler import Scheduler
from playground.kube.scheduler import config as scheduling
from playground.kube.scheduler.scheduler import NAME as SCHEDULER
from playground.kube.store import By, Change, Store
from playground.kube.traffic import NAME as KUBE_PROXY
from playground.kube.traffic import Traffic
from playground.kube.traffic.load import Load

Json = dict[str, Any]
Maps = list[Map]
Changes = list[Change]
Sentences = list[Sentence]

PATIENCE = 60.0  # seconds: longer than any back-off of the scheduler, shorter than its flush of leftovers (300 s)
LIMIT = 3600.0  # seconds of cluster time after which waiting for quiet is given up
PERSON = "kubectl"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a cluster is put together from. *actors*: their states, None for new ones; *world*: that of the machines,
    the heartbeats, the line of the watchers, the loads on Services, and the faults done.
    """

    clock: Clock
    names: Names
    store: Store
    config: Mapping[str, Any] | None = None
    command: int = 0
    actors: Json | None = None
    world: Json | None = None


class Cluster:
    """A simulated Kubernetes on a virtual clock. The same seed and the same calls give the same log, byte for byte."""

    def __init__(
        self,
        seed: int = 0,
        start: float = START,
        config: Mapping[str, Any] | None = None,
        *,
        profile: Profile = LEARNER,
        parts: Parts | None = None,
    ) -> None:
        """Start a new cluster, or (with *parts*) go on with one.

        *start*: seconds since 1970. *config*: a KubeSchedulerConfiguration as its YAML reads; raises ConfigError.
        *profile*: which programs run; a whole cluster unless another is given.
        """
        clock = Clock(start)
        use = parts or Parts(clock, Names(seed), Store(clock), config)
        self.clock, self.names = use.clock, use.names
        self._store, self._config, self._command = use.store, use.config, use.command
        self.profile = profile
        self.surroundings = around = Surroundings.restored(use.world)
        core = Core(use.store, use.clock, use.names, profile.programs, around.heartbeats)
        if use.world:
            core.events.restore(use.world["events"])
        self.api = ApiServer(use.store, use.clock, use.names, core)
        heard = use.actors["actors"][INFORMERS]["revision"] if use.actors else None
        self.informers = Informers(Watched(self.api, around.line), heard)
        parsed = scheduling.read(use.config) if use.config else scheduling.default()
        context = Context(
            self.api, use.clock, use.names, self.informers, profile.settings,
            around.machines, around.heartbeats, around.line,
        )  # fmt: skip
        self._loop = Loop(use.clock, factories(profile, context, parsed), lambda: use.store.revision)
        self.faults = Faults(context, self._loop, self._number, use.world["faults"] if use.world else ())
        if use.actors is not None:
            self._loop.restore(use.actors)
        if use.world:  # after the programs: one that starts would look anew at what becomes of them
            core.streams.loads.update((load.key, load) for load in map(Load.of, use.world["loads"]))
        if parts is None:
            for obj in (*bootstrap.SYSTEM_OBJECTS, *profile.objects):
                self.api.create(obj, by=By(bootstrap.ACTOR))
            self._loop.settle()  # the programs have listed what there is, and watch from here

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler: its recent decisions, and `decide` for a dry one."""
        return cast("Scheduler", self._loop.actors[SCHEDULER])

    @property
    def traffic(self) -> Traffic:
        """Reports about loads on Services, single requests, names. Raises KeyError in a profile without kube-proxy."""
        return cast("Traffic", self._loop.actors[KUBE_PROXY])

    @property
    def revision(self) -> int:
        """The newest revision."""
        return self._store.revision

    # What a person does. Each raises ApiError where the API server refuses.

    def apply(
        self, what: str | Object | Iterable[Object], *, namespace: str = "default", actor: str = PERSON
    ) -> list[Applied]:
        """Create or change the objects of a YAML or JSON text, of one object or of several, as `kubectl apply` does.

        *namespace* is for objects that name none. Stops at the first that is refused (ApiError) or cannot be read
        (ManifestError).
        """
        objects = _objects(what)
        by = self._by(actor)
        return [apply(self.api, obj, namespace, by) for obj in objects]

    def get(self, kind: str, name: str, *, namespace: str = "default") -> Map:
        """One object. *kind* is a word as kubectl takes it: "pods", "po", "Deployment"."""
        resource = _resource(kind)
        return self.api.get(resource.qualified, name, _place(resource, namespace)).object

    def list(self, kind: str, *, namespace: str | None = None, labels: str = "", fields: str = "") -> Maps:
        """All objects of a kind by namespace and name; *labels* and *fields* are selectors as kubectl takes them."""
        qualified = _resource(kind).qualified
        answer = self.api.list(qualified, namespace=namespace, label_selector=labels, field_selector=fields)
        return cast("Maps", answer["items"])

    def delete(self, kind: str, name: str, *, namespace: str = "default", grace: int | None = None) -> Map:
        """Delete an object as kubectl does, dependents in the background; *grace* in seconds, 0 for at once.

        A bound pod with grace stays until a kubelet is done.
        """
        resource = _resource(kind)
        options = DeleteOptions(grace=grace, propagation="Background")
        place = _place(resource, namespace)
        return self.api.delete(resource.qualified, name, place, by=self._by(PERSON), options=options).object

    def patch(
        self,
        kind: str,
        name: str,
        body: Any,
        *,
        namespace: str = "default",
        how: str = "strategic",
        subresource: str = "",
    ) -> Map:
        """Send a patch; *how*: strategic, merge, json or apply."""
        resource = _resource(kind)
        return self.api.patch(
            resource.qualified,
            name,
            _place(resource, namespace),
            body,
            type=how,
            subresource=subresource,
            by=self._by(PERSON),
            options=Options(field_validation="Strict", field_manager="kubectl-patch"),
        ).object

    def evict(self, name: str, *, namespace: str = "default") -> None:
        """Ask for a pod's eviction; refused with 429 where a disruption budget forbids it."""
        self.api.evict(namespace, name, by=self._by(PERSON), options=DeleteOptions())

    def load(self, service: str, requests: float, *, namespace: str = "default", clients: int = 100) -> None:
        """Send a Service so many requests a second from now on; 0 ends that. What becomes of them: `traffic.report`."""
        self.traffic.set_load(namespace, service, requests, clients=clients, by=self._by(PERSON))

    def explain(self, pod: str, *, namespace: str = "default") -> Explanation:
        """Why a pod is where it is or what it waits for, in sentences, and the smallest change that would place it."""
        found = self.get("pods", pod, namespace=namespace)
        return explain(found, store=self._store, scheduler=self.scheduler, clock=self.clock)

    def handle(self, call: Call, *, actor: str = PERSON) -> Reply:
        """Answer a request of the wire; what is refused is a Reply too, with a Status as its body."""
        return handle(self.api, call, By(actor) if call.method == "GET" else self._by(actor))

    # How time passes. Each raises ActorFault where an actor broke down; calling again goes on.

    def advance(self, seconds: float) -> None:
        """Let everything happen that is due within *seconds*; the clock then stands there. 0: all that is due now."""
        self._loop.run_to(self.clock.now + seconds)

    def run_until_quiet(self, *, patience: float = PATIENCE, limit: float = LIMIT) -> bool:
        """Run until nothing is due for *patience* seconds, at most *limit* seconds; answers whether it became quiet."""
        return self._loop.run_until_quiet(patience=patience, limit=limit)

    def step(self) -> bool:
        """One turn of one actor; time passes first if nobody has anything to do now. False: nothing to do."""
        return self._loop.step(limit=LIMIT)

    def next_at(self) -> float | None:
        """When something is due next, in seconds since 1970; None when nothing ever happens by itself."""
        return self._loop.next_at()

    # What happened, and going back to it.

    def changes_since(self, revision: int) -> Changes:
        """Every change after a revision. Raises store.Compacted if some are forgotten."""
        return self._store.changes(revision)

    def narrate(self, after: int) -> Sentences:
        """One plain sentence for every change after a revision. Raises store.Compacted if some are forgotten."""
        return narrate(self.api, after)

    def compact(self, revision: int) -> None:
        """Forget the changes up to a revision; watchers and readers from before it are told that they are gone."""
        self._store.compact(revision)

    def snapshot(self) -> Json:
        """The whole simulator as JSON (see snapshot.py)."""
        parts = {
            "clock": self.clock.now,
            "names": self.names.state(),
            "store": self._store.state(),
            "actors": self._loop.state(),
            "world": self._world(),
            "command": self._command,
            "config": self._config,
            "profile": self.profile.name,
        }
        return snapshot.wrap(parts)

    @classmethod
    def restore(cls, saved: Mapping[str, Any], profile: Profile | None = None) -> Self:
        """The cluster of a snapshot; it goes on exactly as the one that was saved. Raises BadSnapshot.

        *profile* is needed only where the saved one's is none of PROFILES.
        """
        found = snapshot.unwrap(saved)
        profile = profile or PROFILES.get(found["profile"])
        if profile is None:
            raise snapshot.BadSnapshot(f"the snapshot is of the unknown profile {found['profile']}")
        clock = Clock(found["clock"])
        store = Store(clock)
        store.restore(found["store"])
        names = _names(found["names"])
        parts = Parts(clock, names, store, found["config"], found["command"], found["actors"], found["world"])
        return cls(profile=profile, parts=parts)

    def fork(self) -> Self:
        """A second cluster that starts where this one stands and goes its own way. They share all objects."""
        clock = Clock(self.clock.now)
        store, names = self._store.fork_on(clock), _names(self.names.state())
        parts = Parts(clock, names, store, self._config, self._command, self._loop.state(), self._world())
        return type(self)(profile=self.profile, parts=parts)

    def _by(self, actor: str) -> By:
        """Who writes, under the next command's number."""
        return By(actor, command=self._number())

    def _number(self) -> int:
        """The number of the next command."""
        self._command += 1
        return self._command

    def _world(self) -> Json:
        """The state of what is outside of the cluster's programs."""
        core = self.api.core
        loads = [load.state() for load in core.streams.loads.values()]
        return {
            **self.surroundings.state(),
            "faults": self.faults.state(),
            "events": core.events.state(),
            "loads": loads,
        }


def _objects(what: str | Object | Iterable[Object]) -> Iterable[Object]:
    """The objects of whatever apply was given."""
    if isinstance(what, str):
        return [manifest.object for manifest in manifests.read(what)]
    return [what] if isinstance(what, Mapping) else what


def _names(state: int) -> Names:
    """A generator that goes on where another stood."""
    names = Names()
    names.restore(state)
    return names


def _resource(word: str) -> Resource:
    """The resource a word names; refused as an unknown path is."""
    resource = find(word)
    if resource is None:
        raise unknown_resource()
    return resource


def _place(resource: Resource, namespace: str) -> str | None:
    """The namespace, for kinds that live in one."""
    return namespace if resource.namespaced else None
