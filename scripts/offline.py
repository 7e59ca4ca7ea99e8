"""`make run BUNDLE=FILE`: the steps that set a clone up from a bundle, without a network. For `run`.

A step takes from the bundle only what is missing, so on a machine that has everything nothing is read but the table.
"""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import bootstrap
import clone
from bootstrap import LOGS, Step
from bundle_file import Bundle
from clone import MANIFEST, PYTHON, REQUIREMENTS, ROOT
from console import Failed, run, say, warn

sys.path.insert(0, str(ROOT))

from playground.engine import base_images, daemon_install
from playground.engine.state import EnginePaths, state_dir

APT = """\
Dir::Etc::Parts "{folder}/none";
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "{folder}/none";
Dir::State::Lists "{folder}/lists";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
"""


def steps(bundle: Bundle) -> list[Step]:
    """What `make run` needs, from *bundle*."""
    return [
        debian_step(bundle),
        bootstrap.venv_step(),
        bootstrap.packages_step([REQUIREMENTS], install=lambda: install_wheels(bundle)),
        bootstrap.build_step(do=lambda: unpack_front_end(bundle)),
        images_step(bundle),
        *bootstrap.for_databases(),
    ]


def install_wheels(bundle: Bundle) -> None:
    """pip, with every hash of requirements.txt checked and no index asked."""
    with tempfile.TemporaryDirectory(prefix="drydock-") as folder:
        bundle.take_folder("wheels", Path(folder))
        command: list[str | Path] = [
            PYTHON, "-m", "pip", "install", "--no-index", "--find-links", folder, "--require-hashes",
            "--disable-pip-version-check", "-r", REQUIREMENTS,
        ]  # fmt: skip
        run(command, env=clone.environment(), log=LOGS / "setup-packages.log", what="Installing the Python packages")


def unpack_front_end(bundle: Bundle) -> None:
    """static/dist, as it was built from the same sources elsewhere."""
    dist = MANIFEST.parent
    with tempfile.TemporaryDirectory(prefix=".dist-", dir=dist.parent) as scratch:
        bundle.take_folder("front-end", Path(scratch) / "dist")
        shutil.rmtree(dist, ignore_errors=True)
        (Path(scratch) / "dist").replace(dist)


# --- base images ----------------------------------------------------------------------------------------------------


def images_step(bundle: Bundle) -> Step:
    """The archives, into the cache outside the clone; the site itself imports them into the engine."""
    return Step(
        name="images",
        title="base images",
        fingerprint=None,
        is_there=lambda: not missing_images(bundle),
        do=lambda: take_images(bundle),
        vital=True,
    )


def missing_images(bundle: Bundle) -> list[Path]:
    """Which archives of the catalogue the cache lacks, of those that the bundle has."""
    cache = EnginePaths(state_dir(clone.environment())).images
    carried = {Path(name).name.removesuffix(".gz") for name in bundle.names("images")}
    wanted = [cache / image.archive for image in (*base_images.CATALOGUE, *base_images.SERVICES)]
    return [path for path in wanted if path.name in carried and not path.exists()]


def take_images(bundle: Bundle) -> None:
    """Those that are missing."""
    for path in missing_images(bundle):
        bundle.take(f"images/{path.name}.gz", path, unpack=True)


# --- Debian ---------------------------------------------------------------------------------------------------------


def debian_step(bundle: Bundle) -> Step:
    """The engine's programs, where we may install them."""
    return Step(
        name="debian",
        title="Debian packages",
        fingerprint=None,
        is_there=lambda: not missing_packages(),
        do=lambda: install_debian(bundle),
        vital=True,
    )


def missing_packages() -> list[str]:
    """Debian's packages whose programs are not there."""
    venv = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
    wanted = {**daemon_install.ENGINE_PACKAGES, **daemon_install.WISHED_PACKAGES, "losetup": "mount"}
    return [*dict.fromkeys(daemon_install.missing(wanted)), *venv]


def install_debian(bundle: Bundle) -> None:
    """apt-get install with the bundle as its only source; who may not install goes on without, and is told."""
    names = missing_packages()
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        warn(f"    {' '.join(names)}: missing here, and installing them needs root on Debian.")
        return
    with tempfile.TemporaryDirectory(prefix="drydock-") as folder:
        bundle.take_folder("debian", Path(folder) / "debian")
        with only_source(Path(folder)) as env:
            run(["apt-get", "-q", "update"], env=env, log=LOGS / "setup-apt.log", what="apt-get update")
            try:
                daemon_install.install(names, lambda line: say(f"    {line}"))
            except RuntimeError as failed:
                raise Failed(str(failed)) from failed


@contextmanager
def only_source(folder: Path) -> Iterator[Mapping[str, str]]:
    """While the block runs, apt knows *folder*/debian and nothing else (apt.conf(5): APT_CONFIG)."""
    for name in ("none", "lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    (folder / "sources.list").write_text(f"deb [trusted=yes] file:{folder}/debian ./\n")
    (folder / "apt.conf").write_text(APT.format(folder=folder))
    before = os.environ.get("APT_CONFIG")
    os.environ["APT_CONFIG"] = str(folder / "apt.conf")
    try:
        yield clone.environment(LC_ALL="C")
    finally:
        os.environ.pop("APT_CONFIG")
        if before is not None:
            os.environ["APT_CONFIG"] = before
