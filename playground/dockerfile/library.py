"""The images a build may start from, and what to offer when somebody asks for another.

Built from plain references by the checks and by `explain`; knows nothing about engines.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from playground.dockerfile.distance import edit_distance
from playground.dockerfile.references import Reference, parse_reference

# More than this in one sentence is a list and no help.
MOST_NAMED = 6


# What does the same work as an image that people ask for by another name.
_LIKE = {
    **dict.fromkeys(("ubuntu", "centos", "fedora", "rockylinux", "almalinux", "archlinux"), "library/debian"),
    **dict.fromkeys(("httpd", "caddy", "apache"), "library/nginx"),
    **dict.fromkeys(("valkey", "memcached", "keydb"), "library/redis"),
    **dict.fromkeys(("bun", "deno"), "library/node"),
    "alpine": "library/busybox",
    "clang": "library/gcc",
    "pypy": "library/python",
}


@dataclass(frozen=True, slots=True)
class Library:
    """Available images under their full names."""

    images: tuple[Reference, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Library":
        """The library of these references; what is no reference is left out."""
        references = [reference for name in names if (reference := parse_reference(name))]
        unique = {reference.canonical(): reference for reference in references}
        return cls(tuple(unique[name] for name in sorted(unique)))

    def has(self, name: str) -> bool:
        """Whether a build may say FROM this name, however it is spelled."""
        wanted = parse_reference(name)
        return wanted is not None and any(one.canonical() == wanted.canonical() for one in self.images)

    def nearest(self, name: str) -> list[str]:
        """All images by their short names: the same image with another tag first, then similar names."""
        wanted = parse_reference(name) or parse_reference(name.lower())
        path = wanted.path if wanted else name.lower()[:80]
        path = _LIKE.get(path.rpartition("/")[2], path)
        tag = (wanted.tag if wanted else None) or ""

        def strangeness(one: Reference) -> tuple[int, int, str]:
            return (
                edit_distance(path[:80], one.path[:80]),
                edit_distance(tag[:40], (one.tag or "")[:40]),
                one.familiar(),
            )

        return [one.familiar() for one in sorted(self.images, key=strangeness)]

    def offer(self, name: str) -> str:
        """A sentence that says what there is instead."""
        names = self.nearest(name)
        if not names:
            return "Only FROM scratch is possible: no image is available here yet."
        if len(names) == 1:
            return f"Use {names[0]}, the one image available here."
        shown, left = names[:MOST_NAMED], len(names) - MOST_NAMED
        listed = f"{', '.join(shown)} and {left} more" if left > 0 else f"{', '.join(shown[:-1])} or {shown[-1]}"
        return f"Use {listed}."

    def offline(self) -> str:
        """A sentence that says what there is without a network."""
        names = [one.familiar() for one in self.images]
        if not names:
            return "Without a network there are the files of your project."
        shown, left = names[:MOST_NAMED], len(names) - MOST_NAMED
        listed = f"{', '.join(shown)} and {left} more" if left > 0 else ", ".join(shown)
        what = "the image" if len(names) == 1 else "the images"
        return f"Without a network there are the files of your project and {what} {listed}."

    def with_prefix(self, *families: str) -> str | None:
        """The first image whose short name starts with one of these words."""
        names = [one.familiar() for one in self.images]
        return next((name for family in families for name in names if name.startswith(family)), None)
