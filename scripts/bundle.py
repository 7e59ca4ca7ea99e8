"""`make bundle`: writes all that `make run BUNDLE=FILE` needs on a machine without a network to one file.

In it: archives of the base images, the locked Python packages as wheels, the built front end, and Debian's packages
that the engine needs with all they depend on, each from where this machine's own tools get it.
"""

import argparse
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import bootstrap
import bundle_file
import clone
from clone import PYTHON, REQUIREMENTS, REQUIREMENTS_POSTGRES, ROOT
from console import Failed, fail, run, say, timed

sys.path.insert(0, str(ROOT))

from playground.engine import base_images, daemon_install
from playground.engine.state import EnginePaths, state_dir

QUICK = 1  # gzip's level: twice the speed of the usual one for a tenth more
INSTALLED = re.compile(r"^Inst (\S+) \((\S+) ")
LOGS = ROOT / "var" / "log"


def main(words: Sequence[str]) -> int:
    """Collect and write; a failure is one sentence and exit code 1."""
    args = parse(words)
    began = time.monotonic()
    target: Path = args.out.resolve()
    try:
        if not bootstrap.set_up("run"):
            return 1
        with tempfile.TemporaryDirectory(prefix=".bundle-", dir=target.parent) as scratch:
            collect(Path(scratch), with_compose=args.compose)
            with timed(f"{target.name}"):
                digest = bundle_file.write(target, Path(scratch), bundle_file.facts())
    except Failed as failed:
        for line in failed.tail:
            say(f"    {line}")
        fail(str(failed))
        return 1
    except OSError as error:
        fail(f"The bundle cannot be written: {error}.")
        return 1
    size = target.stat().st_size
    say(f"{target}: {size / 1e6:.0f} MB in {time.monotonic() - began:.0f} s")
    say(f"  sha256 {digest}")
    say(f"  on the other machine, in a clone of the same version: make run BUNDLE={target.name}")
    return 0


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bundle.py", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "drydock-bundle.tar", help="the file to write")
    parser.add_argument("--compose", action="store_true", help="with the images that docker-compose.yml stands on")
    return parser.parse_args(list(words))


def collect(folder: Path, *, with_compose: bool) -> None:
    """Everything into *folder*, as it will lie in the bundle."""
    if not clone.MANIFEST.exists():
        raise Failed(f"The front end is not built, so there is nothing to carry; {bootstrap.NPM_BY_HAND}.")
    with timed("wheels"):
        wheels(folder / "wheels")
    with timed("front end"):
        shutil.copytree(clone.MANIFEST.parent, folder / "front-end")
    with timed("Debian packages"):
        debian(folder / "debian", packages())
    catalogue = (*base_images.CATALOGUE, *(base_images.SERVICES if with_compose else ()))
    with timed("base images"):
        images(folder / "images", catalogue)


def wheels(folder: Path) -> None:
    """The locked packages, every one with its hash checked; as wheels only, for nothing is compiled over there."""
    folder.mkdir()
    command: list[str | Path] = [
        PYTHON, "-m", "pip", "download", "--require-hashes", "--only-binary", ":all:", "--no-deps", "-q", "-d", folder,
    ]  # fmt: skip
    for file in (REQUIREMENTS, REQUIREMENTS_POSTGRES):
        what = f"Getting the wheels of {file.name}"
        run([*command, "-r", file], env=clone.environment(), log=LOGS / "bundle-wheels.log", what=what)


def images(folder: Path, catalogue: Sequence[base_images.BaseImage]) -> None:
    """The archives from the cache outside the clone; those that are not in it are made."""
    cache = EnginePaths(state_dir(clone.environment())).images
    folder.mkdir()
    for image in catalogue:
        try:
            archive = base_images.archive(image, cache, lambda note, part: None)
        except base_images.CannotProvide as cannot:
            raise Failed(f"{cannot}.") from cannot
        with archive.open("rb") as content, gzip.open(folder / f"{archive.name}.gz", "wb", QUICK) as out:
            shutil.copyfileobj(content, out, bundle_file.CHUNK)


# --- Debian ---------------------------------------------------------------------------------------------------------


def packages() -> tuple[str, ...]:
    """What a machine may lack: the engine's packages, and the module that makes virtual environments."""
    return (
        *daemon_install.ENGINE_PACKAGES.values(),
        *daemon_install.WISHED_PACKAGES.values(),
        "mount",
        "ca-certificates",
        "python3-venv",
    )


def debian(folder: Path, names: Sequence[str]) -> None:
    """*names* with all they depend on, and the index that makes the folder a source for apt (sources.list(5))."""
    folder.mkdir(mode=0o755)
    if shutil.which("apt-get") is None:
        raise Failed("There is no apt-get here: a bundle is made on Debian.")
    wanted = closure(names)
    download = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *wanted]
    run(["env", "-C", folder, *download], env=clone.environment(LC_ALL="C"), log=LOGS / "bundle-debian.log",
        what="Getting Debian's packages")  # fmt: skip
    index = "\n".join(entry(path) for path in sorted(folder.glob("*.deb")))
    (folder / "Packages").write_text(index)


def closure(names: Sequence[str]) -> list[str]:
    """`name=version` of everything that apt would install for *names* on a machine that has nothing at all."""
    with tempfile.NamedTemporaryFile(prefix="drydock-", suffix="-status") as nothing:
        command = [
            "apt-get", "-s", "-o", f"Dir::State::status={nothing.name}", "--no-install-recommends", "install", *names,
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env=clone.environment(LC_ALL="C"),
        )  # fmt: skip
    found = [match for line in done.stdout.splitlines() if (match := INSTALLED.match(line))]
    if done.returncode != 0 or not found:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Failed(f"apt does not know {' '.join(names)} ({why}); run apt-get update.")
    return [f"{match[1]}={match[2]}" for match in found]


def entry(path: Path) -> str:
    """One package's paragraph of the index: its control data and where it is."""
    control = subprocess.run(["dpkg-deb", "-f", path], capture_output=True, text=True, check=True).stdout
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{control.rstrip()}\nFilename: ./{path.name}\nSize: {path.stat().st_size}\nSHA256: {digest}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
