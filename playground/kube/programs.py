"""Which programs a cluster runs, in the order of their turns.

A profile says whether there are controllers and what stands for the kubelets: LEARNER is a whole cluster, SCHEDULING
an API server and a scheduler alone. The order matters at one moment of time only: kubelets first, so that whatever
happens on many nodes at once is seen together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playground.kube.bootstrap import STORAGE_CLASS
from playground.kube.client.controller import Context, Settings
from playground.kube.client.informers import NAME as INFORMERS
from playground.kube.client.line import Watched
from playground.kube.controllers.registry import CONTROLLERS, Factory
from playground.kube.kubelet.kubelets import Kubelets
from playground.kube.loop import Actor
from playground.kube.runtime.default import DefaultRuntime
from playground.kube.scheduler import Config, Scheduler
from playground.kube.scheduler.scheduler import NAME as SCHEDULER
from playground.kube.traffic import kube_proxy

NO_CONTROLLERS: Final[Mapping[str, Factory]] = {}


@dataclass(frozen=True, slots=True)
class Profile:
    """What runs. *machines*: the programs of the nodes, by name, which take their turns before all others."""

    name: str
    controllers: Mapping[str, Factory] = field(default_factory=lambda: NO_CONTROLLERS)
    machines: Mapping[str, Factory] = field(default_factory=lambda: NO_CONTROLLERS)
    settings: Settings = field(default_factory=Settings)
    objects: tuple[Mapping[str, Any], ...] = ()  # made when the cluster starts, after those of every API server

    @property
    def programs(self) -> frozenset[str]:
        """The names of the programs that run beside the API server and the scheduler."""
        return frozenset({*self.machines, *self.controllers})


SCHEDULING: Final = Profile("scheduling")
MACHINES: Final[Mapping[str, Factory]] = {
    "kubelet": lambda context: Kubelets(context, DefaultRuntime()),
    "kube-proxy": kube_proxy,
}
LEARNER: Final = Profile("learner", CONTROLLERS, MACHINES, objects=(STORAGE_CLASS,))
PROFILES: Final[Mapping[str, Profile]] = {profile.name: profile for profile in (SCHEDULING, LEARNER)}


def factories(profile: Profile, context: Context, config: Config) -> dict[str, Callable[[], Actor]]:
    """Return what makes each program, in the order of their turns."""
    clock, names, informers = context.clock, context.names, context.informers
    api = Watched(context.api, context.line)
    return {
        INFORMERS: lambda: informers,
        **_made(profile.machines, context),
        SCHEDULER: lambda: Scheduler(api, clock, names, config),
        **_made(profile.controllers, context),
    }


def _made(programs: Mapping[str, Factory], context: Context) -> dict[str, Callable[[], Actor]]:
    return {name: lambda make=make: make(context) for name, make in programs.items()}  # type: ignore[misc]
