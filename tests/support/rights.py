"""Looks at a process's rights, and tries things with exactly those rights: the same user, groups and files in sight."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import clone

DROP = """
import ctypes, json, os, socket, sys
uid, gid, groups, arguments = json.loads(sys.argv[1])
os.setgroups(groups); os.setresgid(gid, gid, gid); os.setresuid(uid, uid, uid)
def answer(value):
    print(json.dumps(value))
"""


@dataclass(frozen=True)
class Status:
    """/proc/PID/status: every one of the four user and group numbers, and the capability sets as one number."""

    uids: frozenset[int]
    gids: frozenset[int]
    groups: frozenset[int]
    capabilities: int
    no_new_privileges: bool


def status_of(pid: int) -> Status:
    """The rights of a process that lives."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    capabilities = 0
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        capabilities |= int(fields[name][0], 16)
    return Status(
        uids=frozenset(map(int, fields["Uid"])),
        gids=frozenset(map(int, fields["Gid"])),
        groups=frozenset(map(int, fields["Groups"])),
        capabilities=capabilities,
        no_new_privileges=fields["NoNewPrivs"] == ["1"],
    )


def tried(pid: int, code: str, *arguments: Any, inside: bool = True) -> Any:
    """What *code* answers when it runs as the process does: it calls `answer(VALUE)`, its input is `arguments`.

    *inside*: with the files in sight that the process sees; else with all of the machine's. An exception is answered
    as its name.
    """
    status = status_of(pid)
    identity = [min(status.uids), min(status.gids), sorted(status.groups), arguments]
    guarded = "\n".join(["try:", *(f"    {line}" for line in code.splitlines()), "except OSError as error:",
                         "    answer(type(error).__name__)"])  # fmt: skip
    enter = ["nsenter", "--target", str(pid), "--mount"] if inside else []
    python = [str(clone.PYTHON), "-I", "-S"] if inside else [sys.executable, "-I", "-S"]
    done = subprocess.run(
        [*enter, *python, "-c", DROP + guarded, json.dumps(identity)], capture_output=True, text=True, timeout=30,
        check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def need_root() -> None:
    """Users and their rights can be tried by root alone."""
    assert os.geteuid() == 0, "this needs root, since the site drops rights only when root starts it"
