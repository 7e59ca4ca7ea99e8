"""What a container does, decided once when it starts: from its image, its command, its annotation.

In this order, the later ones winning: the image's words (catalogue.py), the command and its arguments (shell/), the
words of the annotation (behaviour.py). A command replaces what the image would do; an annotation changes parts of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from playground.kube.runtime import behaviour, images
from playground.kube.runtime.behaviour import TERMINATED, Behaviour
from playground.kube.runtime.catalogue import Known
from playground.kube.runtime.protocol import Start
from playground.kube.runtime.shell.commands import COMMANDS
from playground.kube.runtime.shell.host import SHELLS, Host
from playground.kube.runtime.shell.languages import LANGUAGES
from playground.kube.runtime.shell.lexer import NotUnderstood
from playground.kube.runtime.shell.program import Program
from playground.kube.runtime.shell.run import Command, Run

PORT: Final = 8080  # of a server whose pod declares no containerPorts
# A shell and what runs in it: nothing but a trap hears SIGTERM, since the kernel spares process 1.
SHELL: Final = Behaviour(memory=1024**2, obeys=False, term=TERMINATED, start=0.0, cost=0.0)
_AGNHOST: Final = {
    "netexec": "serve port=8080 flavour=agnhost",
    "serve-hostname": "serve port=9376 flavour=agnhost",
    "liveness": "serve port=8080 sick=10s flavour=agnhost",
    "porter": "serve port=8080 flavour=agnhost",
    "pause": "sleep",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a container does. *program*: its script, if it has one; *notes*: what is told in its log at once.

    *cannot*: why it cannot be started at all.
    """

    behaviour: Behaviour
    program: Program | None = None
    notes: tuple[str, ...] = ()
    cannot: str = ""


def plan(start: Start) -> Plan:
    """Return what a container that is started like this does."""
    reference = images.Reference.of(start.image)
    known = images.known(reference) or images.UNKNOWN
    found = _from_image(start, known) if _keeps_entry(start, known, reference.short) else _from_command(start, known)
    for words in behaviour.annotated(start.annotations, start.name):
        changed, wrong = behaviour.read(words, found.behaviour)
        program = None if {"talk", "lasts"} & _differ(found.behaviour, changed) else found.program
        found = replace(found, behaviour=changed, program=program, notes=(*found.notes, *wrong))
    return replace(found, behaviour=_with_ports(found.behaviour, start))


def _differ(one: Behaviour, other: Behaviour) -> set[str]:
    return {name for name in ("talk", "lasts") if getattr(one, name) != getattr(other, name)}


def _with_ports(found: Behaviour, start: Start) -> Behaviour:
    if found.talk == "none" or found.ports:
        return found
    return replace(found, ports=start.ports or (PORT,))


def _keeps_entry(start: Start, known: Known, name: str) -> bool:
    """Tell whether the image's own program runs: no command, and arguments (if any) that only set its options."""
    if start.command:
        return False
    if not start.args:
        return True
    return start.args[0].startswith("-") or name.endswith("/agnhost") or (not known.mib and not _is_command(start))


def _is_command(start: Start) -> bool:
    return start.args[0].rpartition("/")[2] in COMMANDS


def _from_image(start: Start, known: Known) -> Plan:
    if not known.words:
        return Plan(SHELL, Program())  # a shell or an interpreter without input: it ends at once
    words = known.words
    if "flavour=agnhost" in words and start.args:
        words = f"{words} {_AGNHOST.get(start.args[0], 'sleep')} {_agnhost_port(start.args)}"
    if start.image.rpartition("/")[2].startswith("stress") and start.args:  # vish/stress: -cpus 2
        options = dict(zip(start.args, start.args[1:], strict=False))
        words = f"{words} burn={options.get('-cpus', '0')} memory={options.get('-mem-total', '1Mi')}"
    found, wrong = behaviour.read(words, Behaviour())
    return Plan(found, notes=tuple(wrong))


def _agnhost_port(args: tuple[str, ...]) -> str:
    for index, arg in enumerate(args):
        name, _, value = arg.partition("=")
        value = value or (args[index + 1] if index + 1 < len(args) else "")
        if name in {"--http-port", "--port"} and value.isdecimal():
            return f"port={value}"
    return ""


def _from_command(start: Start, known: Known) -> Plan:
    words = [*start.command, *start.args]
    host = host_of(start, known)
    first = words[0].rpartition("/")[2]
    table = commands_of(known)
    own = first in host.own or words[0] in host.own or bool(host.anything)
    tool = bool(known.shell) and first in table and (first not in SHELLS or first in host.shells)
    if not own and not tool:
        return Plan(SHELL, cannot=f'exec: "{words[0]}": executable file not found in $PATH')
    run = Run(host, start.env, start.files, table)
    try:
        program = run.finish(lambda: _ended(run, words))
    except (NotUnderstood, RecursionError) as error:
        note = f"(simulated: this command is not understood here: {error}; it is taken to run without end)"
        return Plan(SHELL, Program(ends=math.inf), (note,))
    if program.serves is None:
        return Plan(replace(SHELL, memory=program.memory or SHELL.memory), program)
    found, wrong = behaviour.read(program.serves, Behaviour())
    return Plan(replace(found, start=found.start + program.serves_at), program, tuple(wrong))


def _ended(run: Run, words: list[str]) -> None:
    run.code = run.command([(word,) for word in words])


def host_of(start: Start, known: Known, reaches: Callable[[str], int | None] = lambda url: None) -> Host:
    """Return where a container's commands run."""
    own = {name: known.words for name in known.own if known.words}
    shells = SHELLS if known.shell == "bash" else SHELLS - {"bash"} if known.shell else frozenset[str]()
    alpine = "alpine" in start.image.partition(":")[2]
    anything = known.words if not known.mib else ""
    return Host(start.pod, start.image, own, shells - {"bash"} if alpine else shells, anything, reaches)


def commands_of(known: Known) -> dict[str, Command]:
    """Return the commands of an image: a shell's, and the interpreters that it has."""
    languages = {name: each for name, each in LANGUAGES.items() if name in known.own}
    return {**COMMANDS, **languages}
