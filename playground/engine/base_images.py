"""The catalogue of base images that every build may start FROM, and how an engine comes to have them. Called by the
launcher, `python -m playground.engine images`, the workers (which names are allowed) and the tests.

An archive is made once and cached outside the clone, under a name with its recipe's hash; an image of the same name
that an operator put on the engine is left alone (it lacks our label).
"""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.engine import base_image_recipes as recipes
from playground.engine.base_image_making import CannotMake, make
from playground.engine.base_image_recipes import Recipe
from playground.engine.base_image_trust import NOTHING, Trust, extended
from playground.engine.daemon_users import only_one
from playground.engine.errors import Conflict, EngineError, NotFound
from playground.engine.labels import RECIPE
from playground.engine.port import Engine, ImageDetail

Progress = Callable[[str, float], None]
LOCK_WAIT = 900.0  # another maker's slowest image


class CannotProvide(Exception):
    """The image can neither be made here nor pulled; the message is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImage:
    """One image of the catalogue. The first of *references* is its usual name; *sentence* is for learners."""

    references: tuple[str, ...]
    sentence: str
    recipe: Recipe

    @property
    def name(self) -> str:
        """Its usual name."""
        return self.references[0]

    @property
    def archive(self) -> str:
        """The file name of its root file system in the cache."""
        return f"{self.name.replace(':', '-').replace('/', '-')}-{self.recipe.hash}.tar"


CATALOGUE: tuple[BaseImage, ...] = (
    BaseImage(
        references=("busybox:latest", "busybox:1.35"),
        sentence="A shell and some 270 small Unix tools in two megabytes: starts at once, best for first steps.",
        recipe=recipes.BUSYBOX,
    ),
    BaseImage(
        references=("debian:bookworm-slim", "debian:12-slim"),
        sentence="Debian 12 with apt and little else: what most other images stand on.",
        recipe=recipes.DEBIAN,
    ),
    BaseImage(
        references=("python:3.11-slim", "python:3.11"),
        sentence="Python 3.11 with pip on Debian 12.",
        recipe=recipes.PYTHON,
    ),
    BaseImage(
        references=("gcc:12",),
        sentence="The C compiler of Debian 12 with make, for the first stage of a multi-stage build.",
        recipe=recipes.GCC,
    ),
    BaseImage(
        references=("nginx:1.22", "nginx:latest"),
        sentence="A web server that serves the files in /usr/share/nginx/html on port 80.",
        recipe=recipes.NGINX,
    ),
    BaseImage(
        references=("redis:7",),
        sentence="A key-value store that listens on port 6379.",
        recipe=recipes.REDIS,
    ),
    BaseImage(
        references=("node:18",),
        sentence="Node.js 18 on Debian 12, without npm.",
        recipe=recipes.NODE,
    ),
)
SERVICES: tuple[BaseImage, ...] = (
    BaseImage(
        references=("postgres:15",),
        sentence="PostgreSQL 15 of Debian 12, for docker-compose.yml.",
        recipe=recipes.POSTGRES,
    ),
    BaseImage(
        references=("drydock-engine-base:12",),
        sentence="Debian 12 with what an engine of our own needs, for docker-compose.yml.",
        recipe=recipes.ENGINE,
    ),
)
"""What docker-compose.yml stands on where nothing can be pulled, beside images of the catalogue; not for learners."""
BY_REFERENCE: Mapping[str, BaseImage] = {name: image for image in CATALOGUE for name in image.references}


def normalise(reference: str) -> str:
    """A reference as the catalogue writes it: with its tag, without Docker Hub's prefix."""
    short = reference.removeprefix("docker.io/").removeprefix("library/")
    return short if ":" in short.rpartition("/")[2] or "@" in short else f"{short}:latest"


def available(engine: Engine) -> dict[str, BaseImage]:
    """The catalogue's names that this engine has now."""
    there = {name for image in engine.list_images() for name in image.references}
    return {name: image for name, image in BY_REFERENCE.items() if name in there}


def archive(image: BaseImage, cache_dir: Path, progress: Progress) -> Path:
    """The image's archive in the cache, made if it is not there; no engine is asked. Raises `CannotProvide`."""
    path = cache_dir / image.archive
    if path.exists():
        return path
    with _lock(image, cache_dir):
        try:
            _make(image, cache_dir, progress)
        except CannotMake as cannot:
            raise CannotProvide(f"{image.name} cannot be made on this machine: {cannot}") from cannot
    return path


def ensure(engine: Engine, reference: str, cache_dir: Path, progress: Progress, *, trust: Trust = NOTHING) -> None:
    """See that the engine has this image under all its names. *progress* gets a sentence and a part of 1; *trust* is
    what it gets of this machine beside its recipe.

    Raises `CannotProvide` if it can neither be made nor pulled, `KeyError` if the catalogue has no such image.
    """
    provide(engine, BY_REFERENCE[normalise(reference)], cache_dir, progress, trust=trust)


def provide(engine: Engine, image: BaseImage, cache_dir: Path, progress: Progress, *, trust: Trust = NOTHING) -> None:
    """`ensure` for an image that need not be of the catalogue."""
    with _lock(image, cache_dir):
        present = _present(engine, image.name)
        if present is None or _is_outdated(present, _version(image, trust)):
            _provide(engine, image, cache_dir, progress, trust)
            if present is not None:
                with contextlib.suppress(Conflict, NotFound):  # still used by a container or another image
                    engine.remove_image(present.id)
        _name(engine, image)
    progress(f"{image.name} is ready", 1.0)


@contextlib.contextmanager
def _lock(image: BaseImage, cache_dir: Path) -> Iterator[None]:
    """One maker at a time. A cache that we may only read has all it will ever have, so nobody makes anything."""
    if cache_dir.is_dir() and not os.access(cache_dir, os.W_OK):
        yield
        return
    cache_dir.mkdir(parents=True, exist_ok=True)
    with only_one(cache_dir / f"{image.archive}.lock", wait=LOCK_WAIT):
        yield


def _present(engine: Engine, reference: str) -> ImageDetail | None:
    try:
        return engine.inspect_image(reference)
    except NotFound:
        return None


def _version(image: BaseImage, trust: Trust) -> str:
    """What our label says: the recipe's hash, and that of what the image has of this machine."""
    return "-".join(part for part in (image.recipe.hash, trust.hash) if part)


def _is_outdated(present: ImageDetail, version: str) -> bool:
    """Ours, by an older recipe or for another trust. An image without our label is the operator's."""
    return present.labels.get(RECIPE, version) != version


def _provide(engine: Engine, image: BaseImage, cache_dir: Path, progress: Progress, trust: Trust) -> None:
    try:
        made = _make(image, cache_dir, progress)
    except CannotMake as cannot:
        _pull(engine, image, progress, str(cannot))
        return
    progress(f"{image.name}: importing", 0.9)
    changes = [*image.recipe.changes, f"LABEL {RECIPE}={_version(image, trust)}"]
    if not trust:
        engine.import_image(made, reference=image.name, changes=changes)
        return
    with tempfile.TemporaryDirectory(prefix="drydock-") as scratch:
        whole = extended(made, trust, Path(scratch) / "rootfs.tar")
        engine.import_image(whole, reference=image.name, changes=changes)


def _make(image: BaseImage, cache_dir: Path, progress: Progress) -> Path:
    """The archive, made if it is not there. Call it with the image's lock held. Raises `CannotMake`."""
    path = cache_dir / image.archive
    if not path.exists():
        if not os.access(cache_dir, os.W_OK):
            raise CannotMake(f"{path} is not there and {cache_dir} cannot be written to")
        make(image.recipe, path, lambda line, part: progress(f"{image.name}: {line}", 0.9 * part))
        _forget_older(image, cache_dir)
    return path


def _forget_older(image: BaseImage, cache_dir: Path) -> None:
    """Archives of older recipes of this image are of no more use."""
    stem = image.archive.removesuffix(f"-{image.recipe.hash}.tar")
    for old in cache_dir.glob(f"{stem}-{'[0-9a-f]' * 12}.tar*"):
        if not old.name.startswith(image.archive):
            old.unlink(missing_ok=True)


def _pull(engine: Engine, image: BaseImage, progress: Progress, why: str) -> None:
    progress(f"{image.name}: cannot be made here ({why}); pulling it", 0.1)
    try:
        engine.pull_image(image.name)
    except EngineError as failed:
        raise CannotProvide(
            f"{image.name} can neither be made on this machine ({why}) nor pulled: {failed.message}"
        ) from failed


def _name(engine: Engine, image: BaseImage) -> None:
    """Give our image its other names; a name that the operator gave to an image of their own stays theirs."""
    usual = engine.inspect_image(image.name)
    for reference in image.references[1:]:
        other = _present(engine, reference)
        if other is None or (other.id != usual.id and RECIPE in other.labels):
            engine.tag_image(usual.id, reference)
