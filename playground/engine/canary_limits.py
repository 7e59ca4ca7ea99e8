"""The canary's trials of memory, processes, CPU and disk: of a RUN step, of a layer, of a container. For `canary` only.

A trial answers "enforced" only when the attack was really stopped, and "not enforced" only when it really went through;
where the machine was too small or too busy to tell, it raises `CannotTry`.
"""

import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.engine import canary_scripts as scripts
from playground.engine.canary_bench import Bench, CannotTry, Heard
from playground.engine.health import Result, State
from playground.engine.limits import amount, bytes_text
from playground.engine.port import ContextFile

MIB = 1 << 20
OVER_MEMORY = 64 * MIB
OVER_DISK = 50 * MIB
OVER_PROCESSES = 20
LONGEST_DISK = 4 << 30  # a limit beyond this would cost too much to reach
CPU_SECONDS = 1.2
CPU_TOLERANCE = 1.25  # of the limit: the kernel's accounting is in slices
QUOTA_DRIVERS = frozenset({"btrfs", "zfs"})
BOMB_END = "unexpected EOF"  # what the engine says when it has unpacked all of our cut-off archive


@dataclass(frozen=True, slots=True)
class Place:
    """Where an attack is run. *prefix* begins the keys of its lines; *noun* is its word in sentences."""

    prefix: str
    noun: str
    run: Callable[[Bench, str], Heard]


def _in_step(bench: Bench, script: str) -> Heard:
    return bench.step(script)


def _in_container(bench: Bench, script: str) -> Heard:
    return bench.run(script)


STEP = Place("build", "A step", _in_step)
CONTAINER = Place("run", "A container", _in_container)


# --- memory ---------------------------------------------------------------------------------------------------------


def memory(bench: Bench, place: Place) -> Iterator[Result]:
    """Take 64 MiB more than the limit."""
    limit = bench.value(f"{place.prefix}.memory")
    half, attack = limit // 2, limit + OVER_MEMORY
    heard = place.run(bench, scripts.memory(half=half, attack=attack))
    _room(heard, attack // 1024, "memory")
    if heard.facts.get("half") != "0":
        raise CannotTry(f"{place.noun} could not even take {bytes_text(half)}, half of its limit.")
    key, tried = f"{place.prefix}.memory", f"{place.noun} took {bytes_text(half)} and then {bytes_text(attack)}"
    if heard.facts.get("whole") == "0":
        yield Result(
            key=key, state="not enforced", sentence=f"{tried}; nothing stopped it at its limit of {bytes_text(limit)}."
        )
        return
    yield Result(key=key, state="enforced", sentence=f"{tried}: that was killed at its limit of {bytes_text(limit)}.")


def _room(heard: Heard, needed_kib: int, what: str) -> None:
    free = heard.number("free")
    if len(heard.facts) == 1 and free < needed_kib * 2:
        had, need = bytes_text(free * 1024), bytes_text(needed_kib * 1024)
        raise CannotTry(f"It would take {need} of {what}, and the machine has only {had} free: too little to risk it.")


# --- processes ------------------------------------------------------------------------------------------------------


def processes(bench: Bench, place: Place) -> Iterator[Result]:
    """Start 20 processes more than the limit."""
    limit = bench.value(f"{place.prefix}.processes")
    attack = limit + OVER_PROCESSES
    heard = place.run(bench, scripts.processes(attack=attack))
    count = len(heard.facts.get("started", "").split())
    if not count:
        raise CannotTry(f"{place.noun} could not start a single process. {heard.error[-200:]}".strip())
    held = count < attack
    yield Result(
        key=f"{place.prefix}.processes",
        state="enforced" if held else "not enforced",
        sentence=f"{place.noun} tried to start {attack} processes; its limit is {limit}: "
        + (f"the kernel refused after {count}." if held else "all were started."),
    )


# --- CPU ------------------------------------------------------------------------------------------------------------


def step_cpus(bench: Bench) -> Iterator[Result]:
    """Keep one CPU more busy than a step may use."""
    limit = bench.value("build.cpus")
    loops = -(-limit // 1000) + 1
    yield _cpus(STEP, limit, bench.step(scripts.cpu(loops=loops, seconds=CPU_SECONDS)))


def container_cpus(bench: Bench) -> Iterator[Result]:
    """Keep one CPU busy in a container that may use a fifth of one: a small wish is soon over its limit."""
    limit = min(200, bench.value("run.cpus_most"))
    script = scripts.cpu(loops=-(-limit // 1000) + 1, seconds=CPU_SECONDS)
    yield _cpus(CONTAINER, limit, bench.run(script, millicpus=limit))


def _cpus(place: Place, limit: int, heard: Heard) -> Result:
    """By what it used, and by the kernel's own count of how often it was held back (cpu.stat of its control group)."""
    used, had, key = _used(heard), amount(limit, "millicpus"), f"{place.prefix}.cpus"
    tried = (
        f"{place.noun} kept all its processes busy for {CPU_SECONDS:g} s and used {used:.2f} CPU; its limit is {had}"
    )
    if used > limit / 1000 * CPU_TOLERANCE:
        return Result(key=key, state="not enforced", sentence=f"{tried}.")
    periods, throttled = _held_back(heard)
    if throttled:
        held = "once" if throttled == 1 else f"{throttled} times"
        return Result(key=key, state="enforced", sentence=f"{tried}. The kernel held it back {held}.")
    if heard.number("cpus") * 1000 <= limit:
        return Result(key=key, state="cannot be had here", sentence=f"{tried}, and the engine has no more CPUs.")
    if periods == 0:
        sentence = f"{tried}. It got no more of a busy machine, yet the kernel watched over no limit."
        return Result(key=key, state="not enforced", sentence=sentence)
    raise CannotTry(f"{tried}: the machine was too busy to tell, so it is tried again.")


def _used(heard: Heard) -> float:
    """CPU seconds of the children (the second line of `times`) by seconds that went by."""
    times = re.findall(r"^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$", heard.text, re.MULTILINE)
    span = re.fullmatch(r"([\d.]+) ([\d.]+)", heard.facts.get("span", ""))
    if len(times) < 2 or span is None or float(span[2]) <= float(span[1]):
        raise CannotTry(f"The trial did not tell what it used. {heard.error[-200:]}".strip())
    minutes, seconds, system_minutes, system_seconds = map(float, times[1])
    return (60 * (minutes + system_minutes) + seconds + system_seconds) / (float(span[2]) - float(span[1]))


def _held_back(heard: Heard) -> tuple[int, int]:
    """How many periods the kernel watched during the trial, and in how many it held the processes back."""
    before, after = (
        [int(part) for part in heard.facts.get(when, "").split() if part.isdecimal()] for when in ("before", "after")
    )
    if len(before) != 2 or len(after) != 2:
        raise CannotTry("The trial could not read what the kernel counts of its CPU.")
    return after[0] - before[0], after[1] - before[1]


# --- disk -----------------------------------------------------------------------------------------------------------


def disk(bench: Bench, place: Place) -> Iterator[Result]:
    """Write 50 MiB more than the limit."""
    limit, attack = _disk_attack(bench, place.prefix)
    heard = place.run(bench, scripts.disk(limit=limit, attack=attack))
    _room(heard, attack // 1024, "disk space")
    bench.free_disk = heard.number("free")
    size, said = heard.number("size"), heard.facts.get("said", "").removeprefix("dd: ")
    tried = f"{place.noun} tried to write {attack // MIB:,} MiB; its limit is {bytes_text(limit)}"
    if size >= attack:
        yield _no_quota(bench, f"{place.prefix}.disk", f"{tried}: all of it was written.")
        return
    why = f" ({said.rpartition(': ')[2]})" if said else ""
    if "beside" in heard.facts:
        sentence = f"{tried}: it was stopped at {size // MIB:,} MiB{why}, but its {scripts.LAID_IN} took all of it."
        yield Result(key=f"{place.prefix}.disk", state="not enforced", sentence=sentence)
        return
    yield Result(
        key=f"{place.prefix}.disk", state="enforced", sentence=f"{tried}: it was stopped at {size // MIB:,} MiB{why}."
    )


def layer(bench: Bench) -> Iterator[Result]:
    """ADD an archive that unpacks to 50 MiB more than a layer may have. It is cut off, so no layer is made of it."""
    limit, attack = _disk_attack(bench, "build")
    if bench.free_disk and bench.free_disk * 1024 < attack * 2:
        raise CannotTry(f"It would take {bytes_text(attack)} of disk space: too much to risk it here.")
    bomb = make_bomb(bench.folder / "bomb.tar.gz", attack)
    heard = bench.build(bench.spec(bench.ada, "FROM scratch\nADD bomb.tar.gz /\n", files=(bomb,)))
    holds = f"ADD of an archive of {bytes_text(bomb.size)} that holds {attack // MIB:,} MiB"
    tried = f"{holds}; a layer may have {bytes_text(limit)}"
    if heard.timed_out:
        raise CannotTry(f"{tried}: it was not done within {heard.seconds:.0f} s, so it was given up.")
    if BOMB_END in heard.error:
        yield _no_quota(bench, "build.layer", f"{tried}: all of it was unpacked.")
        return
    if not re.search(r"quota|no space|too large|limit", heard.error, re.IGNORECASE):
        raise CannotTry(f"{tried}: the engine ended it for another reason: {heard.error[-160:]}")
    why = heard.error.rpartition(": ")[2].strip(" .)")
    yield Result(
        key="build.layer", state="enforced", sentence=f"{tried}: it was stopped after {heard.seconds:.1f} s ({why})."
    )


def _disk_attack(bench: Bench, prefix: str) -> tuple[int, int]:
    limit = bench.value(f"{prefix}.disk")
    if limit > LONGEST_DISK:
        raise CannotTry(f"The limit is {bytes_text(limit)}: more than a trial may write.")
    return limit, limit + OVER_DISK


def _no_quota(bench: Bench, key: str, sentence: str) -> Result:
    """It went through: where the storage driver has no quotas, nothing could have stopped it."""
    driver = bench.info.storage_driver
    state: State = "not enforced"
    if driver not in QUOTA_DRIVERS:
        state, sentence = "cannot be had here", f"{sentence} The storage driver {driver} has no quotas here."
    return Result(key=key, state=state, sentence=sentence)


def make_bomb(path: Path, size: int) -> ContextFile:
    """A tar of one file of *size* zeros, in gzip (RFC 1952), without its end: a thousandth of what it unpacks to.

    After a full flush a deflate stream can go on with any piece made the same way, so a MiB is compressed once.
    """
    start = zlib.compressobj(6, zlib.DEFLATED, 31)
    header = tarfile.TarInfo("canary")
    header.size = size
    block = zlib.compressobj(6, zlib.DEFLATED, -15)
    mib = block.compress(bytes(MIB)) + block.flush(zlib.Z_FULL_FLUSH)
    with path.open("wb") as out:
        out.write(start.compress(header.tobuf()) + start.flush(zlib.Z_FULL_FLUSH))
        for _ in range(size // MIB):
            out.write(mib)
    return ContextFile(path=path.name, source=path, size=path.stat().st_size)


TRIALS: Mapping[Sequence[str], Callable[[Bench], Iterator[Result]]] = {
    ("build.memory",): lambda bench: memory(bench, STEP),
    ("build.processes",): lambda bench: processes(bench, STEP),
    ("build.cpus",): step_cpus,
    ("build.disk",): lambda bench: disk(bench, STEP),
    ("build.layer",): layer,
    ("run.memory",): lambda bench: memory(bench, CONTAINER),
    ("run.processes",): lambda bench: processes(bench, CONTAINER),
    ("run.cpus",): container_cpus,
    ("run.disk",): lambda bench: disk(bench, CONTAINER),
}
