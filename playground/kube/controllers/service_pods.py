"""Which pods each Service selects, kept up to date change by change, and which changes of a pod its endpoints show.

After k8s.io/endpointslice/util (controller_utils.go, trigger_time_tracker.go). It follows from the caches, but for the
times that were last seen, which are saved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, Generic, TypeVar

from playground.kube.client import pods
from playground.kube.client.informers import Cache
from playground.kube.client.pods import is_over
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, EMPTY_LIST, Map, Object
from playground.kube.objects.meta import Key
from playground.kube.store import Change

TRIGGER_TIME: Final = "endpoints.kubernetes.io/last-change-trigger-time"
HEADLESS: Final = "service.kubernetes.io/headless"
Keys = list[Key]
Maps = list[Map]
T = TypeVar("T")


class PerPod(Generic[T]):
    """What is worked out of each pod of a Service, and not again until the pod or the Service changes."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Map, dict[str, tuple[Map, T]]]] = {}

    def of(self, key: Hashable, service: Map, members: Iterable[Map], make: Callable[[Map], T]) -> list[T]:
        """Return what *make* gives for each pod."""
        known = self._known.get(key)
        before = known[1] if known is not None and known[0] is service else {}
        after: dict[str, tuple[Map, T]] = {}
        for pod in members:
            name = pod["metadata"]["name"]
            entry = before.get(name)
            after[name] = entry if entry is not None and entry[0] is pod else (pod, make(pod))
        self._known[key] = (service, after)
        return [entry[1] for entry in after.values()]

    def forget(self, key: Hashable) -> None:
        """Forget what was worked out for a Service."""
        self._known.pop(key, None)


class ServicePods:
    """The selectors of all Services and the names of the pods that they select."""

    def __init__(self, cache: Cache) -> None:
        self._pods = cache
        self._selectors: dict[str, dict[str, Mapping[str, str]]] = {}  # namespace -> service -> selector
        self._members: dict[Key, set[str]] = {}
        self._ordered: dict[Key, list[str]] = {}

    def service_changed(self, change: Change) -> None:
        """Take in a Service that came, changed or went."""
        namespace, name = change.key
        self._ordered.pop(change.key, None)
        selectors = self._selectors.setdefault(namespace, {})
        selector = (change.object.get("spec") or EMPTY).get("selector")
        if change.type == "DELETED" or not selector:
            selectors.pop(name, None)
            self._members.pop(change.key, None)
        elif selectors.get(name) != selector:
            selectors[name] = selector
            self._selectors[namespace] = dict(sorted(selectors.items()))
            found = (pod for pod in self._pods.list(namespace) if _matches(selector, meta.labels(pod)))
            self._members[change.key] = {meta.name(pod) for pod in found}

    def pod_changed(self, change: Change) -> Keys:
        """Take in a pod's change; return the Services whose endpoints it may change (GetServicesToUpdate)."""
        namespace, name = change.key
        selectors = self._selectors.get(namespace)
        if not selectors:
            return []
        if change.type == "MODIFIED" and change.previous is not None and not _moved(change.previous, change.object):
            shown = [service for service in selectors if name in self._members[namespace, service]]
            if not shown or not _shows(change.previous, change.object):
                return []
            return [(namespace, service) for service in shown]
        labels = meta.labels(change.object) if change.type != "DELETED" else None
        return [
            (namespace, service)
            for service, selector in selectors.items()
            if self._place(name, (namespace, service), labels is not None and _matches(selector, labels))
        ]

    def _place(self, name: str, service: Key, now: bool) -> bool:
        """Put a pod among a Service's or not; tell whether it is or was there."""
        members = self._members[service]
        was = name in members
        if was != now:
            (members.add if now else members.discard)(name)
            self._ordered.pop(service, None)
        return was or now

    def selecting(self, pod: Object) -> Keys:
        """Return the Services that select a pod."""
        namespace, name = meta.key(pod)
        services = self._selectors.get(namespace, {})
        return [(namespace, service) for service in services if name in self._members[namespace, service]]

    def of(self, service: Key) -> Maps:
        """Return the pods that a Service selects, by name."""
        names = self._ordered.get(service)
        if names is None:
            names = self._ordered[service] = sorted(self._members.get(service, ()))
        found = (self._pods.get(service[0], name) for name in names)
        return [pod for pod in found if pod is not None]


class TriggerTimes:
    """When what a Service's endpoints show last changed, as far as the objects tell (TriggerTimeTracker)."""

    def __init__(self) -> None:
        self._seen: dict[Key, tuple[str, dict[str, str]]] = {}
        self._stamps: PerPod[tuple[str, str]] = PerPod()

    def of(self, key: Key, service: Map, members: Iterable[Map]) -> str:
        """Return the earliest change since the last asking as a time stamp, or "" without any."""
        created = service["metadata"]["creationTimestamp"]
        known = self._seen.get(key)
        before, times = known if known is not None else ("", {})
        latest = {name: at for name, at in self._stamps.of(key, service, members, _ready_changed) if at}
        self._seen[key] = (created, latest)
        if known is None:
            return str(created)
        changed = [at for name, at in latest.items() if at > times.get(name, "")]
        return min([*changed, created] if created > before else changed, default="")

    def forget(self, key: Key) -> None:
        """Forget a Service that is gone."""
        self._seen.pop(key, None)
        self._stamps.forget(key)

    def state(self) -> list[Any]:
        """Return what was seen as JSON."""
        return [[list(key), created, times] for key, (created, times) in self._seen.items()]

    def restore(self, state: Iterable[Any]) -> None:
        """Take up what `state` gave."""
        self._seen = {(key[0], key[1]): (created, dict(times)) for key, created, times in state}


def is_endpoint(pod: Object, *, terminating: bool) -> bool:
    """Tell whether a pod has a place among endpoints (ShouldPodBeInEndpoints)."""
    status = pod.get("status") or EMPTY
    if is_over(pod) or not (status.get("podIP") or status.get("podIPs")):
        return False
    return terminating or not meta.deleting(pod)


def addresses_of(pod: Object, family: str) -> list[str]:
    """Return the pod's addresses of a family: IPv4 or IPv6."""
    found = (item["ip"] for item in (pod.get("status") or EMPTY).get("podIPs") or EMPTY_LIST)
    return [ip for ip in found if (":" in ip) == (family == "IPv6")]


def hostname_of(pod: Object, service: Object) -> str:
    """Return the name that the pod has under a headless Service, or ""."""
    spec = pod["spec"]
    return spec.get("hostname") or "" if spec.get("subdomain") == meta.name(service) else ""


def port_of(pod: Object, service_port: Object) -> int | None:
    """Return where in the pod a Service's port leads (FindPort); None where a name leads nowhere."""
    target = service_port.get("targetPort", service_port["port"])
    if not isinstance(target, str):
        return int(target)
    spec = pod["spec"]
    sidecars = (item for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always")
    for container in (*spec["containers"], *sidecars):
        for port in container.get("ports") or ():
            if port.get("name") == target and port.get("protocol", "TCP") == service_port.get("protocol", "TCP"):
                return int(port["containerPort"])
    return None


def is_headless(service: Object) -> bool:
    """Tell whether a Service has no address of its own."""
    return service["spec"].get("clusterIP", "") in {"", "None"}


def gets_endpoints(service: Object) -> bool:
    """Tell whether a Service's endpoints are made for it: it selects pods and is no alias."""
    spec = service["spec"]
    return bool(spec.get("selector")) and spec.get("type") != "ExternalName"


def _matches(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def _moved(old: Object, new: Object) -> bool:
    """Tell whether a change may move a pod between Services."""
    if old["metadata"].get("labels") != new["metadata"].get("labels"):
        return True
    before, after = old["spec"], new["spec"]
    return before is not after and any(before.get(field) != after.get(field) for field in ("hostname", "subdomain"))


def _shows(old: Object, new: Object) -> bool:
    """Tell whether endpoints show a change of a pod (podEndpointsChanged)."""
    if "deletionTimestamp" in old["metadata"] or "deletionTimestamp" in new["metadata"]:
        return True
    was, now = old.get("status") or EMPTY, new.get("status") or EMPTY
    return was is not now and (pods.is_ready(old) != pods.is_ready(new) or was.get("podIPs") != now.get("podIPs"))


def _ready_changed(pod: Map) -> tuple[str, str]:
    """Return a pod's name and when its readiness last changed, "" for one that has none."""
    ready = pods.condition(pod, "Ready")
    return meta.name(pod), (ready.get("lastTransitionTime") or "") if ready is not None else ""
