"""Pieces of what `kubectl describe` writes: labels, tolerations, resources, Events. Lines have tabs between columns.

Source: k8s.io/kubectl/pkg/describe/describe.go.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from playground.kube.kubectl.durations import ago, since_epoch
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.targets import resource_for

NONE: Final = "<none>"
LONGEST: Final = 140  # characters of an annotation with its name that stand on one line
_SKIPPED: Final = frozenset({"kubectl.kubernetes.io/last-applied-configuration"})
Fields = Mapping[str, Any]
Lines = Iterator[str]


def stamp(text: str | None) -> str:
    """Return a time as Go's RFC1123Z: `Thu, 01 Jan 2026 00:00:00 +0000`."""
    moment = datetime.fromtimestamp(since_epoch(text), UTC) if text else datetime(1, 1, 1, tzinfo=UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return (
        f"{day}, {moment.day:02} {months[moment.month - 1]} {moment.year:04} "
        f"{moment.hour:02}:{moment.minute:02}:{moment.second:02} +0000"
    )


def several(title: str, words: Iterable[str]) -> Lines:
    """Several words under one title, one on a line."""
    found = list(words) or [NONE]
    yield f"{title}:\t{found[0]}"
    yield from (f"\t{word}" for word in found[1:])


def labels(title: str, pairs: Fields | None) -> Lines:
    """Labels, or a node selector."""
    return several(title, (f"{key}={value}" for key, value in sorted((pairs or {}).items())))


def annotations(title: str, pairs: Fields | None) -> Lines:
    """Annotations; long ones stand under their names, cut."""
    told: list[str] = []
    for key, value in sorted((pairs or {}).items()):
        text = str(value).removesuffix("\n")
        if key in _SKIPPED:
            continue
        if len(text) + len(key) + 2 > LONGEST or "\n" in text:
            told.append(f"{key}:")
            told += [
                f"  {line if len(line) <= LONGEST - 2 else f'{line[: LONGEST - 2]}...'}" for line in text.split("\n")
            ]
        else:
            told.append(f"{key}: {text}")
    return several(title, told)


def tolerations(title: str, found: Sequence[Fields] | None) -> Lines:
    """Tolerations as `key=value:Effect op=Exists for 300s`."""
    return several(title, map(_toleration, sorted(found or (), key=lambda each: each.get("key", ""))))


def _toleration(each: Fields) -> str:
    key, value, effect = each.get("key", ""), each.get("value", ""), each.get("effect", "")
    told = f"{key}{f'={value}' if value else ''}{f':{effect}' if effect else ''}"
    if each.get("operator") == "Exists" and not value:
        told += f"{' ' if key or effect else ''}op=Exists"
    seconds = each.get("tolerationSeconds")
    return told + (f" for {seconds}s" if seconds is not None else "")


def taints(title: str, found: Sequence[Fields] | None) -> Lines:
    """Taints as `key=value:Effect`."""
    ordered = sorted(found or (), key=lambda each: (each["effect"], each["key"]))
    pairs = ((each["key"] + (f"={each['value']}" if each.get("value") else ""), each["effect"]) for each in ordered)
    return several(title, (f"{pair}:{effect}" for pair, effect in pairs))


def spread(title: str, found: Sequence[Fields] | None) -> Lines:
    """Rules of spreading, where there are any."""
    if not found:
        return
    ordered = sorted(found, key=lambda each: str(each["topologyKey"]))
    yield from several(title, map(_rule, ordered))


def _rule(each: Fields) -> str:
    selector = each.get("labelSelector")
    told = f"{each['topologyKey']}:{each['whenUnsatisfiable']} when max skew {each['maxSkew']} is exceeded"
    return told + (f" for selector {selector_text(selector)}" if selector is not None else "")


def selector_text(selector: Fields | None) -> str:
    """Return a label selector as kubectl writes it."""
    pairs = [f"{key}={value}" for key, value in sorted(((selector or {}).get("matchLabels") or {}).items())]
    for each in (selector or {}).get("matchExpressions") or ():
        key, values = each["key"], ",".join(each.get("values") or ())
        words = {"Exists": key, "DoesNotExist": f"!{key}", "In": f"{key} in ({values})"}
        pairs.append(words.get(each["operator"], f"{key} notin ({values})"))
    return ",".join(pairs) or NONE


def amounts(found: Fields | None, indent: str) -> Lines:
    """Limits and requests of a container."""
    for title in ("limits", "requests"):
        chosen = (found or {}).get(title) or {}
        if chosen:
            yield f"{indent}{title.capitalize()}:"
        yield from (f"{indent}  {name}:\t{chosen[name]}" for name in sorted(chosen))


def controller(obj: Json) -> str:
    """Return `ReplicaSet/web-1`, what controls an object."""
    owners = obj["metadata"].get("ownerReferences") or ()
    return next((f"{each['kind']}/{each['name']}" for each in owners if each.get("controller")), "")


def events_of(session: Session, obj: Json) -> list[Json]:
    """Fetch the Events about an object, the oldest first."""
    metadata = obj["metadata"]
    fields = f"involvedObject.kind={obj['kind']},involvedObject.name={metadata['name']}"
    if obj["kind"] != "Node":
        fields += f",involvedObject.uid={metadata['uid']}"
    found = session.list(resource_for("events"), metadata.get("namespace") or "", fields=fields)
    return sorted(found, key=lambda each: (each.get("lastTimestamp") or "", int(each["metadata"]["resourceVersion"])))


def events(found: Sequence[Json], now: float) -> Lines:
    """The table of Events at the end, with columns of its own."""
    yield "Events:"
    yield "  Type\tReason\tAge\tFrom\tMessage"
    yield "  ----\t------\t----\t----\t-------"
    for each in found:
        place = (each.get("involvedObject") or {}).get("fieldPath")
        message = (each.get("message") or "").strip()
        source = (each.get("source") or {}).get("component") or each.get("reportingComponent") or ""
        told = f"{place}: {message}" if place else message
        yield f"  {each.get('type')}\t{each.get('reason')}\t{_age(each, now)}\t{source}\t{told}"


def _age(event: Json, now: float) -> str:
    first = ago(event.get("eventTime") or event.get("firstTimestamp"), now)
    series = event.get("series")
    if series:
        return f"{ago(series.get('lastObservedTime'), now)} (x{series.get('count')} over {first})"
    if (event.get("count") or 0) > 1:
        return f"{ago(event.get('lastTimestamp'), now)} (x{event['count']} over {first})"
    return first
