"""How the scripted engine plays the canary's attacks: which of them its toy kernel stops, and what is then printed.

Called by `fake*` only. An attack begins with `: canary NAME …` (see `canary_scripts`).
"""

import http.client
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playground.engine.fake_shell import Action, Exit, Sleep, Write

FOR_EVER = 60.0
PLENTY = 1 << 30  # KiB
ALL_CAPABILITIES, FEW_CAPABILITIES = "1ffffffffff", "4eb"
LOCAL = ("127.", "10.", "172.", "192.168.")


@dataclass(slots=True)
class FakeKernel:
    """*lacks*: keys of `health.RULES` that this one does not enforce; it enforces all others.

    `run.disk.beside`: it bounds a container's own disk, but not what the engine lays beside it.
    """

    lacks: frozenset[str] = frozenset()
    caches: dict[tuple[str, str], str] = field(default_factory=dict)

    def holds(self, key: str) -> bool:
        """Whether that rule is enforced."""
        return key not in self.lacks

    def fetch(self, address: str) -> str:
        """What the engine says to `ADD http://…`: it asks a local address where it does not keep from it."""
        place = urlsplit(address).netloc
        if self.holds("build.add") or not place.startswith(LOCAL):
            return f'Get "{address}": dial tcp {place}: connect: network is unreachable'
        connection = http.client.HTTPConnection(place, timeout=1)
        connection.request("GET", "/canary")
        status = connection.getresponse().status
        connection.close()
        return f"invalid response status {status}"

    def unpack(self) -> str:
        """What the engine says to an archive that is cut off."""
        why = "write /canary: disk quota exceeded" if self.holds("build.layer") else "unexpected EOF"
        return f"Error processing tar file({why}): "


@dataclass(frozen=True, slots=True)
class Attacked:
    """Where an attack runs: *place* is "build" or "run", *who* the learner, *space* the name space of cache mounts."""

    kernel: FakeKernel
    place: str
    who: str
    space: str = ""

    def play(self, words: Sequence[str]) -> Iterator[Action]:
        """What the attack prints and how it ends."""
        name, *told = words
        yield from _PLAYS[name](self, told)
        yield Exit(1)

    def held(self, rule: str) -> bool:
        """Whether a rule of this place holds."""
        return self.kernel.holds(f"{self.place}.{rule}")


def _say(*lines: str) -> Iterator[Action]:
    for line in lines:
        yield Write("stdout", line + "\n")


def _memory(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    del told
    yield from _say(f"@ free {PLENTY}", "@ half 0", f"@ whole {137 if at.held('memory') else 0}")


def _processes(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    count = int(told[0]) - 23 if at.held("processes") else int(told[0])
    yield from _say("@ started " + " ".join(map(str, range(1, count + 1))))


def _cpu(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    del told
    held = at.held("cpus")
    yield from _say("@ cpus 2", "@ before 10 1", "@ span 100.00 101.00", f"@ after {'22 13' if held else '10 1'}")
    yield from _say("0m0.010s 0m0.000s", f"0m{0.18 if held else 1.9}s 0m0.010s")


def _disk(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    limit, attack = map(int, told)
    size, said = (limit, "dd: error writing '/canary': Disk quota exceeded") if at.held("disk") else (attack, "")
    yield from _say(f"@ free {PLENTY}", f"@ size {size}", f"@ said {said}")
    if not at.held("disk.beside"):
        yield from _say("@ beside yes")


def _privileges(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    del told
    few = at.held("privileges")
    if not few:
        yield from _say("@ could-mknod yes")
    yield from _say(f"@ CapBnd {FEW_CAPABILITIES if few else ALL_CAPABILITIES}", f"@ NoNewPrivs {int(few)}")
    yield from _say("@ Seccomp 2", "@ users 0 300000 65536" if at.held("users") else "@ users 0 0 4294967295")


def _stubborn(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    del at, told
    yield from _say("@ begun yes")
    yield Sleep(FOR_EVER)


def _marks(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    del told
    yield from _say("@ first 10", f"@ later {10 if at.held('time') else 20}")


def _cache_put(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    space = at.space if at.kernel.holds("learners.cache") else ""
    at.kernel.caches[space, told[0]] = told[0]
    yield from _say("@ put yes")


def _cache_get(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    space = at.space if at.kernel.holds("learners.cache") else ""
    yield from _say(f"@ got {at.kernel.caches.get((space, told[0]), '')}")


def _serve(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    del at, told
    yield from _say("@ own 10.210.0.2/27")
    yield Sleep(FOR_EVER)


def _knock(at: Attacked, told: Sequence[str]) -> Iterator[Action]:
    for name in told:
        if name == "ada":
            closed = at.who.endswith("b") and at.kernel.holds("learners.network")
        elif at.place == "run" and (name == "machine" or "gateway" in name):
            closed = at.kernel.holds("run.gateway")
        else:
            closed = at.held("network")
        yield from _say(f"@ to-{name} {'1 timed out' if closed else '0 hello'}")
    yield from _say("@ gateway 10.210.0.33", "@ arp 0x2", "@ nets lo")


_PLAYS = {
    "memory": _memory, "processes": _processes, "cpu": _cpu, "disk": _disk, "privileges": _privileges,
    "stubborn": _stubborn, "marks": _marks, "cache-put": _cache_put, "cache-get": _cache_get, "serve": _serve,
    "knock": _knock,
}  # fmt: skip
