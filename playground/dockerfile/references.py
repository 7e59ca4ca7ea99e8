"""Names of images: taking them apart, comparing them, and helping with names that Docker would refuse.

Follows the grammar that registries share. Says nothing about whether an image exists.
"""

import re
import unicodedata
from dataclasses import dataclass

DEFAULT_DOMAIN = "docker.io"
OFFICIAL = "library/"
DEFAULT_TAG = "latest"
LONGEST_NAME = 255
LONGEST_TAG = 128

_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_LABEL = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)"
_DOMAIN = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_TAG = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9_.-]{{0,{LONGEST_TAG - 1}}}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_IMAGE_ID = re.compile(r"[a-f0-9]{64}")
_ALGORITHM = "sha256"


@dataclass(frozen=True, slots=True)
class Reference:
    """`registry.example/team/app:1.0@sha256:…` in its four parts; the tag stays None when it was not written."""

    domain: str
    path: str
    tag: str | None
    digest: str | None

    def familiar(self) -> str:
        """The short name people write: `busybox:latest`."""
        official = self.path.startswith(OFFICIAL) and self.path.count("/") == 1
        short = self.path.removeprefix(OFFICIAL) if official else self.path
        return self._ending(short if self.domain == DEFAULT_DOMAIN else f"{self.domain}/{self.path}")

    def canonical(self) -> str:
        """The one full spelling: `docker.io/library/busybox:latest`."""
        return self._ending(f"{self.domain}/{self.path}")

    def _ending(self, name: str) -> str:
        tag = self.tag or (None if self.digest else DEFAULT_TAG)
        return f"{name}{f':{tag}' if tag else ''}{f'@{self.digest}' if self.digest else ''}"


@dataclass(frozen=True, slots=True)
class NameAdvice:
    """Why a name will not do, and one that will."""

    message: str
    suggestion: str


def parse_reference(text: str) -> Reference | None:
    """Take a name apart; None when Docker would not accept it."""
    if _IMAGE_ID.fullmatch(text):
        # 64 hexadecimal digits are an image id, and a name may not look like one.
        return None
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    domain, rest = _split_domain(rest)
    path, colon, tag = rest.partition(":")
    if domain == DEFAULT_DOMAIN and "/" not in path:
        path = OFFICIAL + path
    if not _DOMAIN.fullmatch(domain) or not _PATH.fullmatch(path) or len(f"{domain}/{path}") > LONGEST_NAME:
        return None
    if colon and not _TAG.fullmatch(tag):
        return None
    return Reference(domain, path, tag if colon else None, digest if at else None)


def _split_domain(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    # `localhost/app` and `host:5000/app` name a registry; `team/app` is a place on the default one.
    names_registry = slash and (first == "localhost" or "." in first or ":" in first or first != first.lower())
    if not names_registry:
        return DEFAULT_DOMAIN, name
    return (DEFAULT_DOMAIN if first == f"index.{DEFAULT_DOMAIN}" else first), rest


def normalise(text: str) -> str | None:
    """The one full spelling of a name, so that two spellings of one image compare equal."""
    reference = parse_reference(text)
    return reference.canonical() if reference else None


def check_tag(text: str) -> NameAdvice | None:
    """Advice about a name a learner wants to give to an image, or None when it is fine."""
    id_like = _split_tag(text)[0] == _ALGORITHM
    if parse_reference(text) is not None and "@" not in text and not id_like:
        return None
    suggestion = suggest_name("" if id_like else text)
    return NameAdvice(f"{_complaint(text)}: try {suggestion}.", suggestion)


def _complaint(text: str) -> str:
    name, _, tag = _split_tag(text)
    complaints = (
        (not text.strip(), "An image needs a name"),
        ("@" in text, "A name you give to an image has no @ part"),
        (any(character.isupper() for character in name), "Image names are lower case"),
        (any(character.isspace() for character in text), "Image names have no spaces"),
        (len(name) > LONGEST_NAME - len(f"{DEFAULT_DOMAIN}/{OFFICIAL}"), "This image name is too long"),
        (name == _ALGORITHM, f"Image ids begin with {_ALGORITHM}, so no image is called that"),
        (len(tag) > LONGEST_TAG, f"A tag has at most {LONGEST_TAG} characters"),
        (bool(_IMAGE_ID.fullmatch(text)), "This looks like an image id and not like a name"),
        (bool(tag) and not _TAG.fullmatch(tag), "A tag holds letters, digits, dots, dashes and underscores only"),
        (text.endswith(":"), "There is no tag after the colon"),
    )
    other = "Image names hold lower-case letters, digits, and single dots, dashes or underscores between them"
    return next((words for wrong, words in complaints if wrong), other)


def _split_tag(text: str) -> tuple[str, str, str]:
    """Name, colon, tag; a colon before the last slash belongs to a port."""
    name, colon, tag = text.rpartition(":")
    return (name, colon, tag) if colon and "/" not in tag else (text, "", "")


def suggest_name(text: str) -> str:
    """The nearest name that Docker accepts."""
    name, _, tag = _split_tag(text.partition("@")[0])
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    parts = [_tidy(part) for part in plain.split("/")]
    path = "/".join(part for part in parts if part)[:100].rstrip("/-_.") or "my-app"
    if _IMAGE_ID.fullmatch(path):
        path = "my-app"
    clean_tag = re.sub(r"[^A-Za-z0-9_.-]+", "-", tag).strip("-.")[:LONGEST_TAG]
    suggestion = f"{path}:{clean_tag}" if clean_tag else path
    return suggestion if parse_reference(suggestion) else "my-app"


def _tidy(part: str) -> str:
    words = re.sub(r"[^a-z0-9._-]+", "-", part)
    # A run of separators is only allowed when it is all dashes, or one or two underscores.
    single = re.sub(r"[._-]{2,}", lambda run: "-" if len(set(run[0])) > 1 else run[0][0], words)
    return single.strip("._-")
