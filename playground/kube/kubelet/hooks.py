"""postStart and preStop: what a hook does, how long it takes, and what is told when it fails.

After pkg/kubelet/lifecycle/handlers.go. A command takes what the runtime says, a sleep its
seconds, a request no time.
"""

from __future__ import annotations

from typing import NamedTuple

from playground.kube.kubelet.probes import probe
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects.frozen import EMPTY, Object


class Outcome(NamedTuple):
    """How a hook went: its seconds, and what is wrong ("" when it worked)."""

    seconds: float
    error: str


def hook_of(box: Box, kind: str) -> Object | None:
    """Return a container's postStart or preStop hook."""
    found: Object | None = (box.spec.get("lifecycle") or EMPTY).get(kind)
    return found


def run(worker: Worker, box: Box, hook: Object, now: float) -> Outcome:
    """Carry out a hook."""
    if hook.get("sleep"):
        return Outcome(float(hook["sleep"].get("seconds") or 0), "")
    if box.run is None:
        return Outcome(0.0, "")
    where = f'for Container "{box.name}" in Pod "{worker.describe()}" failed - error: '
    if hook.get("exec"):
        command = tuple(hook["exec"].get("command") or ())
        code = box.run.execute(command, now)
        if code:
            told = f"command '{' '.join(command)}' exited with {code}: "
            return Outcome(0.0, f'Exec lifecycle hook ([{" ".join(command)}]) {where}{told}, message: ""')
        return Outcome(box.run.takes(command, now), "")
    good, words = probe(box.run, box.spec, {**hook, "timeoutSeconds": 1}, now)
    refused = not good and not words.startswith("HTTP probe failed")  # a hook minds no status code
    path = (hook.get("httpGet") or EMPTY).get("path") or "/"
    return Outcome(0.0, f"HTTP lifecycle hook ({path}) {where}{words}" if refused else "")
