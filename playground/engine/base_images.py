"""The catalogue of base images that every build may start FROM, and how an engine comes to have them. Called by the
launcher, `python -m playground.engine images`, the workers (which names are allowed) and the tests.

An archive is made once and cached outside the clone, under a name with its recipe's hash; an image of the same name
that an operator put on the engine is left alone (it lacks our label).
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.engine import base_image_recipes as recipes
from playground.engine.base_image_making import CannotMake, make
from playground.engine.base_image_recipes import Recipe
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
BY_REFERENCE: Mapping[str, BaseImage] = {name: image for image in CATALOGUE for name in image.references}


def normalise(reference: str) -> str:
    """A reference as the catalogue writes it: with its tag, without Docker Hub's prefix."""
    short = reference.removeprefix("docker.io/").removeprefix("library/")
    return short if ":" in short.rpartition("/")[2] or "@" in short else f"{short}:latest"


def available(engine: Engine) -> dict[str, BaseImage]:
    """The catalogue's names that this engine has now."""
    there = {name for image in engine.list_images() for name in image.references}
    return {name: image for name, image in BY_REFERENCE.items() if name in there}


def ensure(engine: Engine, reference: str, cache_dir: Path, progress: Progress) -> None:
    """See that the engine has this image under all its names. *progress* gets a sentence and a part of 1.

    Raises `CannotProvide` if it can neither be made nor pulled, `KeyError` if the catalogue has no such image.
    """
    image = BY_REFERENCE[normalise(reference)]
    cache_dir.mkdir(parents=True, exist_ok=True)
    with only_one(cache_dir / f"{image.archive}.lock", wait=LOCK_WAIT):
        present = _present(engine, image.name)
        if present is None or _is_outdated(present, image):
            _provide(engine, image, cache_dir, progress)
            if present is not None:
                with contextlib.suppress(Conflict, NotFound):  # still used by a container or another image
                    engine.remove_image(present.id)
        _name(engine, image)
    progress(f"{image.name} is ready", 1.0)


def _present(engine: Engine, reference: str) -> ImageDetail | None:
    try:
        return engine.inspect_image(reference)
    except NotFound:
        return None


def _is_outdated(present: ImageDetail, image: BaseImage) -> bool:
    """Ours, by an older recipe. An image without our label is the operator's."""
    return present.labels.get(RECIPE, image.recipe.hash) != image.recipe.hash


def _provide(engine: Engine, image: BaseImage, cache_dir: Path, progress: Progress) -> None:
    archive = cache_dir / image.archive
    try:
        if not archive.exists():
            make(image.recipe, archive, lambda line, part: progress(f"{image.name}: {line}", 0.9 * part))
            _forget_older(image, cache_dir)
    except CannotMake as cannot:
        _pull(engine, image, progress, str(cannot))
        return
    progress(f"{image.name}: importing", 0.9)
    label = f"LABEL {RECIPE}={image.recipe.hash}"
    engine.import_image(archive, reference=image.name, changes=[*image.recipe.changes, label])


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
