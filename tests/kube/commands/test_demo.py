"""Every scene plays to its end, tells what it promises, and shows the cluster after each beat."""

from __future__ import annotations

import argparse

import pytest

from playground.kube.commands import demo, demo_scenes

# What each scene is there to show, in the words of the story.
SHOWS = {
    "rollout": [
        "cannot start: its image could not be pulled",
        "Deployment web counts ReplicaSet",
        "has successfully progressed",
    ],
    "failure": [
        "has not heard of node-2 for too long and marked it as not ready",
        "tainted node-2 with node.kubernetes.io/unreachable:NoExecute",
        "node-2 (not ready)",
        "is gone from node-2",
    ],
    "preemption": ["The scheduler told pod hobby-", "The scheduler put pod payments on", "had to leave"],
    "crashes": ["ended with exit code 1 (Error)", "ended too often and waits", "starting", "✕ web-"],
    "autoscaling": ["HorizontalPodAutoscaler web scaled Deployment web from 1 to", "to 1.", "cpu is at"],
}


def played(*words: str) -> tuple[int, list[str]]:
    """The exit status and the lines of a run."""
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    said: list[str] = []
    return demo.run(parser.parse_args(words), said.append), said


def test_there_is_something_to_look_for_in_every_scene() -> None:
    assert [scene.name for scene in demo_scenes.SCENES] == list(SHOWS)


@pytest.mark.parametrize("scene", demo_scenes.SCENES, ids=lambda scene: scene.name)
def test_a_scene_tells_what_it_promises(scene: demo_scenes.Scene) -> None:
    status, said = played(scene.name)
    story = "\n".join(said)
    assert status == 0
    assert [words for words in SHOWS[scene.name] if words not in story] == []
    assert story.count("    node-1 ") >= len(scene.beats)


def test_a_story_is_told_in_the_order_of_time() -> None:
    _, said = played("failure")
    moments = [line.split()[0] for line in said if line.startswith("  +")]
    minutes = [(int(moment[1:].split(":")[0]), float(moment.split(":")[1])) for moment in moments]
    assert minutes == sorted(minutes)
    assert len(minutes) > 30


def test_bookkeeping_is_told_only_when_asked_for() -> None:
    short, whole = played("crashes")[1], played("crashes", "--all")[1]
    assert not [line for line in short if "noted on pod" in line]
    assert [line for line in whole if "noted on pod" in line]
    assert len(whole) > len(short)


def test_an_unknown_scene_is_refused_with_the_ones_there_are() -> None:
    status, said = played("opera")
    assert status == 2
    assert said == ["no scene opera; there are rollout, failure, preemption, crashes, autoscaling"]
