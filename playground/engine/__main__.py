"""`python -m playground.engine up|down|status|images|cleanup`: the engine from a terminal. Imported by nobody."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from playground.engine import base_images, daemon, installations
from playground.engine import cleanup as leavings
from playground.engine.base_image_trust import trust_of
from playground.engine.docker_engine import DockerEngine
from playground.engine.errors import EngineDown, EngineError
from playground.engine.lab.egress_setup import BadSetting
from playground.engine.state import EnginePaths, state_dir


def say(line: str) -> None:
    """One line of progress."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - this module is the terminal's


def up(args: argparse.Namespace) -> int:
    """Start our own engine, or answer the one that runs; its address goes to standard output."""
    del args
    started = daemon.start(state_dir(os.environ), say)
    print(started.host)  # noqa: T201
    return 0


def down(args: argparse.Namespace) -> int:
    """Stop our own engine, unless others use it."""
    users = daemon.stop(state_dir(os.environ), say, force=args.force)
    if users:
        say(f"{len(users)} still use it, so it stays; the last of them stops it (--force: stop it now).")
    return 0


def status(args: argparse.Namespace) -> int:
    """Say which engine answers."""
    del args
    say(daemon.status(os.environ))
    return 0 if daemon.find(os.environ) else 1


def images(args: argparse.Namespace) -> int:
    """Make base images and put them on the engine that answers: busybox, those named, or --all."""
    names = list(args.names) or ["busybox:latest"]
    if args.all:
        names = [image.name for image in base_images.CATALOGUE]
    host = daemon.find(os.environ)
    if host is None:
        raise EngineDown(daemon.status(os.environ))
    unknown = [name for name in names if base_images.normalise(name) not in base_images.BY_REFERENCE]
    if unknown:
        say(f"The catalogue has no {', '.join(unknown)}; it has {', '.join(base_images.BY_REFERENCE)}.")
        return 1
    engine = DockerEngine(host, instance="")
    failed = 0
    for name in names:
        failed += not _provide(engine, name)
    engine.close()
    return min(failed, 1)


def _provide(engine: DockerEngine, name: str) -> bool:
    try:
        cache = EnginePaths(state_dir(os.environ)).images
        trust = trust_of(os.environ)
        base_images.ensure(engine, name, cache, lambda line, part: say(f"{part:4.0%} {line}"), trust=trust)
    except (base_images.CannotProvide, BadSetting, EngineError) as failed:
        say(str(failed))
        return False
    return True


def cleanup(args: argparse.Namespace) -> int:
    """List what installations that are gone have left on the engine; with --yes remove it."""
    host = daemon.find(os.environ)
    if host is None:
        raise EngineDown(daemon.status(os.environ))
    state, engine = state_dir(os.environ), DockerEngine(host, instance="")
    gone = {"gone", "unknown"} if args.unknown else {"gone"}
    going = []
    for found in leavings.find(engine, state):
        one = found.installation
        going += [found] if one.life in gone else []
        where = f" in {one.var}, seen {datetime.fromtimestamp(one.seen, UTC):%Y-%m-%d %H:%M} UTC" if one.var else ""
        print(f"{one.instance or 'nobody'}{where}: {one.life}; {found.text}")  # noqa: T201
    if not args.yes or not going:
        say(f"{len(going)} of them would be removed by --yes." if going else "There is nothing to remove.")
        return 0
    left = leavings.remove(engine, going, say)
    for found in going:
        installations.forget(state, found.installation.instance)
    say(f"Removed what {len(going)} had left{f', but for {left} things' if left else ''}.")
    return min(left, 1)


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "up": up,
    "down": down,
    "status": status,
    "images": images,
    "cleanup": cleanup,
}


def main(argv: Sequence[str]) -> int:
    """Run one command; a failure is one sentence and exit code 1."""
    args = _parser().parse_args(argv)
    try:
        return COMMANDS[args.command](args)
    except EngineDown as failed:
        say(failed.message)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground.engine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in COMMANDS.items():
        sub = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0])
        if name == "down":
            sub.add_argument("--force", action="store_true", help="even if others use it")
        if name == "images":
            sub.add_argument("names", nargs="*", metavar="NAME", help="an image of the catalogue")
            sub.add_argument("--all", action="store_true", help="the whole catalogue")
        if name == "cleanup":
            sub.add_argument("--yes", action="store_true", help="remove it; without this nothing is changed")
            sub.add_argument("--unknown", action="store_true", help="also what has no note: it may be another user's")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
