"""What a Dockerfile is checked against: the project's files, the image library and the engine's abilities.

Shared by the check modules and by `explain`; holds facts and simple questions about them, no verdicts.
"""

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from playground.dockerfile.distance import LONGEST_WORD, edit_distance
from playground.dockerfile.ignore import Ignore, IgnoreRule
from playground.dockerfile.library import Library
from playground.dockerfile.model import Dockerfile
from playground.dockerfile.source import Source, split_lines
from playground.dockerfile.stages import with_build_args


@dataclass(frozen=True, slots=True)
class Context:
    """The project's files and folders, and which of them .dockerignore keeps out."""

    paths: frozenset[str]  # without trailing slashes, folders included
    files: tuple[str, ...]
    excluded: Mapping[str, IgnoreRule]

    @classmethod
    def of(cls, files: Collection[str], ignore: Ignore) -> "Context":
        """Fill in the folders that the files imply."""
        paths: set[str] = set()
        for name in files:
            path = name.strip("/")
            while path and path not in paths:
                paths.add(path)
                path = posixpath.dirname(path)
        kept = set(ignore.filter(sorted(paths), always=()))
        # A folder that is ignored is sent after all when a `!` line brings back something inside it.
        for path in sorted(kept):
            parent = posixpath.dirname(path)
            while parent and parent not in kept:
                kept.add(parent)
                parent = posixpath.dirname(parent)
        excluded = {path: rule for path in paths - kept if (rule := ignore.match(path))}
        plain = tuple(sorted(name.strip("/") for name in files if not name.endswith("/")))
        return cls(frozenset(paths), plain, excluded)

    def nearest(self, path: str) -> str | None:
        """The file or folder that a mistyped path probably meant."""
        candidates = sorted(self.paths - self.excluded.keys())
        base = posixpath.basename(path).lower()
        same_name = [one for one in candidates if posixpath.basename(one).lower() == base]
        if same_name:
            return min(same_name, key=lambda one: (one.count("/"), one))
        if not base or len(path) > LONGEST_WORD:
            return None
        allowed = max(1, len(base) // 3)

        def slips(one: str) -> tuple[int, str]:
            pairs = ((path.lower(), one.lower()), (base, posixpath.basename(one).lower()))
            # Words of very different length are never near; leaving them out keeps large projects quick.
            near = [edit_distance(left, right) for left, right in pairs if abs(len(left) - len(right)) <= allowed]
            return min(near, default=allowed + 1), one

        best = min((slips(one) for one in candidates), default=None)
        return best[1] if best and best[0] <= allowed else None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything the checks may ask about."""

    dockerfile: Dockerfile  # with build arguments worked in
    source: Source
    context: Context
    library: Library
    heredocs: bool
    target: str | None
    build_args: Mapping[str, str]
    network: bool  # can a RUN reach the internet

    @classmethod
    def of(
        cls,
        dockerfile: Dockerfile,
        *,
        files: Mapping[str, int],
        ignore: Ignore,
        images: Collection[str],
        heredocs: bool,
        target: str | None,
        build_args: Mapping[str, str],
        network: bool = True,
    ) -> "Surroundings":
        """Prepare the facts once, so that each check can stay simple."""
        return cls(
            dockerfile=with_build_args(dockerfile, build_args),
            source=Source(split_lines(dockerfile.text)),
            context=Context.of(files.keys(), ignore),
            library=Library.of(images),
            heredocs=heredocs,
            target=target,
            build_args=build_args,
            network=network,
        )
