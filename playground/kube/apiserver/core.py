"""What every verb works with: the store, the clock, the names; and the reading and refusing they share.

It holds no state of its own, so a cluster is copied by copying these three.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playground.kube import errors
from playground.kube.apiserver.event_correlation import Correlator
from playground.kube.clock import Clock
from playground.kube.errors import ApiError
from playground.kube.names import Names
from playground.kube.objects import kinds
from playground.kube.objects.frozen import Map, Object
from playground.kube.objects.kinds import Resource
from playground.kube.objects.meta import Key
from playground.kube.runtime.heartbeats import Heartbeats
from playground.kube.runtime.pods import MetricsSource, Pods
from playground.kube.store import Store

CHANGED = "the object has been modified; please apply your changes to the latest version and try again"


@dataclass(frozen=True, slots=True)
class LogOptions:
    """Which part of a container's output is wanted. *since*: seconds since 1970; *tail*: lines; *limit*: bytes."""

    previous: bool = False
    timestamps: bool = False
    since: float | None = None
    tail: int | None = None
    limit: int | None = None


class Streams:
    """What only nodes can answer. *logs*: (namespace, pod, container, LogOptions) to the text; None without kubelets.

    *pods*: the kubelets' containers; *metrics*: what metrics-server serves. None where they do not run. *loads*: what
    clients send to Services, which goes on while kube-proxy is down.
    """

    def __init__(self) -> None:
        self.logs: Callable[[str, str, str, LogOptions], str] | None = None
        self.pods: Pods | None = None
        self.metrics: MetricsSource | None = None
        self.loads: dict[Key, Any] = {}


@dataclass(frozen=True, slots=True)
class Core:
    """The three things a server is made of; and what it is told of the cluster around it.

    *programs*: the names of the programs that run, since some plugins stand in for those that do not.
    *heartbeats*: when nodes beat, which is never written down. *events*: what was said of late (event_correlation.py).
    """

    store: Store
    clock: Clock
    names: Names
    programs: frozenset[str] = frozenset()
    heartbeats: Heartbeats = field(default_factory=Heartbeats)
    streams: Streams = field(default_factory=Streams)
    events: Correlator = field(default_factory=Correlator)


def key_of(resource: Resource, name: str, namespace: str) -> Key:
    """Return where an object is stored; what belongs to the cluster has no namespace."""
    return (namespace if resource.namespaced else "", name)


def existing(core: Core, resource: Resource, name: str, namespace: str) -> Map:
    """Return a stored object; raises ApiError NotFound."""
    found = core.store.get(resource.qualified, key_of(resource, name, namespace))
    if found is None:
        raise errors.not_found(resource.qualified, name)
    return found


def modified(resource: Resource, name: str) -> ApiError:
    """Return the refusal of a write that is based on an old version."""
    return errors.conflict(resource.qualified, name, CHANGED)


def resource_of(obj: Object) -> Resource:
    """Return the resource of an object by its apiVersion and kind; raises ApiError NotFound for one not served."""
    found = kinds.by_kind(str(obj.get("apiVersion") or ""), str(obj.get("kind") or ""))
    if found is None or not found.plural:
        raise errors.unknown_resource()
    return found


def named(word: str | Resource) -> Resource:
    """Return the resource of a word: "pods", "deployments.apps", "deploy"; raises ApiError NotFound."""
    if isinstance(word, Resource):
        return word
    found = kinds.find(word)
    if found is None:
        raise errors.unknown_resource()
    return found
