"""How much a build has fetched and a connection has carried, against the limits. Called by `egress_proxy`.

One `Accounts` for the whole proxy, one `Meter` for each connection; no input or output of their own.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.engine.lab.egress_tokens import Pass
from playground.engine.limits import Limit, bytes_text, seconds_text

IDLE = 30.0
"""Seconds a connection may carry nothing."""


class Over(Exception):
    """A limit is reached; the message is one ASCII sentence without a final stop."""


@dataclass(slots=True)
class Account:
    """What one build has fetched and how many connections it has now."""

    expires: int
    fetched: int = 0
    open: int = 0


@dataclass(slots=True)
class Accounts:
    """Every build that fetched something and may still."""

    limits: Mapping[str, Limit]
    known: dict[tuple[str, str, str], Account] = field(default_factory=dict)

    def enter(self, who: Pass) -> "Meter":
        """Open a connection for this build. Raises `Over`."""
        self._forget(time.time())
        if who.is_engine:  # many builds at once and for ever: only each connection by itself can be bounded
            return Meter(Account(who.expires, open=1), self.limits)
        account = self.known.setdefault((who.instance, who.learner, who.job), Account(who.expires))
        most, whole = self.limits["egress.connections"], self.limits["egress.bytes"]
        if account.open >= most.value:
            raise Over(f"This build has {account.open} connections open, and it may have {most.value}")
        if account.fetched >= whole.value:
            raise Over(f"This build has fetched {whole.text}, which is all it may")
        account.open += 1
        return Meter(account, self.limits)

    def _forget(self, now: float) -> None:
        over = [key for key, account in self.known.items() if account.expires < now and not account.open]
        for key in over:
            del self.known[key]


@dataclass(slots=True)
class Meter:
    """One connection. *clock* is the time-out it runs under: moved on by every byte, never past the limit."""

    account: Account
    limits: Mapping[str, Limit]
    began: float = field(default_factory=time.monotonic)
    sent: int = 0
    fetched: int = 0
    clock: asyncio.Timeout | None = None

    def start(self, clock: asyncio.Timeout) -> None:
        """Run under this time-out."""
        self.clock = clock
        self._move_clock()

    def leave(self) -> None:
        """The connection is over."""
        self.account.open -= 1

    def send(self, count: int) -> None:
        """So many bytes go to the server. Raises `Over`."""
        self.sent += count
        self._move_clock()
        if self.sent > self.limits["egress.sent"].value:
            raise Over(f"A connection may send {self.limits['egress.sent'].text}")

    def fetch(self, count: int) -> None:
        """So many bytes go to the build. Raises `Over`."""
        self.fetched += count
        self.account.fetched += count
        self._move_clock()
        self.check(0)

    def check(self, ahead: int) -> None:
        """Whether *ahead* bytes more may be fetched. Raises `Over`."""
        one, whole = self.limits["egress.connection"], self.limits["egress.bytes"]
        if self.fetched + ahead > one.value:
            raise Over(f"A connection may fetch {one.text}, and this would be {bytes_text(self.fetched + ahead)}")
        if self.account.fetched + ahead > whole.value:
            raise Over(
                f"A build may fetch {whole.text} in all, and this would make it "
                f"{bytes_text(self.account.fetched + ahead)}"
            )

    def why_late(self) -> str:
        """What a time-out means, in words."""
        seconds = self.limits["egress.seconds"].value
        if time.monotonic() - self.began >= seconds:
            return f"over its {seconds_text(seconds)}"
        return f"silent for {IDLE:g} s"

    def _move_clock(self) -> None:
        if self.clock is not None:
            loop = asyncio.get_running_loop()
            left = self.limits["egress.seconds"].value - (time.monotonic() - self.began)
            self.clock.reschedule(loop.time() + min(IDLE, left))
