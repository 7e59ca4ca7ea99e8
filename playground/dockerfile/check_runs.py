"""What a step asks of the engine and cannot have here: host network, secrets, and features of newer front ends."""

from collections.abc import Iterator

from playground.dockerfile.distance import nearest
from playground.dockerfile.model import Flag, Instruction, Problem
from playground.dockerfile.stages import mount_fields
from playground.dockerfile.surroundings import Surroundings

_MOUNT_TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_NETWORKS = ("default", "none", "host")
# Flags that came with the same front end as heredocs.
_NEWER_FLAGS = {
    ("COPY", "link"): "Leave it away: the result is the same.",
    ("ADD", "link"): "Leave it away: the result is the same.",
    ("ADD", "keep-git-dir"): "Leave it away.",
    ("ADD", "checksum"): "Leave it away.",
    ("RUN", "network"): "Leave it away: builds have no network here anyway.",
    ("HEALTHCHECK", "start-interval"): "Leave it away: --interval is used from the start.",
}


def check_runs(around: Surroundings) -> Iterator[Problem]:
    """All steps of all stages."""
    for stage in around.dockerfile.stages:
        for instruction in stage.instructions:
            for flag in instruction.flags:
                yield from _flag(around, instruction, flag)
            if instruction.heredocs and not around.heredocs:
                yield _heredoc(around, instruction)


def _flag(around: Surroundings, instruction: Instruction, flag: Flag) -> Iterator[Problem]:
    word = f"--{flag.name}"
    newer = _NEWER_FLAGS.get((instruction.keyword, flag.name))
    if newer and not around.heredocs:
        message = f"This engine does not know {instruction.keyword} {word} yet."
        yield around.source.problem(instruction, "unsupported-flag", message, fix=newer, word=word)
    elif instruction.keyword != "RUN":
        return
    elif flag.name == "network":
        yield from _network(around, instruction, flag.value or "")
    elif flag.name == "security":
        message = "--security would give this step power over the whole machine, so it is not available here."
        yield around.source.problem(
            instruction, "not-allowed", message, fix="Leave it away: most steps do not need it.", word=word
        )
    elif flag.name == "mount":
        yield from _mount(around, instruction, flag.value or "")


def _network(around: Surroundings, instruction: Instruction, value: str) -> Iterator[Problem]:
    if value == "host":
        message = "--network=host would join the network of the machine, so it is not available here."
        yield around.source.problem(
            instruction, "not-allowed", message, fix="Leave it away.", word=f"--network={value}"
        )
    elif value and value not in _NETWORKS and "$" not in value:
        meant = nearest(value, _NETWORKS[:2]) or "none"
        message = f"{value} is not a network a build can have."
        yield around.source.problem(
            instruction, "flag-value", message, fix=f"Write --network={meant}.", word=f"--network={value}"
        )


def _mount(around: Surroundings, instruction: Instruction, value: str) -> Iterator[Problem]:
    kind = mount_fields(value).get("type", "bind").lower()
    if kind in {"secret", "ssh"}:
        what = "Secrets" if kind == "secret" else "SSH keys"
        message = f"{what} cannot be handed to a build here, so --mount=type={kind} would fail."
        fix = "Give the value when the container runs, with an environment variable."
        if kind == "ssh":
            fix = "Copy the files you need into your project instead of fetching them over SSH."
        yield around.source.problem(instruction, "not-allowed", message, fix=fix, word=f"type={kind}")
    elif kind not in _MOUNT_TYPES and "$" not in kind:
        meant = nearest(kind, _MOUNT_TYPES)
        fix = f"Did you mean type={meant}?" if meant else "The types are bind, cache and tmpfs."
        yield around.source.problem(
            instruction, "flag-value", f"{kind} is not a type of mount.", fix=fix, word=f"type={kind}"
        )


def _heredoc(around: Surroundings, instruction: Instruction) -> Problem:
    fix = "Join the commands with && and end each line with a \\."
    if instruction.keyword != "RUN":
        fix = f"Put the text into a file of your project and {instruction.keyword} that."
    name = instruction.heredocs[0].name
    message = f"This engine cannot read text between <<{name} and {name} yet."
    return around.source.problem(instruction, "unsupported-heredoc", message, fix=fix, word=name)
