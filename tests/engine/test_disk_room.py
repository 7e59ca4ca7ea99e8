"""The room on an engine's disk: the watcher's note, else the file system that the listening process sees."""

import json
import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.engine import disk_room
from playground.engine.port import Room
from playground.engine.state import EnginePaths


@pytest.fixture
def paths(tmp_path: Path) -> EnginePaths:
    """An engine of ours, as far as its folder goes."""
    made = EnginePaths(tmp_path)
    made.root.mkdir()
    return made


@pytest.fixture
def listening(paths: EnginePaths) -> Iterator[EnginePaths]:
    """Somebody (this process) listens at its socket."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(paths.socket))
        door.listen()
        yield paths


def note(paths: EnginePaths, text: str, *, age: float = 0.0) -> None:
    """What the watcher wrote, so many seconds ago."""
    paths.room.write_text(text)
    then = time.time() - age
    os.utime(paths.room, (then, then))


def test_our_own_engine_s_room_is_what_its_watcher_noted(paths: EnginePaths) -> None:
    note(paths, json.dumps({"free": 5, "total": 9}))
    assert disk_room.look(paths.host, "/nowhere") == Room(free=5, total=9)


def test_its_disk_is_a_file_that_may_lack_the_room_it_promises(paths: EnginePaths) -> None:
    below = shutil.disk_usage(paths.state).free
    note(paths, json.dumps({"free": 1 << 60, "total": 1 << 61}))
    room = disk_room.look(paths.host, "/nowhere")
    assert room is not None
    assert abs(room.free - below) < 1 << 30


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"free": 1}', '{"free": "x", "total": 1}', "\xff"])
def test_a_note_that_cannot_be_read_is_none(text: str, paths: EnginePaths) -> None:
    note(paths, text)
    assert disk_room.look(paths.host, "/") is None


def test_an_old_note_says_nothing_and_the_listener_s_view_is_taken(listening: EnginePaths) -> None:
    note(listening, json.dumps({"free": 5, "total": 9}), age=61)
    found = os.statvfs("/")
    room = disk_room.look(listening.host, "/")
    assert room is not None
    assert room.total == found.f_blocks * found.f_frsize
    assert 0 < room.free <= room.total


@pytest.mark.parametrize("root", ["", "relative", "/no/such/folder"])
def test_a_root_that_is_not_there_is_not_seen(root: str, listening: EnginePaths) -> None:
    assert disk_room.look(listening.host, root) is None


@pytest.mark.parametrize("host", ["tcp://127.0.0.1:2375", "unix:///no/such/socket", ""])
def test_an_engine_elsewhere_is_not_seen(host: str) -> None:
    assert disk_room.look(host, "/") is None
