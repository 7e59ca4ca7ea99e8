"""The pass that a build shows to the proxy: whose it is and until when, signed with the engine's key. Pure.

A worker issues one for each build, the proxy checks it; a learner can read their own in a RUN step, and it tells them
nothing but to be themselves for the length of a build.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Self

PART = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
MAC_LETTERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Who fetches: *learner* of *instance*, for *job* (a build's id), until *expires* (seconds since the epoch)."""

    learner: str
    instance: str
    job: str
    expires: int

    @property
    def is_engine(self) -> bool:
        """Whether it is the engine itself that fetches, for ADD."""
        return self == OF_THE_ENGINE

    def password(self, key: bytes) -> str:
        """What goes with the learner's name into the proxy's address; letters that need no escaping there."""
        for part in (self.learner, self.instance, self.job):
            if not PART.fullmatch(part):
                raise ValueError(f"{part!r} cannot be part of a pass")
        return f"{self.instance}.{self.job}.{self.expires:x}.{self._mac(key)}"

    def _mac(self, key: bytes) -> str:
        told = "\0".join((self.learner, self.instance, self.job, str(self.expires)))
        return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:MAC_LETTERS]

    @classmethod
    def check(cls, key: bytes, user: str, password: str, *, now: float) -> Self | None:
        """The pass that these credentials are; None if we did not issue it or its time is over."""
        words = password.split(".")
        if len(words) != 4 or not all(PART.fullmatch(part) for part in (user, *words[:2])):
            return None
        instance, job, expires, mac = words
        if not re.fullmatch(r"[0-9a-f]{1,12}", expires) or not mac.isascii():
            return None
        found = cls(learner=user, instance=instance, job=job, expires=int(expires, 16))
        if not hmac.compare_digest(found._mac(key), mac) or now > found.expires:
            return None
        return found


OF_THE_ENGINE = Pass(learner="engine", instance="engine", job="add", expires=0xFFFFFFFF)
"""What dockerd shows when it fetches for ADD: it knows no learner."""
