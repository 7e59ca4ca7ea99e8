"""`demo`: five scenes in the terminal, told as they happen, at the pace of the cluster's own clock.

What is said of each change comes from narration/; scenes are data (demo_scenes.py). With `--speed 4` four seconds of
the cluster take one of the reader's; without it nothing waits.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from playground.kube.cluster import Cluster
from playground.kube.commands import demo_scenes, durations, nodes, script
from playground.kube.commands.actions import Stage
from playground.kube.commands.demo_picture import LEGEND, picture
from playground.kube.narration import Narrator, Sentence
from playground.kube.programs import LEARNER

Say = Callable[[str], None]

ALIKE: Final = 3  # sentences of one kind at one moment that are told before "and so many more"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    names = ", ".join(scene.name for scene in demo_scenes.SCENES)
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"some of: {names} (all)")
    parser.add_argument("--speed", type=float, default=0.0, metavar="N",
                        help="cluster seconds in one second of yours; 0 waits for nothing (0)")  # fmt: skip
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="the seed of names (7)")
    parser.add_argument("--all", action="store_true", help="tell every change, bookkeeping and Events too")


def run(args: argparse.Namespace, say: Say) -> int:
    """Play the scenes; the exit status is 1 where an action was refused, 2 for a scene that does not exist."""
    known = {scene.name: scene for scene in demo_scenes.SCENES}
    if unknown := [name for name in args.scenes if name not in known]:
        say(f"no scene {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    chosen = [known[name] for name in args.scenes] or list(demo_scenes.SCENES)
    say(LEGEND)
    played = [Player(say, args).play(scene) for scene in chosen]
    return 0 if all(played) else 1


class Player:
    """One scene on a cluster of its own."""

    def __init__(self, say: Say, args: argparse.Namespace) -> None:
        self._say, self._speed, self._all = say, args.speed, args.all
        self.cluster = Cluster(seed=args.seed, profile=LEARNER)
        self._start = self.cluster.clock.now

    def play(self, scene: demo_scenes.Scene) -> bool:
        """Set the stage, then take the beats one by one. False where an action was refused."""
        self._say(f"\n=== {scene.title} ===\n{scene.about}")
        stage = Stage(self.cluster, self._say, scene.files.__getitem__)
        for number in range(1, scene.nodes + 1):
            self.cluster.apply(
                nodes.machine(f"node-{number}", {"zone": nodes.ZONES[(number - 1) % 3], **scene.machine})
            )
        self.cluster.advance(20)
        self._start = self.cluster.clock.now
        done = [self._beat(beat, stage) for beat in scene.beats]
        return all(done)

    def _beat(self, beat: demo_scenes.Beat, stage: Stage) -> bool:
        """Say what is coming, do it, tell what came of it, and show the cluster."""
        self._say(f"\n{beat.says}")
        narrator = Narrator(self.cluster.api, self.cluster.revision)
        fine = script.run(script.parse("\n".join(beat.does)), stage)
        end = self.cluster.clock.now + durations.parse(beat.watch)
        while (due := self.cluster.next_at()) is not None and due <= end:
            self._tell(narrator.poll())
            self._wait(due - self.cluster.clock.now)
            self.cluster.advance(due - self.cluster.clock.now)
        self._wait(end - self.cluster.clock.now)
        self.cluster.advance(end - self.cluster.clock.now)
        self._tell(narrator.poll())
        for line in picture(self.cluster):
            self._say(f"    {line}")
        return fine

    def _tell(self, sentences: Iterable[Sentence]) -> None:
        told = [each for each in sentences if self._all or not each.detail]
        for line in shortened(told):
            self._say(f"  {_moment(line.time - self._start)}  {line.text}")

    def _wait(self, seconds: float) -> None:
        if self._speed > 0:
            time.sleep(seconds / self._speed)  # noqa: TID251 - the reader's time, not the cluster's


def shortened(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Leave out what is said of many objects at one moment: three of a kind, then how many more there were."""
    for _, group in groupby(sentences, key=lambda each: (each.time, each.actor, each.resource, _shape(each.text))):
        alike = list(group)
        yield from alike[:ALIKE]
        if len(alike) > ALIKE:
            last = alike[-1]
            more = f"… and {len(alike) - ALIKE} more like this."
            yield Sentence(last.revision, last.time, last.actor, last.resource, last.key, more, None, None)


def _shape(text: str) -> str:
    """A sentence without its names and numbers."""
    return re.sub(r"\S*[-\d]\S*", "*", text)


def _moment(seconds: float) -> str:
    """A time as "+1:05", with tenths below ten seconds: "+0:02.5"."""
    minutes, rest = divmod(seconds, 60)
    return f"+{int(minutes)}:{rest:04.1f}"
