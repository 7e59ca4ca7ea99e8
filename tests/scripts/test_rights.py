"""Rights of the site's processes: what is confined, what its environment holds, and what is said when it cannot be."""

from pathlib import Path

import pytest

import rights
import users
import views
from clone import PYTHON

FOUND = users.Users(web=users.User("web-user", 801), engine=users.User("engine-user", 802), site=901, socket=902)
NAMES = ("redis", "web", "beat", "worker-builds", "worker-short", "gateway", "canary", "baseimages")


@pytest.fixture
def site(tmp_path: Path) -> views.Site:
    """A site without an engine."""
    return views.Site(var=tmp_path, state=tmp_path / "state", private=tmp_path / "private")


@pytest.mark.parametrize("name", NAMES)
def test_who_is_not_root_runs_everything_as_it_is(site: views.Site, name: str) -> None:
    env = {"PATH": "/bin", "SHELL": "/bin/sh", "HOME": "/home/alice"}
    assert rights.Rights().confine(name, ["program", "word"], env, site) == (["program", "word"], env)


def test_sides_are_two_users_and_only_what_has_to_stays_root(site: views.Site) -> None:
    allowed = rights.Rights(FOUND)
    plans = {name: allowed.plan(name, site) for name in NAMES}
    assert {name: plan.uid for name, plan in plans.items() if plan} == {
        "redis": 801, "web": 801, "beat": 801,
        "worker-builds": 802, "worker-short": 802, "gateway": 802, "canary": 802,
        "baseimages": None,
    }  # fmt: skip


def test_a_process_that_nobody_thought_of_is_left_alone(site: views.Site) -> None:
    assert rights.Rights(FOUND).plan("engine", site) is None


def test_a_confined_command_keeps_its_words(site: views.Site) -> None:
    command, _ = rights.Rights(FOUND).confine("web", [PYTHON, "-c", "a b"], {}, site)
    assert [str(word) for word in command[-3:]] == [str(PYTHON), "-c", "a b"]
    assert str(command[3]).endswith("confine.py")


def test_the_operators_environment_stays_the_operators(site: views.Site) -> None:
    env = {"PATH": "/bin", "DRYDOCK_PORT": "80", "GITHUB_TOKEN": "secret", "HOME": "/root", "TMPDIR": "/root/tmp"}
    _, given = rights.Rights(FOUND).confine("worker-short", ["x"], env, site)
    assert given == {
        "PATH": "/bin", "DRYDOCK_PORT": "80", "HOME": "/nonexistent", "USER": "engine-user", "LOGNAME": "engine-user",
    }  # fmt: skip


def test_a_secret_in_a_file_that_only_root_reads_is_read_by_root(site: views.Site, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("s3cret\n")
    _, given = rights.Rights(FOUND).confine("web", ["x"], {"DRYDOCK_SECRET_KEY_FILE": str(file)}, site)
    assert given["DRYDOCK_SECRET_KEY"] == "s3cret"
    assert "DRYDOCK_SECRET_KEY_FILE" not in given


def test_a_secret_that_cannot_be_read_is_a_sentence(site: views.Site) -> None:
    env = {"DRYDOCK_SECRET_KEY_FILE": "/nowhere/key"}
    with pytest.raises(ValueError, match="DRYDOCK_SECRET_KEY_FILE names /nowhere/key, which cannot be read: No such"):
        rights.Rights(FOUND).confine("web", ["x"], env, site)


# --- an engine that the engine's user may not open --------------------------------------------------------------------


@pytest.fixture
def closed(site: views.Site, tmp_path: Path) -> views.Site:
    """A site whose engine's socket is root's alone."""
    path = tmp_path / "closed.sock"
    path.touch(mode=0o600)
    tmp_path.chmod(0o755)
    return views.Site(var=site.var, state=site.state, private=site.private, engine=f"unix://{path}")


def test_an_engine_that_only_root_may_open_is_used_by_root_and_that_is_said(closed: views.Site) -> None:
    allowed = rights.Rights(FOUND)
    plan = allowed.plan("gateway", closed)
    assert plan is not None
    assert plan.uid is None
    assert plan.distrusted
    assert "engine-user may not open" in allowed.complaint(closed)
    assert "chgrp drydock-engine" in allowed.complaint(closed)
    web = allowed.plan("web", closed)
    assert web is not None
    assert web.uid == 801


def test_where_the_operator_insists_it_is_not_used_at_all(closed: views.Site) -> None:
    allowed = rights.Rights(FOUND, strict=True)
    plan = allowed.plan("gateway", closed)
    assert plan is not None
    assert plan.uid == 802
    assert "no builds and no runs" in allowed.complaint(closed)


def test_there_is_nothing_to_complain_of_without_an_engine(site: views.Site) -> None:
    assert not rights.Rights(FOUND).complaint(site)
    assert not rights.Rights().complaint(site)


# --- where it cannot be had -------------------------------------------------------------------------------------------


@pytest.fixture
def impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root on a machine where users cannot be made."""

    def provide(*args: object) -> users.Users:
        raise users.NoUsers("there is no useradd on this machine.")

    monkeypatch.setattr(users, "applies", lambda: True)
    monkeypatch.setattr(users, "provide", provide)


@pytest.mark.usefixtures("impossible")
def test_what_cannot_be_had_is_said_and_all_runs_as_before(tmp_path: Path) -> None:
    said: list[str] = []
    assert rights.provide(tmp_path, {}, said.append, said.append) == rights.Rights()
    assert len(said) == 1
    assert "cannot have fewer rights than root: there is no useradd on this machine." in said[0]


@pytest.mark.usefixtures("impossible")
def test_where_the_operator_insists_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(rights.NotConfined, match="there is no useradd"):
        rights.provide(tmp_path, {"DRYDOCK_REQUIRE_HARDENED": "1"}, print, print)


def test_nobody_but_root_is_asked_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(users, "applies", lambda: False)
    said: list[str] = []
    assert rights.provide(tmp_path / "var", {}, said.append, said.append) == rights.Rights()
    assert not said
    assert not (tmp_path / "var").exists()
