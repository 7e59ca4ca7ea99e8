"""What is said of Events: they are words already, so they are quoted."""

from __future__ import annotations

from playground.kube.narration import plain
from playground.kube.narration.plain import who
from playground.kube.narration.world import World
from playground.kube.store import Change


def tell(change: Change, world: World) -> str:
    """Quote an Event with the object it is about."""
    del world
    if change.type == "DELETED":
        return plain.tell(change)
    event = change.object
    about = event.get("involvedObject") or {}
    times = event.get("count") or 1
    again = f", for the {_th(times)} time" if times > 1 else ""
    kind = str(about.get("kind", "object"))
    name = f"{kind.lower() if kind in {'Pod', 'Node'} else kind} {about.get('name', '')}"
    return f"{who(change)} noted on {name}{again}: {event.get('reason', '')}, {event.get('message', '').rstrip('.')}."


def _th(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
