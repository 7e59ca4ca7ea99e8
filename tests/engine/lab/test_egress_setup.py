"""How engine, proxy and workers agree on whether builds may install packages."""

import socket
from pathlib import Path

import pytest

from playground.engine.lab import egress_setup, notes
from playground.engine.lab.egress_setup import BadSetting, EgressPaths, make_key, offer, proxy_url, wanted
from playground.engine.lab.egress_tokens import Pass
from playground.engine.lab.notes import Notes
from playground.engine.port import Owner
from playground.engine.state import EnginePaths

ON = {"DRYDOCK_EGRESS": "packages"}
OWNER = Owner(instance="i1", learner="l7", job="b1")


@pytest.mark.parametrize("told", [None, "", "off", "0", "no", "OFF"])
def test_it_is_off_unless_asked_for(told: str | None) -> None:
    assert not wanted({} if told is None else {"DRYDOCK_EGRESS": told})


def test_it_is_on_by_one_word_and_no_other() -> None:
    assert wanted({"DRYDOCK_EGRESS": " Packages "})
    for word in ("1", "all", "on", "internet"):
        with pytest.raises(BadSetting, match="must be packages or off"):
            wanted({"DRYDOCK_EGRESS": word})


def paths(folder: Path) -> EnginePaths:
    """An engine's files below *folder*."""
    made = EnginePaths(folder)
    made.root.mkdir(parents=True)
    return made


def test_what_is_offered_depends_on_what_is_there(tmp_path: Path) -> None:
    engine = paths(tmp_path)
    egress = EgressPaths(engine)
    assert "not allowed on this installation" in offer({}, engine, engine.host).sentence
    assert "not ours" in offer(ON, engine, "unix:///var/run/docker.sock").sentence
    assert "started without them" in offer(ON, engine, engine.host).sentence
    notes.write(engine.notes, Notes(firewall=True))
    assert "started without them" in offer(ON, engine, engine.host).sentence
    make_key(egress, gid=0)
    notes.write(engine.notes, Notes(egress="10.209.0.1:3128"))
    assert "does not run" in offer(ON, engine, engine.host).sentence
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(egress.socket))
        assert offer(ON, engine, engine.host).address == "10.209.0.1:3128"
    assert offer({}, engine, engine.host).address == ""


def test_a_builds_address_carries_its_own_pass(tmp_path: Path) -> None:
    egress = EgressPaths(paths(tmp_path))
    key = make_key(egress, gid=0)
    url = proxy_url(egress, "10.209.0.1:3128", owner=OWNER, seconds=120)
    user, _, rest = url.removeprefix("http://").partition(":")
    password, _, address = rest.partition("@")
    assert address == "10.209.0.1:3128"
    found = Pass.check(key, user, password, now=0)
    assert found is not None
    assert (found.learner, found.instance, found.job) == ("l7", "i1", "b1")


def test_the_key_is_made_once_and_is_not_everybodys(tmp_path: Path) -> None:
    egress = EgressPaths(paths(tmp_path))
    first = make_key(egress, gid=0)
    assert len(first) == 64
    assert make_key(egress, gid=12345) == first
    status = egress.key.stat()
    assert (status.st_mode & 0o777, status.st_gid) == (0o640, 12345)
    assert egress.folder.stat().st_mode & 0o777 == 0o711


def test_the_engine_fetches_under_a_name_of_its_own(tmp_path: Path) -> None:
    egress = EgressPaths(paths(tmp_path))
    make_key(egress, gid=0)
    env = egress_setup.daemon_environment(egress)
    assert env["HTTP_PROXY"] == env["HTTPS_PROXY"]
    assert env["HTTP_PROXY"].startswith("http://engine:engine.add.")
    assert env["HTTP_PROXY"].endswith("@127.0.0.1:3128")


def test_only_run_steps_reach_the_relay() -> None:
    assert egress_setup.firewall_rules("10.209.0.1") == (
        "-A INPUT -i docker0 -d 10.209.0.1 -p tcp --dport 3128 -j ACCEPT",
        "-A INPUT -i docker0 -j REJECT",
    )
