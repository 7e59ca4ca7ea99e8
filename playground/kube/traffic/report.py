"""What became of a load, for people and pages: counts, rates and times of a Service and of each of its pods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playground.kube.runtime import capacity
from playground.kube.traffic.load import Load
from playground.kube.traffic.tally import Tally


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of requests since the load began, and times in seconds. *unserved*: there was no endpoint at all."""

    requests: int
    answered: int
    errors: int
    unserved: int
    mean: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class PodReport:
    """One pod: what it is sent now (requests a second), of that without an answer, its CPU, and what was so far."""

    name: str
    uid: str
    requests_per_second: float
    errors_per_second: float
    seconds: float
    cpu: float
    throttled: float
    counts: Counts


@dataclass(frozen=True, slots=True)
class Report:
    """A Service under load. *pods*: those it has now first, then those it had."""

    namespace: str
    service: str
    since: float
    now: float
    requests_per_second: float
    errors_per_second: float
    clients: int
    counts: Counts
    pods: tuple[PodReport, ...]

    def sentences(self) -> Iterable[str]:
        """Yield it in words, a line for each pod."""
        counts = self.counts
        yield (
            f"{self.requests_per_second:g} requests a second to {self.service} from {self.clients} clients: "
            f"{counts.requests} in {self.now - self.since:g} s, {counts.answered} answered, {counts.errors} errors"
            + (f" ({counts.unserved} found no endpoint)" if counts.unserved else "")
        )
        if counts.answered:
            yield f"half within {_ms(counts.p50)}, 95 % within {_ms(counts.p95)}, 99 % within {_ms(counts.p99)}"
        for pod in self.pods:
            yield (
                f"{pod.name}: {pod.requests_per_second:.4g}/s, {pod.counts.requests} requests, "
                f"{pod.counts.errors} errors, 95 % within {_ms(pod.counts.p95)}, {pod.cpu * 1000:.0f}m CPU"
                + (f", throttled {pod.throttled:.0%}" if pod.throttled else "")
            )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def report(load: Load, now: float) -> Report:
    """Return what became of a load that is counted up to now."""
    now_flows = {flow.backend.uid or flow.backend.address: flow for flow in load.flows.values()}
    pods = []
    for key in [*now_flows, *(key for key in load.tallies if key not in now_flows)]:
        flow = now_flows.get(key)
        found = flow.found if flow else None
        name, tally = load.tallies.get(key) or (flow.backend.pod or flow.backend.address if flow else "", Tally())
        rate = flow.requests if flow else 0.0
        pods.append(
            PodReport(
                name, key, rate,
                _errors(rate, flow is not None, found.errors / found.offered if found and found.offered else None),
                found.seconds if found else 0.0, found.cpu if found else 0.0, found.throttled if found else 0.0,
                _counts(tally),
            )
        )  # fmt: skip
    total = Tally.total([tally for _, tally in load.tallies.values()] + [load.gone, load.unserved])
    failing = sum(pod.errors_per_second for pod in pods) if load.flows else load.requests
    return Report(
        load.namespace, load.service, load.since, now, load.requests, failing, load.clients, _counts(total), tuple(pods)
    )


def _errors(rate: float, there: bool, part: float | None) -> float:
    return (rate if part is None else rate * part) if there else 0.0


def _counts(tally: Tally) -> Counts:
    """Round to whole requests so that answered and errors make up all."""
    mixture = tally.mixture()
    requests, errors = round(tally.requests), round(tally.errors)
    total = sum(count for _, count in mixture)
    mean = sum(mean * count for mean, count in mixture) / total if total else 0.0
    p50, p95, p99 = (capacity.quantile(part, mixture) for part in (0.5, 0.95, 0.99))
    return Counts(requests, requests - errors, errors, round(tally.unserved), mean, p50, p95, p99)
