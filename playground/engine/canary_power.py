"""The canary's trials of privileges, user ids and stopping, of a RUN step and of a container. For `canary` only."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from playground.engine import canary_scripts as scripts
from playground.engine.canary_bench import IMAGE, Bench, CannotTry, Heard
from playground.engine.canary_limits import CONTAINER, STEP, Place
from playground.engine.health import Result
from playground.engine.port import BuildFailed, StepOutput

ALL_IDS = 4294967295  # a uid_map over all of them is the machine's own (user_namespaces(7))
GRACE = 1  # seconds a container is given between SIGTERM and SIGKILL
GONE_WITHIN = 10.0  # a busy machine takes its time


_POWERS: Mapping[str, str] = {
    "mknod": "device files", "mount": "mounts", "raw-socket": "raw sockets", "hostname": "another host name",
    "namespace": "namespaces", "interface": "network interfaces",
}  # fmt: skip


def privileges(bench: Bench, place: Place) -> Iterator[Result]:
    """Try what takes privileges, and read what the kernel says of a process there."""
    heard = place.run(bench, scripts.privileges())
    bounding = int(heard.facts.get("CapBnd") or "0", 16)
    gains, seccomp = heard.number("NoNewPrivs") == 0, heard.number("Seccomp") == 2
    could = [words for name, words in _POWERS.items() if f"could-{name}" in heard.facts]
    wrong = [
        *([f"{' and '.join(could)} could be had"] if could else []),
        *(["a program may gain new privileges"] if gains else []),
        *([] if seccomp else ["no system call is filtered"]),
    ]
    *most, last = _POWERS.values()
    tried = f"{place.noun} tried to get {', '.join(most)} and {last}"
    kept = f"It has {bounding.bit_count()} of {max(41, bounding.bit_length())} capabilities"
    if wrong:
        sentence = f"{tried}: {', '.join(wrong)}. {kept}."
    else:
        sentence = f"{tried}: all were refused. {kept}, can gain no new ones, and its system calls are filtered."
    yield Result(key=f"{place.prefix}.privileges", state="not enforced" if wrong else "enforced", sentence=sentence)
    yield _users(place, heard)


def _users(place: Place, heard: Heard) -> Result:
    """The map of user ids of a process there: of its root, and of how many."""
    told = heard.facts.get("users", "").split()
    if len(told) != 3 or not all(part.isdecimal() for part in told):
        raise CannotTry("The trial could not read its map of user ids.")
    inside, outside, count = map(int, told)
    key = f"{place.prefix}.users"
    if inside == 0 and outside != 0:
        sentence = f"{place.noun}'s root is user {outside} of the machine; it has {count:,} user ids of its own."
        return Result(key=key, state="enforced", sentence=sentence)
    those = "all of the machine's user ids are its own" if count == ALL_IDS else f"it has {count:,} user ids"
    sentence = f"{place.noun}'s root is root of the machine: user 0 there is user {outside} outside, and {those}."
    return Result(key=key, state="not enforced", sentence=sentence)


def stop_build(bench: Bench) -> Iterator[Result]:
    """Cancel a step that ignores every signal; it leaves marks in a cache mount, which have to end."""
    mount = f"--mount=type=cache,id=canary-{time.time_ns()},target=/marks "
    spec = bench.spec(bench.ada, f"FROM {IMAGE}\nRUN {mount}{scripts.stubborn()}\n", fresh=False)
    cancelled, error = 0.0, ""
    for event in bench.engine.build(spec):
        if isinstance(event, StepOutput) and not cancelled:
            cancelled = time.monotonic()
            bench.engine.cancel_build(spec.build_id)
        elif isinstance(event, BuildFailed):
            error = event.message
    if not cancelled:
        raise CannotTry(f"The step to be stopped did not begin. {error[-200:]}".strip())
    took = time.monotonic() - cancelled
    seen = bench.step(scripts.marks(), mount=mount, fresh=False)
    left = [seen.facts.get("first", ""), seen.facts.get("later", "")]
    tried = f"A step that ignores signals was cancelled: its build ended after {took:.1f} s"
    if not left[0].isdecimal():
        raise CannotTry(f"{tried}, but the marks it left cannot be read.")
    goes_on = left[0] != left[1]
    still = "and its process goes on" if goes_on else "and its process is gone"
    yield Result(key="build.time", state="not enforced" if goes_on else "enforced", sentence=f"{tried}, {still}.")


def stop_container(bench: Bench) -> Iterator[Result]:
    """Stop a container that ignores every signal."""
    with bench.started(bench.container(bench.ada, scripts.stubborn())) as container:
        bench.listen(container, until="begun")
        began = time.monotonic()
        bench.engine.stop_container(container, grace=GRACE)
        took = time.monotonic() - began
        phase = bench.engine.inspect_container(container).phase
    held = phase != "running" and took < GRACE + GONE_WITHIN
    tried = f"A container that ignores signals was stopped with {GRACE} s of grace"
    ended = f"it was killed after {took:.1f} s" if phase != "running" else f"it still ran after {took:.1f} s"
    yield Result(key="run.time", state="enforced" if held else "not enforced", sentence=f"{tried}: {ended}.")


TRIALS: Mapping[Sequence[str], Callable[[Bench], Iterator[Result]]] = {
    ("build.privileges", "build.users"): lambda bench: privileges(bench, STEP),
    ("build.time",): stop_build,
    ("run.privileges", "run.users"): lambda bench: privileges(bench, CONTAINER),
    ("run.time",): stop_container,
}
