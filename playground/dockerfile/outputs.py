"""What the last lines of a failed RUN say: the mistakes beginners meet, each recognised and put in a sentence.

Called by `explain` with the output of one step. To teach it another mistake, add a function and list it at the end.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playground.dockerfile.distance import nearest
from playground.dockerfile.exit_codes import explain_exit
from playground.dockerfile.fetching import FETCHERS, instead
from playground.dockerfile.library import Library


@dataclass(frozen=True, slots=True)
class Finding:
    """What happened and what helps; the line only where the message itself names one."""

    code: str
    what: str
    fix: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A step that ended with an exit code other than 0."""

    text: str  # its last lines
    message: str  # the engine's error
    command: str
    exit_code: int
    base: str | None  # the image it ran in
    library: Library
    network: bool = False  # may builds install packages


_NOT_FOUND = 127
_CRASHED = 139
_MAY_NOT_RUN = 126
_NO_COMMAND = (
    # Older engines send this line in two pieces, so a line break may follow the first colon.
    re.compile(r"(?:^|[\s/])(?:ba|da|a|z)?sh:\s+(?:(?:line )?\d+: )?([^\s:]+): (?:command )?not found", re.MULTILINE),
    re.compile(r'exec: "([^"]+)": (?:executable file not found|stat \S+: no such file)'),
    re.compile(r"env: ['‘]?([^'’\s:]+)['’]?: No such file or directory"),
)
_MAY_NOT = re.compile(
    r"sh: (?:(?:line )?\d+: )?([^\s:]+): Permission denied|exec: \"([^\"]+)\": permission denied", re.IGNORECASE
)
_NO_NETWORK = re.compile(
    r"could not resolve|bad address|temporary failure (?:in name resolution|resolving)|name or service not known"
    r"|network is unreachable|failed to establish a new connection|getaddrinfo|\bENOTFOUND\b|\bEAI_AGAIN\b|no such host"
    r"|could not connect to|unable to connect to|newconnectionerror|nodename nor servname|no route to host",
    re.IGNORECASE,
)
_FOUND_NOTHING = re.compile(r"No matching distribution found|E: Unable to locate package|has no installation candidate")
_NOT_LISTED = re.compile(r"([\w.:-]+) is not on this installation's list")
_OVER = re.compile(
    r"This build has fetched [\w. ]+, which is all it may|A (?:connection|build) may fetch [\d.]+ \w+"
    r"|This build has \d+ connections open, and it may have \d+"
)
_DISK_FULL = re.compile(r"no space left on device|disk quota exceeded|ENOSPC|EDQUOT", re.IGNORECASE)
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")
_NODE_MODULE = re.compile(r"Error: Cannot find module '([^']+)'")
_NO_PACKAGE = re.compile(r"E: Unable to locate package (\S+)")
_NO_FILE = (
    re.compile(r"(?:can't|cannot) \w[\w ]*?:? ?['‘\"]([^'’\"]+)['’\"]"),
    re.compile(r"No such file or directory: ['\"]?([^'\"]+)"),
    re.compile(r"(?:can't|cannot) (?:open|stat|access|cd to) ([^\s:]+)"),
    re.compile(r"([^\s:]+): (?:\[Errno 2\] )?No such file or directory"),
)
# What an engine of our own writes below the output of a failed step that met one of its limits, or could not begin.
_MET = (
    (re.compile(r"^Drydock: (a program of this step was killed: .+)$", re.MULTILINE), "out-of-memory",
     "Do less at once in this step, or let it use fewer processes."),
    (re.compile(r"^Drydock: (this step could write no more: .+)$", re.MULTILINE), "disk-full",
     "Write less, or delete files in the same RUN that made them."),
    (re.compile(r"^Drydock: (this step could not start a program: .+)$", re.MULTILINE), "process-limit",
     "Start fewer programs at once, and wait for those that were started."),
    (re.compile(r"^Drydock (refused to run this: .+)$", re.MULTILINE), "step-refused",
     "This is not a mistake in your files; whoever runs this site has to look at the engine."),
)  # fmt: skip
_DENIED = re.compile(r"permission denied|operation not permitted|EACCES", re.IGNORECASE)
_READ_ONLY = re.compile(r"read-only file system", re.IGNORECASE)

# Which kind of image has a program, by the start of the image's name.
_HOMES = {
    "apt": ("debian", "ubuntu"),
    "apt-get": ("debian", "ubuntu"),
    "dpkg": ("debian", "ubuntu"),
    "bash": ("debian", "ubuntu"),
    "python": ("python",),
    "python3": ("python",),
    "pip": ("python",),
    "pip3": ("python",),
    "node": ("node",),
    "npm": ("node",),
    "npx": ("node",),
    "nginx": ("nginx",),
    "redis-server": ("redis",),
    "apk": ("alpine",),
    "go": ("golang",),
}
_EVERYDAY = (
    "adduser cat cd chmod chown cp curl cut date echo env export find gcc git grep gzip head id ln ls make mkdir mv "
    "printf ps rm rmdir sed sh sleep sort tail tar tee test touch tr unzip useradd wget xargs yarn"
)
_COMMON = frozenset(_HOMES) | frozenset(_EVERYDAY.split())


def read_output(output: Output) -> Finding:
    """The first mistake that the output shows, or what the exit code alone means."""
    return next((found for read in _READERS if (found := read(output))), None) or _exit_code(output)


def met_limit(text: str) -> Finding | None:
    """The limit that the engine says this step met, in its own words."""
    for pattern, code, fix in _MET:
        if match := pattern.search(text):
            what = match[1] if code != "step-refused" else f"The engine {match[1]}"
            return Finding(code, what[0].upper() + what[1:], fix)
    return None


def _no_shell(output: Output) -> Finding | None:
    if output.base != "scratch":
        return None
    what = "scratch is empty: it has no shell and no programs to run."
    fix = "Do this in an earlier stage and copy the result here with COPY --from."
    if home := output.library.with_prefix("busybox", "debian"):
        fix = f"Start from {home}, or do this in an earlier stage and copy the result with COPY --from."
    return Finding("no-shell", what, fix)


def _no_command(output: Output) -> Finding | None:
    if output.exit_code != _NOT_FOUND:
        return None
    everything = f"{output.text}\n{output.message}"
    match = next((found for one in _NO_COMMAND if (found := one.search(everything))), None)
    if not match:
        return Finding("command-not-found", explain_exit(_NOT_FOUND), "Check how the command is spelled.")
    name = match[1]
    where = f" in {output.base}" if output.base else ""
    return Finding("command-not-found", f"There is no command {name}{where}.", _where_to_find(name, output))


def _where_to_find(name: str, output: Output) -> str:
    if "/" in name:
        return f"Check that {name} was copied into the image, and that its first line names a program that is there."
    families = _HOMES.get(name)
    home = output.library.with_prefix(*families) if families else None
    if home:
        return f"Start from an image that has it: FROM {home}"
    if families:
        return f"No image available here has {name}: use a command the image knows."
    meant = nearest(name, [one for one in _COMMON if one != name])
    return f"Did you mean {meant}?" if meant else "Check how it is spelled, or start from an image that has it."


def _may_not_run(output: Output) -> Finding | None:
    if output.exit_code != _MAY_NOT_RUN:
        return None
    match = _MAY_NOT.search(f"{output.text}\n{output.message}")
    name = (match[1] or match[2]) if match else None
    what = f"{name} was found, but it may not be run." if name else explain_exit(_MAY_NOT_RUN)
    fix = f"Put RUN chmod +x {name} before this step." if name else "Make it executable with RUN chmod +x first."
    return Finding("not-executable", what, fix)


def _disk_full(output: Output) -> Finding | None:
    if not _DISK_FULL.search(output.text):
        return None
    what = "This step filled all the disk space it may use."
    return Finding("disk-full", what, "Write less, or delete files in the same RUN that made them.")


def _no_network(output: Output) -> Finding | None:
    # A static busybox has no resolver for its wget, and dies of that; pip and apt may only say that nothing was found.
    silent = output.exit_code == _CRASHED or (not output.network and _FOUND_NOTHING.search(output.text))
    if not (_NO_NETWORK.search(output.text) or (silent and FETCHERS.search(output.command))):
        return None
    if output.network:
        what = "This step tried to reach the internet directly; here it can only fetch packages, through a proxy."
        fix = "Let the program use the proxy in http_proxy, or put the file into your project and COPY it."
        return Finding("no-network", what, fix)
    what = "This step tried to reach the internet, and builds have no network here."
    return Finding("no-network", what, instead(f"{output.command}\n{output.text}", output.library))


def _refused(output: Output) -> Finding | None:
    """What the proxy for package installs answered, as programs repeat it."""
    if not output.network:
        return None
    if match := _NOT_LISTED.search(output.text):
        what = f"This step asked {match[1]}, and builds here reach only the servers that packages come from."
        return Finding("host-not-allowed", what, "Put the file into your project and COPY it, or install a package.")
    if match := _OVER.search(output.text):
        return Finding("fetch-limit", f"{match[0]}.", "Fetch less: the Limits page has the numbers.")
    return None


def _no_package(output: Output) -> Finding | None:
    if match := _NO_PACKAGE.search(output.text):
        what = f"apt knows no package {match[1]}."
        return Finding("apt-package", what, "Run apt-get update first in the same RUN, and check the name.")
    # pip prints this too when it cannot reach the index, but then the network rule has spoken already.
    if match := re.search(r"No matching distribution found for (\S+)", output.text):
        what = f"pip found no package {match[1]} to install."
        return Finding("pip-package", what, "Check the name and the version in your requirements.")
    return None


def _no_module(output: Output) -> Finding | None:
    if match := _NO_MODULE.search(output.text):
        what = f"Python found no module {match[1]}."
        return Finding("module-not-found", what, "COPY the file it is in before this step, or install it.")
    if match := _NODE_MODULE.search(output.text):
        what = f"Node found no module {match[1]}."
        return Finding("module-not-found", what, "COPY the file it is in before this step.")
    return None


def _no_file(output: Output) -> Finding | None:
    for line in reversed(output.text.split("\n")):
        if "no such file or directory" not in line.lower():
            continue
        if match := next((found for one in _NO_FILE if (found := one.search(line))), None):
            fix = "COPY it into the image before this step, or check WORKDIR: names without a / start there."
            return Finding("file-not-found", f"The step looked for {match[1]}, and it is not in the image.", fix)
    return None


def _denied(output: Output) -> Finding | None:
    if _READ_ONLY.search(output.text):
        what = "This step wrote to a place that can only be read."
        return Finding("read-only", what, "Write somewhere else; a bind mount is read-only unless it says rw.")
    if _DENIED.search(output.text):
        what = "This step was not allowed to read or change a file."
        return Finding("permission-denied", what, "Put USER below the steps that install, or COPY with --chown.")
    return None


def _exit_code(output: Output) -> Finding:
    said = explain_exit(output.exit_code)
    more = "" if f"exit code {output.exit_code}" in said else f" {said}"
    what = f"This step ended with exit code {output.exit_code}.{more}"
    return Finding("step-failed", what, "The last lines of its output say what went wrong.")


_READERS: tuple[Callable[[Output], Finding | None], ...] = (
    _no_shell,
    _no_command,
    _may_not_run,
    _disk_full,
    _refused,
    _no_network,
    _no_package,
    _no_module,
    _no_file,
    _denied,
)
