"""Which images there are, how large they are, and what they do when they run.

The rule, made so that a learner meets what Docker Hub and registry.k8s.io would have answered:

1. A name or tag that says it itself ("nosuch", "does-not-exist", "broken", "typo", …) does not exist.
2. Docker Hub's own images ("nginx", "library/nginx") exist if they stand in catalogue.py, and no others: so "ngnix"
   and "busyboxx" do not. The same holds of the images of registry.k8s.io and others that stand there.
3. A tag of those exists if it looks like one: "latest", a version up to the newest that is likely ("nginx:1.161" is
   none), a distribution or variant ("alpine", "1.27-slim", "bookworm"). A digest exists.
4. Everything else (user/name, a registry's host in front) exists: nobody here can know.

Sizes are those of the compressed linux/amd64 images, about; of images that are not known, a size from a hash.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from playground.kube.runtime.catalogue import CATALOGUE, Known
from playground.kube.runtime.protocol import Image

MIB: Final = 1024**2
UNKNOWN: Final = Known(0, (), "serve")
_SAYS_NO: Final = re.compile(
    r"no-?such|(does|do|did)?-?n[o']?t-?exist|doesnt-?exist|non-?exist|no-?exist|not-?found|broken|typo|invalid"
    r"|(^|[-_./:])(bad|wrong|missing|fake|nope)($|[-_./:])"
)
_VERSION: Final = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)((?:[-.+_]?[a-z][a-z0-9._+-]*|-[0-9][0-9a-z.]*)*)")
_VARIANT: Final = re.compile(
    r"(?:latest|stable|mainline|edge|slim|alpine|lts|current|rolling|devel|nightly|main|master|glibc|musl|uclibc|perl|otel"
    r"|bookworm|bullseye|buster|trixie|sid|jammy|focal|noble|bionic|plucky|fpm|apache|cli|management|unstable)"
    r"(?:[-.0-9].*)?"
)
_SMALLER: Final = (("alpine", 0.3), ("slim", 0.4))


@dataclass(frozen=True, slots=True)
class Reference:
    """An image's name taken apart: "nginx:1.27" is docker.io/library/nginx, tag 1.27."""

    repository: str
    tag: str
    digest: str = ""

    @classmethod
    def of(cls, text: str) -> Reference:
        """Read a reference; what is not said is docker.io, library and latest."""
        name, _, digest = text.partition("@")
        last = name.rpartition("/")[2]
        tag = last.partition(":")[2]
        name = name.removesuffix(f":{tag}") if tag else name
        host, slash, rest = name.partition("/")
        if not slash or not ("." in host or ":" in host or host == "localhost"):
            host, rest = "docker.io", name
        host = {"index.docker.io": "docker.io", "k8s.gcr.io": "registry.k8s.io"}.get(host, host)
        if host == "docker.io" and "/" not in rest:
            rest = f"library/{rest}"
        return cls(f"{host}/{rest}", tag or "latest", digest)

    @property
    def short(self) -> str:
        """The name as people write it: without docker.io and library."""
        return self.repository.removeprefix("docker.io/").removeprefix("library/")


def known(reference: Reference) -> Known | None:
    """Return what is known of an image's repository, or None."""
    return CATALOGUE.get(reference.short)


def find(text: str) -> Image | None:
    """Return what a registry has under a reference; None when there is no such image."""
    reference = Reference.of(text)
    if not exists(reference):
        return None
    seed = hashlib.sha256(f"{reference.repository}:{reference.tag}".encode()).hexdigest()
    return Image(_size(reference, seed), reference.digest or f"sha256:{seed}")


def exists(reference: Reference) -> bool:
    """Tell whether there is such an image, by the rule above."""
    if _SAYS_NO.search(reference.repository) or _SAYS_NO.search(reference.tag):
        return False
    found = known(reference)
    if found is None:
        return not reference.repository.startswith("docker.io/library/")
    return bool(reference.digest) or _is_tag(reference.tag, found)


def _is_tag(tag: str, image: Known) -> bool:
    """Tell whether a tag looks like one of this image."""
    version = _VERSION.fullmatch(tag)
    if version is None:
        return _VARIANT.fullmatch(tag) is not None or tag in image.tags
    digits = [part for part in version[1].split(".") if part]
    numbers = tuple(int(part) for part in digits[:2])
    return not image.newest or numbers <= image.newest[: len(numbers)] or _is_date(digits[0])


def _is_date(digits: str) -> bool:
    return len(digits) == 8 and digits.startswith("20")


def _size(reference: Reference, seed: str) -> int:
    image = known(reference)
    if image is None or not image.mib:  # between 20 and 320 MiB, small ones as often as large ones
        return int(20 * MIB * 2 ** (4 * int(seed[:8], 16) / 0xFFFFFFFF))
    part = next((part for word, part in _SMALLER if word in reference.tag and image.mib > 20), 1.0)
    return int(image.mib * part * MIB)
