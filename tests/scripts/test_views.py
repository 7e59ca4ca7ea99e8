"""What each process is shown, as plans: the web side nothing of the engine's, nobody the operator's things."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import clone
import users
import views
from confine import Plan

FOUND = users.Users(web=users.User("web", 801), engine=users.User("engine", 802), site=901, socket=902)


@pytest.fixture
def site(tmp_path: Path) -> views.Site:
    """A site whose folders are all there."""
    for name in ("var", "state/engine", "state/installations", "private"):
        (tmp_path / name).mkdir(parents=True)
    return views.Site(
        var=tmp_path / "var",
        state=tmp_path / "state",
        private=tmp_path / "private",
        redis=f"unix://{tmp_path}/private/redis.sock",
        engine=f"unix://{tmp_path}/state/engine/docker.sock",
    )


@pytest.fixture
def listening(site: views.Site) -> Iterator[Path]:
    """The engine's socket."""
    path = Path(site.engine.removeprefix("unix://"))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        yield path


def places(plan: Plan) -> dict[str, str]:
    """Where something is shown, and how."""
    return {where: how for _, where, how in plan.shown}


def test_the_web_side_is_shown_the_work_and_not_the_engine(site: views.Site) -> None:
    plan = views.for_web(FOUND, site, {})
    shown = places(plan)
    assert (plan.uid, plan.gid, plan.groups) == (801, 901, [])
    assert shown[str(site.var)] == "write"
    assert shown[str(site.private)] == "look"
    assert not [where for where in shown if Path(where).is_relative_to(site.state)]


def test_the_engine_side_is_shown_the_engine_but_cannot_write_there(site: views.Site) -> None:
    plan = views.for_engine(FOUND, site, {})
    shown = places(plan)
    assert (plan.uid, plan.gid, plan.groups) == (802, 901, [902])
    assert (shown[str(site.state)], shown[str(site.state / "engine")]) == ("look", "look")
    assert {where for where, how in shown.items() if how == "write"} == {
        str(site.var), str(site.state / "installations"),
    }  # fmt: skip


def test_the_embedded_server_is_shown_its_own_folder_and_no_work(site: views.Site) -> None:
    shown = places(views.for_redis(FOUND, site, {}))
    assert [where for where, how in shown.items() if how == "write"] == [str(site.private)]
    assert str(site.var) not in shown


def test_what_stays_root_distrusts_the_folder_that_others_write(site: views.Site) -> None:
    assert views.for_root(site) == Plan(distrusted=[str(site.var)])


def test_nobody_is_shown_a_home_or_the_clones_history(site: views.Site) -> None:
    for plan in (views.for_web(FOUND, site, {}), views.for_engine(FOUND, site, {})):
        shown = places(plan)
        assert not {"/", "/root", "/home", "/etc", "/var", "/run", str(clone.ROOT)} & set(shown)
        assert str(clone.ROOT / ".git") not in shown
        assert plan.hidden == [str(site.var / name) for name in ("run", "log", "stamps")]


def test_what_lies_in_something_comes_after_it_and_what_is_not_there_does_not_come(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a.x").mkdir()
    wished = [(str(tmp_path / name), str(tmp_path / name), "read") for name in ("a/b", "a.x", "a", "missing")]
    plan = views.plan(1, 1, (), wished)
    assert [where for _, where, _ in plan.shown] == [str(tmp_path / name) for name in ("a", "a/b", "a.x")]


def test_a_link_is_shown_as_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    plan = views.plan(1, 1, (), [(str(tmp_path / "link"), str(tmp_path / "link"), "read")])
    assert plan.shown == [(str(tmp_path / "real"), str(tmp_path / "link"), "read")]


def test_the_operator_may_show_more(tmp_path: Path) -> None:
    shown = {where: how for _, where, how in views.programs({"DRYDOCK_VISIBLE": f"{tmp_path}:/opt/python"})}
    assert shown[str(tmp_path)] == shown["/opt/python"] == "read"


def test_every_python_on_the_way_to_the_real_one_is_shown(tmp_path: Path) -> None:
    real, linked, venv = (tmp_path / name / "bin" for name in ("python-3.12.1", "python-3.12", "venv"))
    for folder in (real, linked, venv):
        folder.mkdir(parents=True)
    (real / "python3.12").touch()
    (linked / "python3").symlink_to("../../python-3.12.1/bin/python3.12")
    (venv / "python3").symlink_to(linked / "python3")
    (venv / "python").symlink_to("python3")
    assert set(views.python_places(venv / "python")) >= {tmp_path / "python-3.12.1", tmp_path / "python-3.12"}


def test_a_python_of_the_system_needs_no_place_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to("/usr/bin/python3")
    assert not [place for place in views.python_places(tmp_path / "python") if place == Path("/usr")]


@pytest.mark.parametrize(
    ("url", "folders"),
    [
        ("", []),
        ("postgresql://drydock@db:5432/drydock", []),
        ("postgresql://drydock@/drydock?host=/srv/pg", ["/srv/pg"]),
        ("postgresql:///drydock", ["/var/run/postgresql"]),
    ],
)
def test_the_socket_of_a_database_is_shown(url: str, folders: list[str]) -> None:
    assert [where for _, where, _ in views.folders_of_databases({"DRYDOCK_DATABASE": url})] == folders


@pytest.mark.parametrize(
    ("address", "path"),
    [("unix:///a/b.sock", Path("/a/b.sock")), ("tcp://engine:2375", None), ("redis://host/0", None), ("", None)],
)
def test_only_some_addresses_are_those_of_sockets(address: str, path: Path | None) -> None:
    assert views.socket_path(address) == path


# --- who may open the socket of an engine -----------------------------------------------------------------------------


def test_an_engine_of_the_machines_is_opened_by_the_group_it_gives_its_socket(
    site: views.Site, listening: Path
) -> None:
    os.chown(listening, -1, 4242)
    listening.chmod(0o660)
    assert views.for_engine(FOUND, site, {}).groups == [902, 4242]
    assert views.for_web(FOUND, site, {}).groups == []


def test_a_socket_that_only_its_owner_may_open_gives_nobody_a_group(site: views.Site, listening: Path) -> None:
    listening.chmod(0o600)
    plan = views.for_engine(FOUND, site, {})
    assert plan.groups == [902]
    assert not views.may_open(plan, site.engine)


def test_a_folder_that_lets_nobody_in_counts_too(site: views.Site, listening: Path) -> None:
    listening.chmod(0o666)
    plan = views.for_engine(FOUND, site, {})
    assert views.may_open(plan, site.engine)
    listening.parent.chmod(0o700)
    assert not views.may_open(plan, site.engine)


def test_the_group_of_a_server_for_everybody_is_given_but_never_roots_or_the_engines(
    site: views.Site, listening: Path
) -> None:
    for gid, expected in ((4242, {4242}), (0, set()), (FOUND.socket, set())):
        os.chown(listening, -1, gid)
        listening.chmod(0o660)
        assert views.groups_of(listening, FOUND) == expected


def test_an_engine_that_is_not_there_or_elsewhere_is_no_complaint(site: views.Site) -> None:
    plan = views.for_engine(FOUND, site, {})
    assert views.may_open(plan, site.engine)
    assert views.may_open(plan, "tcp://engine:2375")
    assert views.may_open(plan, "")
