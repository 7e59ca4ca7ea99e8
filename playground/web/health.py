"""What the canary found out, in groups, as the page shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from playground.engine.health import GROUPS

MARKS: Mapping[str, str] = {
    "enforced": "enforced",
    "not enforced": "not-enforced",
    "cannot be had here": "cannot",
    "not tried yet": "untried",
}
"""State → the page's class and icon."""


def groups(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every line of `health.report()` in its group, in order, with how many of each group are enforced."""
    lines = [{**line, "mark": MARKS[line["state"]]} for line in report["limits"]]
    found = []
    for title in GROUPS:
        own = [line for line in lines if line["group"] == title]
        held = sum(line["state"] == "enforced" for line in own)
        found.append({"title": title, "lines": own, "held": held, "whole": held == len(own)})
    return found


def tried_at(report: Mapping[str, Any]) -> datetime | None:
    """When the last trial ended, if the engine in use is the one that was tried."""
    at = report["trial"]["at"]
    return datetime.fromisoformat(at) if at else None


def verdict(report: Mapping[str, Any]) -> dict[str, Any]:
    """The sentence above all lines, and its mark."""
    trial, total = report["trial"], len(report["limits"])
    missing = len(trial["missing"])
    if trial["state"] == "off":
        return {"mark": "untried", "title": "Nobody has tried", "sentence": "The trials are switched off."}
    if trial["state"] != "done":
        tried = sum(line["state"] != "not tried yet" for line in report["limits"])
        title = f"Being tried: {tried} of {total}" if trial["state"] == "trying" else "Not tried yet"
        return {"mark": "untried", "title": title, "sentence": "It takes about half a minute. Load this page again."}
    if not missing:
        sentence = "Every essential limit was seen to hold: strangers may build and run here."
        return {"mark": "enforced", "title": f"{trial['enforced']} of {total} enforced", "sentence": sentence}
    does = "1 essential limit was" if missing == 1 else f"{missing} essential limits were"
    sentence = f"{does} not seen to hold: let only people build and run here whom you trust with this machine."
    return {"mark": "not-enforced", "title": f"{trial['enforced']} of {total} enforced", "sentence": sentence}
