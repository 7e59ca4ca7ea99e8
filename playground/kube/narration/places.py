"""What is said of namespaces and of what may be used in them."""

from __future__ import annotations

from playground.kube.narration import plain
from playground.kube.narration.plain import called, capital, spec, status, turned
from playground.kube.narration.world import World
from playground.kube.store import Change


def tell_namespace(change: Change, world: World) -> str:
    """Say what a change of a namespace was."""
    del world
    name = capital(called(change.object))
    if plain.started_deletion(change):
        return f"{plain.who(change)} began to delete {called(change.object)} and all that is in it."
    if change.type == "MODIFIED":
        for condition in turned(change):
            if condition["type"] == "NamespaceContentRemaining" and condition.get("status") == "True":
                return f"{name} is not empty yet: {str(condition.get('message', '')).rstrip('.')}."
        if turned(change):
            return f"{name} is being emptied."
    return plain.tell(change)


def tell_quota(change: Change, world: World) -> str:
    """Say what a change of a ResourceQuota was."""
    del world
    used, hard = status(change.object).get("used") or {}, status(change.object).get("hard") or {}
    if change.type != "MODIFIED" or spec(change.object) != spec(change.previous) or not used:
        return plain.tell(change)
    before = status(change.previous).get("used") or {}
    found = [f"{used[each]} of {hard.get(each, '?')} {each}" for each in sorted(used) if used[each] != before.get(each)]
    name = capital(called(change.object))
    return f"{name} counts as used: {plain.listed(found)}." if found else f"{name} took over its new limits."


def is_quiet(change: Change) -> bool:
    """Tell whether a change leaves what is wanted as it was."""
    return spec(change.object) == spec(change.previous)
