"""The only place that turns a learner's wish into Docker Engine parameters (API v1.41). Pure; called by services and
runners before anything is queued, and again by no one: adapters send what stands here.

A wish beyond the rules is refused with a sentence (`Refused`), never silently made smaller.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.engine.labels import labels_of
from playground.engine.limits import Limit, bytes_text
from playground.engine.port import BuildSpec, ContainerSpec, ContextFile, NetworkSpec, Owner

# Enough for the usual servers to start as root and step down; nothing that reaches the machine (capabilities(7)).
CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "SETUID", "SETGID", "NET_BIND_SERVICE", "KILL")
# BuildKit's own and the proxies' build arguments work without an ARG: they are ours to set, not a learner's.
RESERVED_ARGS = re.compile(r"(BUILDKIT_.*|(HTTP|HTTPS|FTP|NO|ALL)_PROXY|SOURCE_DATE_EPOCH)", re.IGNORECASE)
PROXY_ARGS = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
STAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# reference grammar of github.com/distribution/reference, without a registry, at most two parts deep
REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)?")
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
REPOSITORY_LENGTH = 80
# The engine keeps LOG_FILES files of LOG_FILE, in JSON. All but the newest hold more than run.output and run.lines can
# become (75 bytes around each line, six for a byte at worst), so our cap comes before a line is rotated away unread.
LOG_FILE = "10m"
LOG_FILES = "5"
OOM_SCORE = 500
STOP_SECONDS = 2  # between SIGTERM and SIGKILL where nobody says otherwise: when the engine itself is stopped

Limits = Mapping[str, Limit]


class Refused(Exception):
    """A wish that is not granted: *code* for programs, *field* it is about, *message* and *fix* for the learner."""

    def __init__(self, code: str, field: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.message = message
        self.fix = fix


# --- names --------------------------------------------------------------------------------------------------------


def check_reference(reference: str, *, field: str = "tag") -> tuple[str, str]:
    """A learner's "name:tag" (tag: latest) in its two parts."""
    repository, colon, tag = reference.partition(":")
    tag = tag if colon else "latest"
    good = REPOSITORY.fullmatch(repository) and TAG.fullmatch(tag) and repository != "sha256"  # so begin image ids
    if len(repository) > REPOSITORY_LENGTH or not good:
        raise Refused(
            "bad_reference", field, f"“{_shown(reference)}” is not a name for an image.",
            "Use small letters, digits and . _ - with an optional tag after a colon: my-app:1",
        )  # fmt: skip
    return repository, tag


def engine_reference(instance: str, learner: str, reference: str) -> str:
    """The engine's name for a learner's image: every learner has a name space of their own."""
    repository, tag = check_reference(reference)
    return f"drydock-{_label(instance)}/{_label(learner)}/{repository}:{tag}"


def learner_reference(reference: str) -> str:
    """The learner's name for an image of theirs: the inverse of `engine_reference`; others stay as they are."""
    return _PREFIX.sub("", reference, count=1)


_PREFIX = re.compile(r"(?:docker\.io/)?(?:library/)?drydock-[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*/")


def hide_engine_names(text: str) -> str:
    """A step's name or message as a learner reads it: their own names, and base images without Docker Hub's prefix."""
    return _PREFIX.sub("", text).replace("docker.io/library/", "")


def network_name(instance: str, learner: str) -> str:
    """The learner's own network."""
    return f"drydock-{_label(instance)}-{_label(learner)}"


def _label(part: str) -> str:
    if not LABEL.fullmatch(part):  # made by us, never typed by a learner: a fault, not a refusal
        raise ValueError(f"{part!r} cannot be part of an engine's name")
    return part


# --- builds -------------------------------------------------------------------------------------------------------


def build_spec(
    *,
    build_id: str,
    owner: Owner,
    files: Sequence[ContextFile],
    dockerfile_text: str,
    dockerfile_path: str,
    tag: str,
    limits: Limits,
    target: str = "",
    build_args: Mapping[str, str] | None = None,
    no_cache: bool = False,
    proxy: str = "",
) -> BuildSpec:
    """What this build may do. *dockerfile_text* was rewritten already (no `# syntax=` line). Raises `Refused`.

    *proxy*: the address through which its RUN steps may fetch packages; without one they have no network at all.
    """
    _at_most("dockerfile", len(dockerfile_text.encode()), limits["dockerfile.bytes"], "The Dockerfile")
    if target and not STAGE.fullmatch(target):
        raise Refused(
            "bad_target", "target", f"“{_shown(target)}” is not the name of a stage.", "Name a stage: AS name"
        )
    args = _build_args(build_args or {}, limits)
    args["BUILDKIT_CACHE_MOUNT_NS"] = f"{_label(owner.instance)}-{_label(owner.learner)}"
    if proxy:  # predefined arguments: they reach RUN without an ARG, and neither the cache's key nor the image
        args |= dict.fromkeys(PROXY_ARGS, proxy)
    parameters = {
        "version": "2",  # BuildKit
        "t": engine_reference(owner.instance, owner.learner, tag),
        "dockerfile": dockerfile_path,
        "networkmode": "default" if proxy else "none",
        "rm": "1",
        "forcerm": "1",
        "labels": _json(labels_of(owner)),
        "buildargs": _json(args),
    }
    if target:
        parameters["target"] = target
    if no_cache:
        parameters["nocache"] = "1"
    return BuildSpec(
        build_id=build_id,
        owner=owner,
        files=tuple(files),
        dockerfile=dockerfile_text,
        dockerfile_path=dockerfile_path,
        parameters=parameters,
    )


def _build_args(wished: Mapping[str, str], limits: Limits) -> dict[str, str]:
    _at_most("build_args", len(wished), limits["build.args"], "The list of build arguments")
    args: dict[str, str] = {}
    for name, value in wished.items():
        if not NAME.fullmatch(name):
            raise Refused("bad_name", "build_args", f"“{_shown(name)}” is not a name for a build argument.",
                          "Use letters, digits and _")  # fmt: skip
        _text("build_args", value, limits, f"The build argument {name}")
        if not RESERVED_ARGS.fullmatch(name):
            args[name] = value
    return args


_TRACE_NAME = re.compile(
    r"\[internal\] load metadata for (?P<metadata>\S+)"
    r"|(?:\[[^\]]*\] )?FROM (?P<base>\S+)"  # without the brackets: an image of COPY --from or --mount=from
    r"|(?:importing cache manifest from |docker-image://)(?P<other>\S+)"
    r"|resolve image config for (?P<config>\S+)"
)
CONTEXT_SOURCES = frozenset({"scratch"})


def check_trace_name(name: str, allowed: Sequence[str]) -> str | None:
    """The second look at images: a step of the trace that takes one which is not *allowed*; the caller then cancels.

    *allowed* are references as the engine has them ("busybox:latest", "drydock-i/7/app:1"); a digest after @ is ignored
    for one that is allowed by its tag. None: nothing wrong.
    """
    found = _TRACE_NAME.match(name)
    if found is None:
        return None
    reference = next(part for part in found.groups() if part)
    if reference in CONTEXT_SOURCES:
        return None
    return None if _normal(reference) in {_normal(one) for one in allowed} else hide_engine_names(reference)


def _normal(reference: str) -> str:
    short = reference.removeprefix("docker-image://").removeprefix("docker.io/").removeprefix("library/")
    named, at, _ = short.partition("@")
    tagged = ":" in named.rpartition("/")[2]
    if at and not tagged:
        return short
    return named if tagged else f"{named}:latest"


# --- containers ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWish:
    """What a learner asks of a container; 0 and () mean: the usual, and the image's own command."""

    image: str
    command: Sequence[str] = ()
    environment: Mapping[str, str] | None = None
    memory: int = 0
    millicpus: int = 0


def container_spec(*, name: str, owner: Owner, wish: RunWish, limits: Limits, networked: bool = False) -> ContainerSpec:
    """What this container may do. *wish.image* is the engine's reference or id. Raises `Refused`."""
    memory = _between(
        "memory", wish.memory or limits["run.memory"].value, limits["run.memory_least"], limits["run.memory_most"]
    )
    millicpus = _between("cpus", wish.millicpus or limits["run.cpus"].value, None, limits["run.cpus_most"])
    network = network_name(owner.instance, owner.learner) if networked else None
    body: dict[str, Any] = {
        "Image": wish.image,
        "Labels": labels_of(owner),
        "Env": _environment(wish.environment or {}, limits),
        "Tty": False,
        "OpenStdin": False,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "StopTimeout": STOP_SECONDS,
        "HostConfig": host_config(memory=memory, millicpus=millicpus, network=network or "none", limits=limits),
    }
    command = _command(wish.command, limits)
    if command:
        body["Cmd"] = command
    return ContainerSpec(name=name, owner=owner, body=body, network=network)


def host_config(*, memory: int, millicpus: int, network: str, limits: Limits) -> dict[str, Any]:
    """HostConfig of every container. No StorageOpt: overlay2 without project quotas refuses it."""
    files = limits["run.files"].value
    return {
        "NetworkMode": network,
        "CapDrop": ["ALL"],
        "CapAdd": list(CAPABILITIES),
        "SecurityOpt": ["no-new-privileges"],
        "Privileged": False,
        "PidsLimit": limits["run.processes"].value,
        "Memory": memory,
        "MemorySwap": memory,
        "NanoCpus": millicpus * 1_000_000,
        "Init": True,
        "IpcMode": "private",
        "CgroupnsMode": "private",
        "ReadonlyRootfs": False,
        "Tmpfs": {"/tmp": f"size={limits['run.tmp'].value},mode=1777,nosuid,nodev"},  # noqa: S108 - the container's
        "Ulimits": [
            {"Name": "nofile", "Soft": files, "Hard": files},
            {"Name": "core", "Soft": 0, "Hard": 0},
        ],
        "LogConfig": {"Type": "json-file", "Config": {"max-size": LOG_FILE, "max-file": LOG_FILES}},
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "OomScoreAdj": OOM_SCORE,
    }


def network_spec(*, owner: Owner) -> NetworkSpec:
    """The learner's own network: internal, so without a way out or to other learners."""
    return NetworkSpec(
        name=network_name(owner.instance, owner.learner),
        owner=owner,
        body={"Driver": "bridge", "Internal": True, "Attachable": False, "Labels": labels_of(owner)},
    )


def _command(words: Sequence[str], limits: Limits) -> list[str]:
    _at_most("command", len(words), limits["run.words"], "The command")
    for word in words:
        _text("command", word, limits, "A word of the command")
    return list(words)


def _environment(wished: Mapping[str, str], limits: Limits) -> list[str]:
    _at_most("environment", len(wished), limits["run.environment"], "The list of variables")
    for name, value in wished.items():
        if not NAME.fullmatch(name):
            raise Refused("bad_name", "environment", f"“{_shown(name)}” is not a name for an environment variable.",
                          "Use letters, digits and _")  # fmt: skip
        _text("environment", value, limits, f"The variable {name}")
    return [f"{name}={value}" for name, value in wished.items()]


# --- the checks ---------------------------------------------------------------------------------------------------


def _at_most(field: str, size: int, limit: Limit, what: str) -> None:
    if size > limit.value:
        shown = bytes_text(size) if limit.unit == "bytes" else f"{size:,}"
        raise Refused("too_large", field, f"{what} has {shown}; at most {limit.text} are possible.")


def _text(field: str, value: str, limits: Limits, what: str) -> None:
    if "\0" in value:
        raise Refused("bad_text", field, f"{what} contains a NUL character.", "Remove it.")
    _at_most(field, len(value), limits["text.characters"], what)


def _between(field: str, value: int, least: Limit | None, most: Limit) -> int:
    from_ = least.value if least else 1
    if not from_ <= value <= most.value:
        bounds = f"from {least.text} to {most.text}" if least else f"up to {most.text}"
        direction = "less" if value > most.value else "more"
        what = most.title.partition(",")[0]
        raise Refused("out_of_bounds", field, f"{what} can be {bounds}.", f"Choose {direction}, or leave it empty.")
    return value


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _shown(text: str) -> str:
    """What was typed, short enough to be repeated."""
    return text if len(text) <= 60 else text[:59] + "…"
