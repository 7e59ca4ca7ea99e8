"""Back-offs that double: 10 s, 20 s … 300 s. After client-go/util/flowcontrol/backoff.go."""

from __future__ import annotations

from playground.kube.kubelet.timing import BACKOFF, BACKOFF_MAX
from playground.kube.kubelet.worker import Delay


def longer(delay: Delay | None, event: float, now: float, stable: float, why: str = "") -> Delay:
    """Return the back-off after one more event; the first one where none was or the event came long after it."""
    if delay is None or event - delay.since > stable:
        return Delay(BACKOFF, now, why)
    return Delay(min(delay.seconds * 2, BACKOFF_MAX), now, why)


def holds(delay: Delay | None, event: float, since: float, now: float, stable: float) -> bool:
    """Tell whether a back-off that counts from *since* still holds something up."""
    if delay is None or event - delay.since > stable:
        return False
    return now - since < delay.seconds
