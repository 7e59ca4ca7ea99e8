"""Two users of the site's own: whom the operator may name, and that ours are made once."""

import os
import subprocess
from collections.abc import Callable

import pytest

import users
from tests.support.rights import need_root


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine without users and groups of ours, where making them is only written down."""
    known = {"alice": users.User("alice", 1001), "bob": users.User("bob", 1002), "toor": users.User("toor", 0)}
    groups: dict[str, int] = {}
    commands: list[list[str]] = []

    def make(command: list[str], done: Callable[[], bool]) -> None:
        commands.append(command)
        if command[0] == "groupadd":
            groups[command[-1]] = 900 + len(groups)
        else:
            known[command[-1]] = users.User(command[-1], 800 + len(known))
        assert done()

    monkeypatch.setattr(users, "make", make)
    monkeypatch.setattr(users, "user_of", known.get)
    monkeypatch.setattr(users, "gid_of", groups.get)
    return commands


def test_two_users_and_two_groups_are_made_once_and_said(made: list[list[str]]) -> None:
    said: list[str] = []
    first = users.provide(said.append, {})
    assert [command[-1] for command in made] == ["drydock", "drydock-engine", "drydock-web", "drydock-engine"]
    assert len(said) == 4
    assert users.provide(said.append, {}) == first
    assert len(said) == len(made) == 4


def test_our_users_have_no_home_no_shell_and_only_one_of_them_the_engines_group(made: list[list[str]]) -> None:
    users.provide(lambda line: None, {})
    web, engine = (" ".join(command) for command in made if command[0] == "useradd")
    for command in (web, engine):
        assert "--system --no-create-home --home-dir /nonexistent" in command
        assert "nologin" in command or "/bin/false" in command
    assert "drydock-engine" not in web
    assert "--groups drydock-engine" in engine


def test_the_operator_may_name_both_users(made: list[list[str]]) -> None:
    env = {"DRYDOCK_WEB_USER": "alice", "DRYDOCK_ENGINE_USER": "bob"}
    found = users.provide(lambda line: None, env)
    assert (found.web.uid, found.engine.uid) == (1001, 1002)
    assert [command[0] for command in made] == ["groupadd", "groupadd"]


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"DRYDOCK_WEB_USER": "alice", "DRYDOCK_ENGINE_USER": "alice"}, "have to be two users"),
        ({"DRYDOCK_WEB_USER": "drydock-engine"}, "have to be two users"),
        ({"DRYDOCK_WEB_USER": "nobody-knows"}, "DRYDOCK_WEB_USER is nobody-knows, and there is no such user"),
        ({"DRYDOCK_ENGINE_USER": "toor"}, "DRYDOCK_ENGINE_USER is toor, who is root"),
    ],
)
def test_a_user_that_cannot_be_meant_is_refused_in_a_sentence(
    made: list[list[str]], env: dict[str, str], sentence: str
) -> None:
    with pytest.raises(users.WrongUser, match=sentence):
        users.provide(lambda line: None, env)


def test_two_names_of_one_number_are_refused(made: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "user_of", lambda name: users.User(name, 1001))
    with pytest.raises(users.WrongUser, match="have the same number"):
        users.provide(lambda line: None, {"DRYDOCK_WEB_USER": "alice", "DRYDOCK_ENGINE_USER": "bob"})


def test_that_users_cannot_be_made_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(users.NoUsers, match="there is no makeuser-of-another-system on this machine"):
        users.make(["makeuser-of-another-system", "x"], lambda: False)
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **more: subprocess.CompletedProcess(args, 1, "", "cannot lock /etc/passwd\n")
    )
    with pytest.raises(users.NoUsers, match=r"could not make x \(cannot lock /etc/passwd\)"):
        users.make(["groupadd", "x"], lambda: False)


def test_nobody_but_root_drops_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not users.applies()


def test_the_users_of_this_machine_are_there_and_two() -> None:
    need_root()
    found = users.provide(print, {})
    assert len({0, found.web.uid, found.engine.uid}) == 3
    assert found.site != found.socket
