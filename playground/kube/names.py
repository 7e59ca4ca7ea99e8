"""Everything drawn by lot: uids, name suffixes, choices. One seed gives one sequence; the state is one number."""

from __future__ import annotations

# No vowels and no 0, 1, 3: a suffix never spells a word (k8s.io/apimachinery/pkg/util/rand/rand.go).
ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_WORD = (1 << 64) - 1


class Names:
    """A SplitMix64 generator with the draws a cluster needs."""

    def __init__(self, seed: int = 0) -> None:
        self._state = seed & _WORD

    def _draw(self) -> int:
        """Return 64 random bits (Steele, Lea, Flood: "Fast splittable pseudorandom number generators")."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _WORD
        return state ^ (state >> 31)

    def uid(self) -> str:
        """Return the next uid, shaped as a version 4 UUID."""
        high, low = self._draw(), self._draw()
        return (
            f"{high >> 32:08x}-{high >> 16 & 0xFFFF:04x}-4{high & 0xFFF:03x}"
            f"-{0x8000 | low >> 48 & 0x3FFF:04x}-{low & 0xFFFFFFFFFFFF:012x}"
        )

    def suffix(self, length: int = 5) -> str:
        """Return what generateName appends: `length` letters of Kubernetes' alphabet."""
        return "".join([ALPHABET[self.below(27)] for _ in range(length)])

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to limit - 1; raises ValueError when limit is not positive."""
        if limit <= 0:
            raise ValueError(f"cannot draw below {limit}")
        return (self._draw() * limit) >> 64

    def random(self) -> float:
        """Return a float of [0, 1)."""
        return (self._draw() >> 11) * 2.0**-53

    def state(self) -> int:
        """Return what restore() takes: a JSON number below 2**64."""
        return self._state

    def restore(self, state: int) -> None:
        """Go on where state() was taken."""
        self._state = state & _WORD
