"""A confined process: who it is, what it sees, that it ends with its parent and never starts with more rights."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import clone
import rights
import views
from confine import CANNOT, Plan
from tests.support.rights import need_root, status_of
from tests.support.stack import is_alive
from tests.support.wait import until

UID, GID = 54321, 54322
"""Numbers that nobody has: a process needs no entry in /etc/passwd."""


@pytest.fixture(autouse=True)
def as_root() -> None:
    """Only root gives rights up."""
    need_root()


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder of the user's in one that nobody but root may enter."""
    (tmp_path / "closed" / "work").mkdir(parents=True)
    os.chown(tmp_path / "closed" / "work", UID, GID)
    (tmp_path / "closed" / "secret").write_text("not for you")
    (tmp_path / "closed").chmod(0o700)
    return tmp_path / "closed"


def plan_of(*shown: tuple[Path, str], **more: Any) -> Plan:
    """A plan with programs and this clone's Python."""
    wished = [*views.programs({}), *views.code(), *((str(path), str(path), how) for path, how in shown)]
    return views.plan(UID, GID, (), wished)._replace(**more)


def confined(plan: Plan, code: str, *words: object) -> "subprocess.CompletedProcess[str]":
    """Run Python code under a plan."""
    command = rights.confined(plan, [clone.PYTHON, "-I", "-S", "-c", code, *map(str, words)])
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, cwd=clone.ROOT)


def answer(plan: Plan, code: str, *words: object) -> Any:
    """What the code prints, as JSON."""
    done = confined(plan, f"import json, os, sys\nprint(json.dumps({code}))", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_the_user_with_these_groups_and_no_way_back() -> None:
    code = "[os.getresuid(), os.getresgid(), os.getgroups(), open('/proc/self/status').read()]"
    uids, gids, groups, status = answer(plan_of(groups=[54323]), code)
    assert (uids, gids, groups) == ([UID] * 3, [GID] * 3, [54323])
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert fields["NoNewPrivs"] == "1"


def test_a_folder_in_one_that_the_user_may_not_enter_is_reached_and_nothing_beside_it(closed: Path) -> None:
    work = closed / "work"
    code = "[os.listdir(sys.argv[1]), os.access(sys.argv[2], os.W_OK)]"
    assert answer(plan_of((work, "write")), code, closed, work) == [["work"], True]
    assert stat_of(closed) == 0o700


def stat_of(path: Path) -> int:
    """The mode outside."""
    return path.stat().st_mode & 0o777


def test_a_closed_folder_within_one_that_is_shown_is_opened_for_what_lies_in_it(closed: Path) -> None:
    plan = plan_of((closed.parent, "look"), (closed / "work", "write"))
    assert answer(plan, "os.listdir(sys.argv[1])", closed) == ["work"]


def test_it_works_where_it_was_started_and_what_it_writes_the_group_may_write(closed: Path) -> None:
    code = "[os.getcwd(), os.close(os.open(sys.argv[1] + '/new', os.O_CREAT | os.O_WRONLY, 0o666))]"
    assert answer(plan_of((closed / "work", "write")), code, closed / "work")[0] == str(clone.ROOT)
    assert stat_of(closed / "work" / "new") == 0o660


def test_what_is_only_shown_cannot_be_written_not_even_by_its_owner(closed: Path) -> None:
    done = confined(plan_of((closed / "work", "look")), "open(__import__('sys').argv[1], 'w')", closed / "work" / "new")
    assert "Read-only file system" in done.stderr


def test_what_is_hidden_is_empty_and_cannot_be_moved_away(closed: Path) -> None:
    work = closed / "work"
    (work / "ours").mkdir()
    (work / "ours" / "log").write_text("secret")
    plan = plan_of((work, "write"), hidden=[str(work / "ours")])
    code = (
        "import os, sys\ntry: os.rename(sys.argv[1], sys.argv[1] + '2')\nexcept OSError as error: print(error.strerror)"
    )
    assert confined(plan, code, work / "ours").stdout == "Device or resource busy\n"
    assert "PermissionError" in confined(plan, "import os, sys; os.listdir(sys.argv[1])", work / "ours").stderr
    assert (work / "ours" / "log").read_text() == "secret"


def test_other_users_processes_are_out_of_sight() -> None:
    seen = answer(
        plan_of(), "{name: os.stat('/proc/' + name).st_uid for name in os.listdir('/proc') if name.isdigit()}"
    )
    assert str(os.getpid()) not in seen
    assert set(seen.values()) == {UID}


def test_the_machines_mounts_are_as_they_were(closed: Path) -> None:
    before = Path("/proc/self/mountinfo").read_text()
    assert confined(plan_of((closed / "work", "write")), "").returncode == 0
    assert Path("/proc/self/mountinfo").read_text() == before


def test_what_is_not_there_ends_it_in_a_sentence_and_not_as_root(tmp_path: Path) -> None:
    plan = plan_of()._replace(shown=[(str(tmp_path / "missing"), "/missing", "read")])
    done = confined(plan, "print('started')")
    assert (done.returncode, done.stdout) == (CANNOT, "")
    assert "No such file or directory" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_root_it_ends_in_a_sentence(tmp_path: Path) -> None:
    script = (clone.ROOT / "scripts" / "confine.py").read_text()
    # What it imports comes before: Python itself may lie in a folder of root's.
    first = "import collections.abc, ctypes, json, os, resource, signal, stat, sys, typing"
    drop = f"{first}; os.setresgid({GID}, {GID}, {GID}); os.setresuid({UID}, {UID}, {UID})\n"
    code = f"{drop}__import__('sys').argv[1:1] = []\n{script}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, json.dumps(plan_of()), "/bin/true"], capture_output=True, text=True,
        timeout=30, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == CANNOT
    assert done.stderr == "A mount namespace cannot be had: Operation not permitted.\n"


def test_it_ends_with_the_process_that_started_it() -> None:
    command = rights.confined(plan_of(), [clone.PYTHON, "-I", "-S", "-c", "import signal; signal.pause()"])
    code = "import subprocess, sys; child = subprocess.Popen(sys.argv[1:]); print(child.pid, flush=True); child.wait()"
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, command)], stdout=subprocess.PIPE, text=True
    ) as parent:
        try:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            until(lambda: not started_by(child), seconds=10, what="it has become its program")
            assert status_of(child).uids == {UID}
        finally:
            parent.kill()
    until(lambda: not is_alive(child), seconds=5, what="it has ended with its parent")


def started_by(pid: int) -> bool:
    """Whether that process is still what confines it, or on the way to its program."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return len(words) < 4 or words[3].endswith(b"confine.py")


def test_root_follows_no_link_where_others_write(closed: Path) -> None:
    (closed / "work" / "link").symlink_to(closed / "secret")
    plan = Plan(distrusted=[str(closed / "work")])
    code = "import os, sys; print(os.getuid()); print(open(sys.argv[1]).read())"
    done = confined(plan, code, closed / "work" / "link")
    assert done.stdout == "0\n"
    assert "Too many levels of symbolic links" in done.stderr
    assert confined(Plan(), code, closed / "work" / "link").stdout == "0\nnot for you\n"
