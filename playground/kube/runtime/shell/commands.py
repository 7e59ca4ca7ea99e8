"""The commands that a container's script may use: what each prints, how long it takes, its exit code.

After what busybox's commands do. What is not in the table is not found, as in a small image. Nothing reaches the
network: a download from elsewhere answers at once with nothing, and says so once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from playground.kube.runtime import amounts
from playground.kube.runtime.shell.expand import plain
from playground.kube.runtime.shell.files import cat, copy, ls, rm, tail, test, touch
from playground.kube.runtime.shell.grammar import parse
from playground.kube.runtime.shell.host import Break, Exit
from playground.kube.runtime.shell.printing import (
    date,
    echo,
    env,
    expr,
    fixed,
    hostname,
    print_text,
    printf,
    seq,
    texts_of,
)
from playground.kube.runtime.shell.program import Happening, Text, Trap
from playground.kube.runtime.shell.run import Command, Run

NO_NETWORK: Final = "(simulated: containers send no requests of their own)"
PI: Final = (
    "3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679821480865132"
)


def _sleep(run: Run, words: list[Text]) -> int:
    try:
        total = sum(amounts.seconds(word) for word in texts_of(words[1:]))
    except ValueError:
        run.complain(f"sleep: invalid number '{plain(words[1:2])}'")
        return 1
    if len(words) < 2:
        run.complain("BusyBox: sleep: missing operand")
        return 1
    run.wait(total)
    return 0


def _exit(run: Run, words: list[Text]) -> int:
    code = plain(words[1:2])
    raise Exit(int(code) & 255 if code.isdecimal() else run.code if not code else 2)


def _trap(run: Run, words: list[Text]) -> int:
    names = {word.removeprefix("SIG") for word in texts_of(words[2:])}
    if not names & {"TERM", "15"}:
        return 0
    script = plain(words[1:2])
    if script == "-":
        run.trap = None
    elif not script:
        run.trap = Trap(ignores=True)
    else:
        inner = Run(run.host, {}, {}, run.commands)
        inner.env, inner.files = dict(run.env), dict(run.files)
        done = inner.finish(lambda: inner.script(script))
        lines = tuple(Happening(each.at, each.text, each.stream, each.path) for each in done.before)
        leaves = "exit" in script or "kill" in script
        run.trap = Trap(not leaves, done.ends, done.code, lines)
    return 0


def _wait(run: Run, words: list[Text]) -> int:
    del words
    run.wait(max(0.0, run.behind - run.now))
    return 0


def _set(run: Run, words: list[Text]) -> int:
    del run, words
    return 0


def _export(run: Run, words: list[Text]) -> int:
    for word in words[1:]:
        name, equals, value = plain([word]).partition("=")
        if equals:
            run.env[name] = (value,)
    return 0


def _read(run: Run, words: list[Text]) -> int:
    del run, words
    return 1  # there is nobody to type


def _jump(run: Run, words: list[Text]) -> int:
    del run
    raise Break(on=plain(words[:1]) == "continue")


def _shell(run: Run, words: list[Text]) -> int:
    rest = words[1:]
    while rest and plain(rest[:1]).startswith("-") and "c" not in plain(rest[:1]):
        rest = rest[1:]
    if not rest:
        return 0  # no terminal: end of input at once
    if plain(rest[:1]).startswith("-"):
        if len(rest) < 2:
            run.complain("sh: -c requires an argument")
            return 2
        for index, value in enumerate(rest[2:]):
            run.env[str(index)] = value
        return run.node(parse(plain(rest[1:2])))
    path = plain(rest[:1])
    if path not in run.files:
        run.complain(f"sh: can't open '{path}': No such file or directory")
        return 2
    return run.node(parse(plain([run.files[path]])))


def _exec(run: Run, words: list[Text]) -> int:
    if len(words) > 1:
        raise Exit(run.command(words[1:]))
    return 0


def _eval(run: Run, words: list[Text]) -> int:
    return run.node(parse(plain(words[1:])))


def _request(run: Run, words: list[Text]) -> int:
    """wget, curl, nc, ping, nslookup: known of this very container, taken as well done of others."""
    url = next((word for word in reversed(texts_of(words[1:])) if not word.startswith("-")), "")
    code = run.host.reaches(url)
    if code is None and "network" not in run.told:
        run.told.add("network")
        run.complain(NO_NETWORK)
    return code or 0


def _serve(run: Run, words: list[Text]) -> int:
    """busybox's httpd, nc -l."""
    values = texts_of(words[1:])
    ports = [word.rpartition(":")[2] for word in values if word.rpartition(":")[2].isdecimal()]
    if plain(words[:1]).endswith("nc") and not any("l" in word for word in values if word.startswith("-")):
        return _request(run, words)
    talk = "tcp" if plain(words[:1]).endswith("nc") else "serve"
    run.serve(f"{talk} port={ports[0] if ports else 80} memory=1Mi ignore-sigterm flavour=files")
    return 0


def _burn(run: Run, words: list[Text]) -> int:
    """yes, dd from /dev/zero without a count, a checksum of it: a core, for ever."""
    values = texts_of(words[1:])
    if plain(words[:1]) == "dd" and any(word.startswith("count=") for word in values):
        run.wait(1.0, 1.0)
        return 0
    if plain(words[:1]) == "yes" or any(path in {"if=/dev/zero", "/dev/zero", "/dev/urandom"} for path in values):
        run.wait(math.inf, 1.0)
    return 0


def _code(code: int) -> Command:
    def give(run: Run, words: list[Text]) -> int:
        del run, words
        return code

    return give


def _stress(run: Run, words: list[Text]) -> int:
    """stress and stress-ng: --cpu N, --vm N --vm-bytes SIZE, --timeout N."""
    values = texts_of(words)
    options = dict(pairwise(values))
    cpu = options.get("--cpu") or options.get("-c") or "0"
    workers = options.get("--vm") or options.get("-m") or "0"
    asked = options.get("--vm-bytes") or "256M"
    each = amounts.size(asked + "i" if asked[-1:].isalpha() else asked) if workers != "0" else 0
    run.say((f"stress: info: [1] dispatching hogs: {cpu} cpu, 0 io, {workers} vm, 0 hdd",))
    run.program = type(run.program)(memory=int(workers) * each) if workers.isdecimal() else run.program
    timeout = options.get("--timeout") or options.get("-t")
    busy = float(cpu) if cpu.isdecimal() else 0.0
    if "--vm-hang" not in options and "--vm-keep" not in options and workers.isdecimal():
        busy += float(workers)
    run.wait(amounts.seconds(timeout) if timeout else math.inf, busy)
    run.say(("stress: info: [1] successful run completed",))
    return 0


def _perl(run: Run, words: list[Text]) -> int:
    """The Job of Kubernetes' documentation computes pi; other programs end at once."""
    if "bpi" in plain(words):
        run.wait(8.0, 1.0)
        run.say((PI,))
    return 0


COMMANDS: Final[Mapping[str, Command]] = {
    **{
        name: _code(0)
        for name in ("true", ":", "mkdir", "chmod", "chown", "sync", "ln", "kill", "cd", "ulimit", "umask")
    },
    **{
        name: _code(0)
        for name in ("grep", "sed", "awk", "cut", "sort", "uniq", "wc", "tr", "xargs", "ps", "find", "df")
    },
    **{
        name: _code(0)
        for name in ("apk", "apt-get", "apt", "id", "mount", "free", "du", "tar", "gzip", "shift", "unset")
    },
    **dict.fromkeys(("set", "local", "readonly", "alias"), _set),
    **dict.fromkeys(("sh", "ash", "dash", "bash"), _shell),
    **dict.fromkeys(("wget", "curl", "ping", "nslookup", "dig", "telnet", "traceroute", "host"), _request),
    **dict.fromkeys(("yes", "dd", "md5sum", "sha1sum", "sha256sum", "sha512sum"), _burn),
    **dict.fromkeys(("env", "printenv"), env),
    **dict.fromkeys(("test", "["), test),
    **dict.fromkeys(("break", "continue"), _jump),
    **dict.fromkeys(("cp", "mv"), copy),
    **dict.fromkeys(("httpd", "nc", "ncat"), _serve),
    **dict.fromkeys(("stress", "stress-ng"), _stress),
    "false": _code(1),
    "echo": echo,
    "printf": printf,
    "sleep": _sleep,
    "exit": _exit,
    "date": date,
    "cat": cat,
    "tee": lambda run, words: print_text(run, run.env.get("|", ())),
    "head": lambda run, words: print_text(run, run.env.get("|", ())),
    "ls": ls,
    "touch": touch,
    "rm": rm,
    "trap": _trap,
    "wait": _wait,
    "tail": tail,
    "export": _export,
    "read": _read,
    "seq": seq,
    "exec": _exec,
    "eval": _eval,
    "expr": expr,
    "hostname": hostname,
    "whoami": fixed("root"),
    "pwd": fixed("/"),
    "nproc": fixed("4"),
    "uname": fixed("Linux"),
    "perl": _perl,
}
