"""Did you mean: the words nearest to one that was mistyped. Pure string arithmetic, no Dockerfile knowledge."""

from collections.abc import Iterable

# Beyond this a word is no typing slip, and the table below would cost time for nothing.
LONGEST_WORD = 80


def edit_distance(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that turn one word into the other."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, start=1):
        current = [row]
        for column, b in enumerate(right, start=1):
            best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (a != b))
            swapped = row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b
            # A swap counts once: RNU for RUN is one slip of the fingers and not two.
            current.append(min(best, before[column - 2] + 1) if swapped else best)
        before, previous = previous, current
    return previous[-1]


def rank(word: str, candidates: Iterable[str]) -> list[str]:
    """All candidates, the nearest first, ties in alphabetical order."""
    lowered = word.lower()[:LONGEST_WORD]
    return sorted(
        candidates, key=lambda candidate: (edit_distance(lowered, candidate.lower()[:LONGEST_WORD]), candidate)
    )


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that `word` was probably meant to be, or None when nothing is near enough."""
    if not word or len(word) > LONGEST_WORD:
        return None
    lowered = word.lower()
    # A third of the word may be wrong: "CPY" is COPY, but "foo" is not "from".
    allowed = max(1, (len(word) + 1) // 3)
    best = next(iter(rank(word, candidates)), None)
    return best if best is not None and edit_distance(lowered, best.lower()) <= allowed else None
