"""`python -m playground.kube apply|demo|golden|bench`: the simulator from a terminal. Imported by nobody."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.kube.commands import apply, bench, demo, golden

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it is good for, its arguments, and what it does (answering the exit status)."""

    about: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Say], int]


COMMANDS: dict[str, Command] = {
    "apply": Command("apply manifests, play a script of actions, show what happened", apply.add_arguments, apply.run),
    "demo": Command("play scenes that show a cluster at work", demo.add_arguments, demo.run),
    "golden": Command("replay recordings of real Kubernetes", golden.add_arguments, golden.run),
    "bench": Command("measure how fast a cluster binds, explains and lives", bench.add_arguments, bench.run),
}


def say(line: str) -> None:
    """One line to standard output."""
    print(line, flush=True)  # noqa: T201 - this module is the terminal's


def main(argv: Sequence[str]) -> int:
    """Run a command; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m playground.kube", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        described = commands.add_parser(
            name, help=command.about, description=command.about, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        command.add_arguments(described)
    args = parser.parse_args(argv)
    return COMMANDS[args.command].run(args, say)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
