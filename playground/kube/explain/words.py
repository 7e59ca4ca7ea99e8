"""Small words for sentences: lists, counts, labels, taints. No rule of Kubernetes lives here."""

from __future__ import annotations

from collections.abc import Sequence

from playground.kube.clock import stamp_of
from playground.kube.scheduler.tolerations import Taint

MANY = 3  # names in a sentence; the others are counted


def names(items: Sequence[str], last: str = "and") -> str:
    """Return "a", "a and b", "a, b and c", or "a, b, c and 5 others"."""
    if len(items) > MANY + 1:
        return f"{', '.join(items[:MANY])} {last} {len(items) - MANY} others"
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def count(number: int, noun: str) -> str:
    """Return "1 pod", "3 pods", "no pods"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def time(seconds: float) -> str:
    """Return the time of day, as the cluster's clock has it: 12:00:03."""
    return stamp_of(seconds)[11:19]


def sentence(text: str) -> str:
    """Return the text as a sentence: names keep their small letter, the end gets its full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def label(key: str, value: str) -> str:
    """Return a label as key=value, or the bare key when the value is empty."""
    return f"{key}={value}" if value else key


def taint(item: Taint) -> str:
    """Return a taint as kubectl writes it: gpu=true:NoSchedule."""
    return f"{label(item.key, item.value)}:{item.effect}"


def points(number: int) -> str:
    """Return "1 point", "12 points"."""
    return "1 point" if number == 1 else f"{number} points"
