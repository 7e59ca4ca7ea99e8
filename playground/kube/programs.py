"""Which programs a cluster runs, in the order of their turns.

A profile says whether there are controllers and what stands for the kubelets: LEARNER is a whole cluster, SCHEDULING
an API server and a scheduler alone. The order matters at one moment of time only: kubelets first, so that whatever
happens on many nodes at once is seen together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from playground.kube.client.controller import Context, Settings
from playground.kube.client.informers import NAME as INFORMERS
from playground.kube.controllers.registry import CONTROLLERS, Factory
from playground.kube.loop import Actor
from playground.kube.scheduler import Config, Scheduler
from playground.kube.scheduler.scheduler import NAME as SCHEDULER

NO_CONTROLLERS: Final[Mapping[str, Factory]] = {}


@dataclass(frozen=True, slots=True)
class Profile:
    """What runs. *machines*: the programs of the nodes, by name, which take their turns before all others."""

    name: str
    controllers: Mapping[str, Factory] = field(default_factory=lambda: NO_CONTROLLERS)
    machines: Mapping[str, Factory] = field(default_factory=lambda: NO_CONTROLLERS)
    settings: Settings = field(default_factory=Settings)


SCHEDULING: Final = Profile("scheduling")
LEARNER: Final = Profile("learner", CONTROLLERS)
PROFILES: Final[Mapping[str, Profile]] = {profile.name: profile for profile in (SCHEDULING, LEARNER)}


def factories(profile: Profile, context: Context, config: Config) -> dict[str, Callable[[], Actor]]:
    """Return what makes each program, in the order of their turns."""
    api, clock, names, informers = context.api, context.clock, context.names, context.informers
    return {
        INFORMERS: lambda: informers,
        **_made(profile.machines, context),
        SCHEDULER: lambda: Scheduler(api, clock, names, config),
        **_made(profile.controllers, context),
    }


def _made(programs: Mapping[str, Factory], context: Context) -> dict[str, Callable[[], Actor]]:
    return {name: lambda make=make: make(context) for name, make in programs.items()}  # type: ignore[misc]
