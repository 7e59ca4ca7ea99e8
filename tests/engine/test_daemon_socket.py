"""The socket of our own engine is handed to a group, if there is one."""

import grp
import os
import stat
from pathlib import Path

import pytest

from playground.engine import daemon_socket


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    """A file in the socket's place: only its owner, group and mode matter."""
    path = tmp_path / "docker.sock"
    path.touch(mode=0o600)
    return path


@pytest.fixture
def group() -> str:
    """A group that whoever runs the tests may give files to."""
    return grp.getgrgid(os.getegid()).gr_name


def test_the_group_may_open_it_and_nobody_else(socket: Path, group: str) -> None:
    assert daemon_socket.hand_over(socket, group=group)
    found = socket.stat()
    assert (found.st_gid, stat.S_IMODE(found.st_mode)) == (os.getegid(), 0o660)


def test_what_everybody_could_open_is_closed(socket: Path, group: str) -> None:
    socket.chmod(0o666)
    daemon_socket.hand_over(socket, group=group)
    assert stat.S_IMODE(socket.stat().st_mode) == 0o660


def test_without_the_group_it_stays_as_it_is(socket: Path) -> None:
    assert not daemon_socket.hand_over(socket, group="no-such-group-here")
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
