"""`make compose`, `make compose-down`: the site in containers, by docker-compose.yml.

`compose.py up [--bundle FILE] [WORDS…]`: the secrets, the base images for learners and what the images are built from,
as far as they are missing, then `docker compose up -d --build WORDS`. `compose.py secrets`, `archives`, `bases`: one of
these steps. `compose.py down [WORDS…]`. It asks the engine that DOCKER_HOST names, else the machine's.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import clone
from bundle_file import Bundle
from clone import ROOT
from console import Failed, fail, say, timed

sys.path.insert(0, str(ROOT))

from playground.engine import base_images
from playground.engine.base_images import BaseImage
from playground.engine.state import EnginePaths, state_dir

FILE = ROOT / "docker-compose.yml"
WHEELS = ROOT / "docker" / "wheels"
STANDS_ON: Mapping[str, str] = {
    "SITE_BASE_IMAGE": "python:3.11-slim",
    "REDIS_BASE_IMAGE": "redis:7",
    "POSTGRES_BASE_IMAGE": "postgres:15",
    "ENGINE_BASE_IMAGE": "drydock-engine-base:12",
}
"""What the images are built from where nothing can be pulled: images made from Debian's packages."""


def main(words: Sequence[str]) -> int:
    """Do one thing; a failure is one sentence and exit code 1."""
    args, more = parse(words)
    try:
        COMMANDS[args.command](args.bundle, more)
    except Failed as failed:
        fail(str(failed))
        return 1
    return 0


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command line; what we do not know is for docker compose."""
    parser = argparse.ArgumentParser(prog="compose.py", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--bundle", type=lambda text: Bundle(Path(text)), help="what make bundle COMPOSE=1 wrote")
    return parser.parse_known_args(list(words))


def up(bundle: Bundle | None, words: Sequence[str]) -> None:
    """Everything, in order."""
    program = compose_program()
    make_secrets()
    archives(bundle, ())
    env = dict(os.environ)
    if bundle is not None:
        with timed("wheels"):
            bundle.take_folder("wheels", WHEELS)
            bundle.take_folder("front-end", clone.MANIFEST.parent)
        bases(bundle, ())
        env = {**STANDS_ON, **env}
    env.setdefault("DRYDOCK_IMAGES", str(cache()))
    if subprocess.run([*program, "up", "-d", "--build", *words], cwd=ROOT, env=env, check=False).returncode:
        raise Failed(f"{' '.join(program)} could not start it; see above.")
    say(f"Drydock will be at http://localhost:{clone.port()} in a moment; make compose-down ends it.")


def down(bundle: Bundle | None, words: Sequence[str]) -> None:
    """End it; the learners' work stays in its volumes (`-v` removes them, too)."""
    del bundle
    if subprocess.run([*compose_program(), "down", *words], cwd=ROOT, check=False).returncode:
        raise Failed("It could not be taken down; see above.")


def compose_program() -> list[str]:
    """The plugin (version 2), or Debian's docker-compose (1.29)."""
    if shutil.which("docker"):
        asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    raise Failed("There is no docker compose here; install it: apt-get install docker-compose.")


# --- secrets --------------------------------------------------------------------------------------------------------


def make_secrets() -> None:
    """A file each, made once. The folder is closed; the files are not, for each is shown to containers by itself, where
    no user of ours is its owner.
    """
    folder = Path(os.environ.get("DRYDOCK_SECRETS") or ROOT / "docker" / "secrets")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in ("secret_key", "postgres_password", "redis_password"):
        keep(folder / name, secrets.token_urlsafe(48))
    keep(folder / "redis_url", f"redis://:{(folder / 'redis_password').read_text()}@redis:6379/0")


def keep(path: Path, content: str) -> None:
    """Write it unless it is there."""
    if not path.exists():
        scratch = path.with_name(f".{path.name}.new")
        scratch.write_text(content)
        scratch.chmod(0o444)
        scratch.replace(path)


# --- images ---------------------------------------------------------------------------------------------------------


def cache() -> Path:
    """Where archives are kept, outside the clone."""
    return EnginePaths(state_dir(os.environ)).images


def archives(bundle: Bundle | None, words: Sequence[str]) -> None:
    """The base images for learners, as archives that a worker imports."""
    del words
    provide(base_images.CATALOGUE, bundle)


def bases(bundle: Bundle | None, words: Sequence[str]) -> None:
    """What our images are built from, on the engine that compose uses, made from Debian's packages."""
    del words
    wanted = [image for image in (*base_images.CATALOGUE, *base_images.SERVICES) if image.name in STANDS_ON.values()]
    provide(wanted, bundle)
    for image in wanted:
        there = subprocess.run(["docker", "image", "inspect", image.name], capture_output=True, check=False)
        if there.returncode:
            with timed(f"{image.name} to the engine"):
                changes = [word for change in image.recipe.changes for word in ("-c", change)]
                call(["docker", "import", *changes, str(cache() / image.archive), image.name])


def provide(images: Sequence[BaseImage], bundle: Bundle | None) -> None:
    """Their archives in the cache, from the bundle or made here."""
    for image in images:
        path = cache() / image.archive
        if path.exists():
            continue
        with timed(image.name):
            if bundle is not None:
                bundle.take(f"images/{image.archive}.gz", path, unpack=True)
                continue
            try:
                base_images.archive(image, cache(), lambda note, part: None)
            except base_images.CannotProvide as cannot:
                raise Failed(f"{cannot}; take them from a bundle: make compose BUNDLE=FILE.") from cannot


def call(command: Sequence[str]) -> None:
    """Run it; raises `Failed` with its last words."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Failed(f"{command[0]} {command[1]} failed: {why}")


COMMANDS: Mapping[str, Callable[[Bundle | None, Sequence[str]], None]] = {
    "up": up,
    "down": down,
    "archives": archives,
    "bases": bases,
    "secrets": lambda bundle, words: make_secrets(),
}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failed:
        fail(str(failed))
        sys.exit(1)
