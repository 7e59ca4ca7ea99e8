"""`golden PATH…`: replays recordings of real Kubernetes and prints every difference.

Finds files, tells the kinds of recording apart by content, leaves the replaying to one module per kind. Known
exceptions stand in known_exceptions.json and are counted apart.
"""

import argparse
import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from playground.kube.commands import (
    golden_controllers,
    golden_kubectl,
    golden_scheduling,
    golden_validation,
)
from playground.kube.commands.differences import Difference, Replayed, Scenario, broken

Say = Callable[[str], None]

# Kind of recording -> the keys that each of its entries has.
SHAPES: dict[str, frozenset[str]] = {
    "scheduling": frozenset({"nodes", "existing", "steps"}),
    "validation": frozenset({"request", "response"}),
    "kubectl": frozenset({"kubectl"}),
    "controllers": frozenset({"area", "actions", "events"}),
}
REPLAYS: dict[str, Callable[[Scenario], Replayed]] = {
    "scheduling": golden_scheduling.replay,
    "validation": golden_validation.replay,
    "kubectl": golden_kubectl.replay,
    "controllers": golden_controllers.replay,
}
TRACES: dict[str, Callable[[Scenario], Iterator[str]]] = {"controllers": golden_controllers.trace}


class NotARecording(Exception):
    """The file is no recording of a known kind."""


@dataclass(frozen=True, slots=True)
class KnownException:
    """A difference that is the recording's fault, or has no right answer."""

    scenario: str
    seed: int | None  # of the scenario: another corpus may use the same name again
    step: str
    what: frozenset[str]
    why: str

    def covers(self, difference: Difference, seed: int | None) -> bool:
        """Whether it is this difference; *what* may name the whole ("after"), a part ("after.node"), or all ("*")."""
        whole = difference.what.partition(".")[0]
        mine = (difference.scenario, seed, difference.step) == (self.scenario, self.seed, self.step)
        return mine and (whole in self.what or "*" in self.what)


@dataclass(slots=True)
class Count:
    """Steps of one kind of recording, and how many of them are known exceptions."""

    steps: int = 0
    known: int = 0

    def add(self, steps: int, known: int) -> None:
        """Count one scenario's."""
        self.steps += steps
        self.known += known

    def share(self, kind: str) -> str:
        """The exceptions as a share: "controllers 28 of 2388 (1.2 %)"; nothing where there are none."""
        return f"{kind} {self.known} of {self.steps} ({100 * self.known / self.steps:.1f} %)" if self.known else ""


@dataclass(slots=True)
class Totals:
    """What all files together came to."""

    scenarios: int = 0
    steps: int = 0
    known: int = 0
    counts: dict[str, Count] = field(default_factory=dict)  # by kind of recording
    differences: list[Difference] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a .json or .json.gz file, or a folder of them"
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="replay only scenarios whose name contains this")
    parser.add_argument("--most", type=int, default=20, metavar="N", help="print at most N differences of a file (20)")
    parser.add_argument("--known", action="store_true", help="print the known exceptions with their causes")
    parser.add_argument(
        "--trace",
        action="store_true",
        help="print the recorded timeline and ours (controllers)",
    )


def run(args: argparse.Namespace, say: Say) -> int:
    """Replay everything; the exit status is 1 where something differs, 2 where there is nothing to replay."""
    files = list(recordings(args.paths))
    totals, known = Totals(), known_exceptions()
    if not files:
        say(f"no recordings in {', '.join(map(str, args.paths))}")
        return 2
    for path in files:
        try:
            _replay_file(path, args, known, totals, say)
        except NotARecording as error:
            say(f"{path}: {error}")
            if path in args.paths:
                return 2
    if totals.known:
        shares = [share for kind, count in sorted(totals.counts.items()) if (share := count.share(kind))]
        say(f"{totals.known} known exceptions: {', '.join(shares)}")
    say(f"{totals.scenarios} scenarios, {totals.steps} steps, {len(totals.differences)} differences")
    return 1 if totals.differences else 0


def recordings(paths: Sequence[Path]) -> Iterator[Path]:
    """The files to replay, in order of name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.name.endswith((".json", ".json.gz")))
        else:
            yield path


def load(path: Path) -> list[dict[str, Any]]:
    """The scenarios of a file. Raises NotARecording."""
    try:
        data = path.read_bytes()
        entries = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (OSError, EOFError, ValueError) as error:
        raise NotARecording(f"cannot be read: {error}") from error
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise NotARecording("not a recording: a list of scenarios is expected")
    return entries


def kind_of(entry: Scenario) -> str:
    """What kind of recording a scenario is, by its keys. Raises NotARecording."""
    for kind, keys in SHAPES.items():
        if keys <= entry.keys():
            return kind
    raise NotARecording(f"not a recording of a known kind: its entries have {', '.join(sorted(entry))}")


def known_exceptions() -> tuple[KnownException, ...]:
    """The entries of known_exceptions.json."""
    text = (resources.files(__package__) / "known_exceptions.json").read_text(encoding="utf-8")
    return tuple(
        KnownException(entry["scenario"], entry.get("seed"), entry["step"], frozenset(entry["what"]), entry["why"])
        for entry in json.loads(text)
    )


def _replay_file(
    path: Path, args: argparse.Namespace, known: Sequence[KnownException], totals: Totals, say: Say
) -> None:
    """Replay one file: its differences, then its line."""
    entries = [entry for entry in load(path) if args.only in str(entry.get("name", ""))]
    kinds = [kind_of(entry) for entry in entries]
    outcomes = [_replay(kind, entry) for kind, entry in zip(kinds, entries, strict=True)]
    seeds = {entry.get("name"): entry.get("seed") for entry in entries}
    new: list[Difference] = []
    excused: list[str] = []
    for kind, outcome in zip(kinds, outcomes, strict=True):
        found, lines = _judged(outcome, seeds.get(outcome.scenario), known)
        new += found
        excused += lines
        totals.counts.setdefault(kind, Count()).add(outcome.steps, len(lines))
    for entry in entries if args.trace else ():
        _trace(kind_of(entry), entry, say)
    for difference in new[: args.most]:
        say(f"  {difference}")
    for line in excused if args.known else ():
        say(line)
    if len(new) > args.most:
        say(f"  … and {len(new) - args.most} more")
    steps = sum(outcome.steps for outcome in outcomes)
    if outcomes:
        excepted = f", {len(excused)} known exceptions" if excused else ""
        say(f"{path}: {len(outcomes)} scenarios, {steps} steps, {len(new)} differences{excepted}")
    totals.scenarios += len(outcomes)
    totals.steps += steps
    totals.known += len(excused)
    totals.differences += new


def _judged(outcome: Replayed, seed: int | None, known: Sequence[KnownException]) -> tuple[list[Difference], list[str]]:
    """The differences that nothing excuses, and a line with its cause for each that is excused."""
    new, excused = [], []
    for each in outcome.differences:
        why = next((entry.why for entry in known if entry.covers(each, seed)), None)
        if why is None:
            new.append(each)
        else:
            excused.append(f"  known: {each.scenario} {each.step}: {why}")
    return new, excused


def _trace(kind: str, entry: Scenario, say: Say) -> None:
    """Print what happened in a scenario, where its kind can tell."""
    if kind in TRACES:
        say(f"  {entry['name']}")
        for line in TRACES[kind](entry):
            say(line)


def _replay(kind: str, entry: Scenario) -> Replayed:
    """Replay one scenario; one that breaks the simulator is a difference, and the others go on."""
    try:
        return REPLAYS[kind](entry)
    except Exception as error:  # noqa: BLE001 - whatever broke is reported as the outcome of this scenario
        return broken(str(entry["name"]), error)
