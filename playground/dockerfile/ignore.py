"""Which files a .dockerignore keeps out of the build, and which of its lines is to blame.

We pack the build context ourselves, so this *is* the rule and not a forecast of it. It follows BuildKit: the last line
that matches wins, and a line that matched a folder holds for what is in it unless a later `!` line matches that.
"""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field

from playground.dockerfile.globs import Glob, ignore_pattern

# The builder needs these two whatever .dockerignore says, so they are always packed. COPY is another matter: Docker
# refuses to copy an excluded Dockerfile, and so `match` reports them like any other file.
ALWAYS_SENT = frozenset({"Dockerfile", ".dockerignore"})


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """One line of a .dockerignore."""

    line: int
    pattern: str  # as written, without surrounding blanks
    exception: bool = False  # a `!` line, which brings files back


@dataclass(frozen=True, slots=True)
class _Matcher:
    rule: IgnoreRule
    pattern: Glob


# For one path: which matchers hold for it (by position), and the rule that excludes it.
_Verdict = tuple[tuple[bool, ...], IgnoreRule | None]


@dataclass(frozen=True, slots=True)
class Ignore:
    """A .dockerignore that was read. `malformed` holds lines that Docker would refuse; they exclude nothing here."""

    rules: tuple[IgnoreRule, ...] = ()
    malformed: tuple[IgnoreRule, ...] = ()
    _matchers: tuple[_Matcher, ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, text: str) -> "Ignore":
        """Read the text of a .dockerignore; never raises."""
        matchers: list[_Matcher] = []
        malformed: list[IgnoreRule] = []
        for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
            # Only a # in the first column starts a comment: " #x" is a pattern.
            if raw.startswith("#") or not raw.strip():
                continue
            written = raw.strip()
            rule = IgnoreRule(number, written, exception=written.startswith("!"))
            cleaned = _clean(written.removeprefix("!"))
            pattern = ignore_pattern(cleaned) if cleaned else None
            if pattern is None:
                malformed.append(rule)
            else:
                matchers.append(_Matcher(rule, pattern))
        return cls(tuple(matcher.rule for matcher in matchers), tuple(malformed), tuple(matchers))

    def match(self, path: str) -> IgnoreRule | None:
        """The line that excludes this path, or None when it is part of the build."""
        return self._verdict(path, {})[1]

    def filter(self, paths: Iterable[str], *, always: Iterable[str] = ALWAYS_SENT) -> list[str]:
        """The paths that are sent to the builder, in the order given; a folder's path may end with a slash."""
        kept_anyway = frozenset(always)
        seen: dict[str, _Verdict] = {}
        return [path for path in paths if path in kept_anyway or self._verdict(path, seen)[1] is None]

    def _verdict(self, path: str, seen: dict[str, _Verdict]) -> _Verdict:
        """Judge the folders from the top down: what held for a folder is handed on to what is inside."""
        parts = [part for part in path.split("/") if part not in {"", "."}]
        verdict: _Verdict = ((False,) * len(self._matchers), None)
        for depth in range(1, len(parts) + 1):
            current = "/".join(parts[:depth])
            if current not in seen:
                seen[current] = self._judge(current, verdict[0])
            verdict = seen[current]
        return verdict

    def _judge(self, path: str, inherited: tuple[bool, ...]) -> _Verdict:
        held: list[bool] = []
        blamed: IgnoreRule | None = None
        for matcher, from_parent in zip(self._matchers, inherited, strict=True):
            # A `!` line is only asked about files that are out at that point, and the others about files still in.
            relevant = matcher.rule.exception == (blamed is not None)
            holds = from_parent or (relevant and matcher.pattern.matches(path))
            held.append(holds)
            if holds:
                blamed = None if matcher.rule.exception else matcher.rule
        return tuple(held), blamed


def _clean(pattern: str) -> str:
    """The shortest spelling of a pattern, leading and trailing slashes gone; "" when nothing is left of it."""
    stripped = pattern.strip()
    return posixpath.normpath(stripped).lstrip("/") if stripped else ""
