"""Started by root, the site's processes have few rights, and what one side has, the other cannot get at."""

from collections.abc import Callable
from pathlib import Path

import pytest

import clone
import rights
import users
from tests.support.client import Learner, dockerfile_project
from tests.support.rights import need_root, status_of, tried
from tests.support.stack import EVERYBODY, Stack
from tests.support.wait import until

WEB = ("redis", "web", "beat")
ENGINE = ("worker-builds", "worker-short", "gateway")
CONNECT = "end = socket.socket(socket.AF_UNIX); end.connect(arguments[0]); answer('connected')"
READ = "answer(open(arguments[0], 'rb').read().decode(errors='replace'))"
LIST = "answer(sorted(os.listdir(arguments[0])))"
WRITE = "open(arguments[0], 'w').write('was here'); answer('written')"
TRACE = """
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
code = libc.ptrace(16, arguments[0], None, None)
answer('traced' if code == 0 else os.strerror(ctypes.get_errno()))
"""
SIGNAL = "os.kill(arguments[0], 0); answer('reached')"


@pytest.fixture(autouse=True)
def as_root() -> None:
    """Everybody else runs all processes as themselves; tests/scripts/test_ordinary_user.py is about that."""
    need_root()


@pytest.fixture
def found() -> users.Users:
    """The users and groups of the running site."""
    return users.provide(print)


def socket_of(stack: Stack) -> str:
    """The path of the engine's socket."""
    address: str = stack.state()["engine"]
    return address.removeprefix("unix://")


# --- who they are -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY)
def test_a_process_and_its_children_are_their_user_without_any_capability(
    stack: Stack, found: users.Users, name: str
) -> None:
    user = found.web if name in WEB else found.engine
    pids = stack.pids(name)
    assert pids
    for pid in pids:
        status = status_of(pid)
        assert status.uids == {user.uid}
        assert status.gids == {found.site}
        assert status.capabilities == 0
        assert status.no_new_privileges


def test_only_what_talks_to_the_engine_has_its_group(stack: Stack, found: users.Users) -> None:
    group = Path(socket_of(stack)).stat().st_gid
    assert group == found.socket
    assert {name: group in status_of(stack.pid(name)).groups for name in EVERYBODY} == {
        **dict.fromkeys(WEB, False),
        **dict.fromkeys(ENGINE, True),
    }


@pytest.mark.parametrize("name", WEB)
def test_the_web_side_has_no_group_but_the_sites(stack: Stack, name: str) -> None:
    assert status_of(stack.pid(name)).groups == frozenset()


def test_a_process_that_was_killed_comes_back_with_no_more_rights(stack: Stack, found: users.Users) -> None:
    pid = stack.wait_new("beat", stack.kill("beat"))
    until(lambda: status_of(pid).no_new_privileges, seconds=10, what="it has given its rights up")
    status = status_of(pid)
    assert status.uids == {found.web.uid}
    assert status.capabilities == 0


# --- the engine -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WEB)
def test_the_webs_user_cannot_open_the_engines_socket(stack: Stack, name: str) -> None:
    assert tried(stack.pid(name), CONNECT, socket_of(stack), inside=False) == "PermissionError"


@pytest.mark.parametrize("name", WEB)
def test_the_web_process_does_not_even_see_the_engines_folder(stack: Stack, name: str) -> None:
    assert tried(stack.pid(name), CONNECT, socket_of(stack)) == "FileNotFoundError"
    assert tried(stack.pid(name), LIST, str(Path(socket_of(stack)).parent)) == "FileNotFoundError"


@pytest.mark.parametrize("name", ENGINE)
def test_worker_and_gateway_can_open_the_engines_socket(stack: Stack, name: str) -> None:
    assert tried(stack.pid(name), CONNECT, socket_of(stack)) == "connected"
    assert tried(stack.pid(name), CONNECT, socket_of(stack), inside=False) == "connected"


# --- each other -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [("web", "worker-builds"), ("web", "gateway"), ("gateway", "web")])
@pytest.mark.parametrize("file", ["environ", "mem", "maps"])
def test_neither_side_reads_what_the_other_has_in_memory(stack: Stack, one: str, other: str, file: str) -> None:
    path = f"/proc/{stack.pid(other)}/{file}"
    assert tried(stack.pid(one), READ, path, inside=False) == "PermissionError"
    assert tried(stack.pid(one), READ, path) == "FileNotFoundError"  # it does not see that there is such a process


@pytest.mark.parametrize(("one", "other"), [("web", "worker-short"), ("worker-short", "web"), ("web", "baseimages")])
def test_neither_side_traces_or_signals_the_other(stack: Stack, one: str, other: str) -> None:
    target = stack.pid(other) or stack.supervisor
    assert tried(stack.pid(one), TRACE, target, inside=False) == "Operation not permitted"
    assert tried(stack.pid(one), SIGNAL, target, inside=False) == "PermissionError"


def test_neither_side_gets_in_by_the_others_view_of_the_machine(stack: Stack) -> None:
    worker = stack.pid("worker-builds")
    assert tried(stack.pid("web"), LIST, f"/proc/{worker}/root/", inside=False) == "PermissionError"


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [("web", "gateway"), ("gateway", "web")])
def test_what_one_side_writes_the_other_reads_and_replaces(stack: Stack, one: str, other: str) -> None:
    path = str(stack.var / "blobs" / f"from-{one}")
    make = "os.umask(0o007); os.makedirs(os.path.dirname(arguments[0]), exist_ok=True)\n" + WRITE
    assert tried(stack.pid(one), make, path) == "written"
    assert tried(stack.pid(other), READ, path) == "was here"
    assert tried(stack.pid(other), WRITE, path) == "written"
    assert tried(stack.pid(other), "os.unlink(arguments[0]); answer('gone')", path) == "gone"


@pytest.mark.parametrize("name", ["drydock.sqlite3", "events.sqlite3"])
def test_both_sides_write_both_databases(stack: Stack, name: str) -> None:
    append = "os.close(os.open(arguments[0], os.O_RDWR)); answer('open')"
    for process in ("web", "gateway"):
        for file in stack.var.glob(f"{name}*"):  # with what SQLite has beside it at the moment
            assert tried(stack.pid(process), append, str(file)) == "open"


def test_a_build_and_a_run_go_from_side_to_side(learner: Learner, base_image: Callable[..., None]) -> None:
    base_image()
    project = dockerfile_project(
        learner, "COPY words.txt /", "RUN cat words.txt", **{"words.txt": "written by the web\n"}
    )
    build = learner.built(learner.build(project)["id"], seconds=120)
    assert build["state"] == "succeeded", build["failure"]
    container = learner.run(build["image"], "cat /words.txt")
    with learner.read(container["stream"]) as reader:
        said = reader.of_type("container.output")["data"]["lines"]
    assert [line[2] for line in said] == ["written by the web"]


@pytest.mark.parametrize("name", ["web", "worker-builds"])
def test_a_process_sees_programs_its_code_and_the_learners_work(stack: Stack, name: str) -> None:
    pid = stack.pid(name)
    assert set(tried(pid, LIST, str(clone.ROOT))) == {"manage.py", "playground", "static", "templates", ".venv"}
    assert set(tried(pid, LIST, "/dev")) <= {
        "fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero",
    }  # fmt: skip
    for path in ("/home", "/boot", "/sys", "/srv", "/etc/shadow", "/etc/ssh", "/etc/sudoers", "/var/log"):
        assert tried(pid, "os.stat(arguments[0]); answer('seen')", path) == "FileNotFoundError"
    others = tried(
        pid, "answer([p for p in os.listdir('/proc') if p.isdigit() and os.stat(f'/proc/{p}').st_uid != uid])"
    )
    assert others == []


@pytest.mark.parametrize("name", ["web", "gateway"])
def test_nobody_changes_the_code_or_what_the_supervisor_writes(stack: Stack, name: str) -> None:
    pid = stack.pid(name)
    assert tried(pid, WRITE, str(clone.ROOT / "playground" / "planted.py")) in {"OSError", "PermissionError"}
    for folder in ("run", "log", "stamps"):
        path = str(stack.var / folder)
        assert tried(pid, LIST, path) == "PermissionError"
        assert tried(pid, "os.rename(arguments[0], arguments[0] + '.old'); answer('moved')", path) == "OSError"
        assert tried(pid, WRITE, f"{path}/planted") in {"OSError", "PermissionError"}


@pytest.mark.parametrize("name", ["web", "beat", *ENGINE])
def test_a_process_knows_nothing_of_the_operators_environment(stack: Stack, name: str) -> None:
    entries = Path(f"/proc/{stack.pid(name)}/environ").read_text().split("\0")
    names = {entry.partition("=")[0] for entry in entries if entry}
    ours = {"HOME", "USER", "LOGNAME"} | rights.PASSED_WHOLE
    assert not [known for known in names - ours if not known.startswith(rights.PASSED)]
    assert "HOME=/nonexistent" in entries
