"""Reads the engine's JSON answers into the port's frozen types. Pure; called by `docker_engine` only.

Names of fields are those of the Docker Engine API v1.41.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from playground.engine.labels import owner_of
from playground.engine.port import ContainerPhase, ContainerStatus, EngineInfo, ImageDetail, Layer, Owned

Json = Mapping[str, Any]
NEVER = "0001-01-01T00:00:00Z"
PHASES: Mapping[str, ContainerPhase] = {
    "created": "created", "running": "running", "paused": "running", "restarting": "running",
    "removing": "exited", "exited": "exited", "dead": "exited",
}  # fmt: skip
HEREDOCS_SINCE = (1, 44)  # BuildKit 0.12's built-in front end; measured absent in 1.41, present in 1.45


def engine_info(version: Json, info: Json, bridge: Json) -> EngineInfo:
    """`GET /version`, `GET /info` and `GET /networks/bridge`, which the engine makes anew at each start."""
    api = str(version.get("ApiVersion", "0.0"))
    return EngineInfo(
        version=str(version.get("Version", "")),
        api_version=api,
        heredocs=tuple(int(part) for part in api.split(".")) >= HEREDOCS_SINCE,
        storage_driver=str(info.get("Driver", "")),
        cgroup_version=str(info.get("CgroupVersion", "")),
        name=str(info.get("Name", "")),
        id=str(info.get("ID", "")),
        started=str(bridge.get("Created", "")),
    )


def remapped_root(info: Json) -> int:
    """The machine's number for a container's root: with `userns-remap` the data root ends in UID.GID (dockerd(8))."""
    if "name=userns" not in (info.get("SecurityOptions") or ()):
        return 0
    uid, dot, _ = str(info.get("DockerRootDir") or "").rpartition("/")[2].partition(".")
    return int(uid) if dot and uid.isdigit() else 0


def container_status(told: Json) -> ContainerStatus:
    """`GET /containers/{id}/json`."""
    state: Json = told["State"]
    phase = PHASES.get(state["Status"], "exited")
    return ContainerStatus(
        id=told["Id"],
        phase=phase,
        exit_code=int(state["ExitCode"]) if phase == "exited" else None,
        oom_killed=bool(state.get("OOMKilled")),
        error=str(state.get("Error") or ""),
        started_at=_moment(state.get("StartedAt")),
        finished_at=_moment(state.get("FinishedAt")),
    )


def image_detail(told: Json, history: Sequence[Json]) -> ImageDetail:
    """`GET /images/{name}/json` and `GET /images/{name}/history`."""
    config: Json = told.get("Config") or {}
    return ImageDetail(
        id=told["Id"],
        references=references(told),
        size=int(told.get("Size", 0)),
        created_at=_seconds(told.get("Created")),
        layers=tuple(_layer(line) for line in history),
        command=tuple(config.get("Cmd") or ()),
        entrypoint=tuple(config.get("Entrypoint") or ()),
        env=tuple(config.get("Env") or ()),
        ports=tuple(sorted(config.get("ExposedPorts") or ())),
        workdir=str(config.get("WorkingDir") or ""),
        user=str(config.get("User") or ""),
        labels=dict(config.get("Labels") or {}),
    )


def image_summary(told: Json) -> ImageDetail:
    """One entry of `GET /images/json`: neither history nor configuration."""
    return image_detail({**told, "Config": {"Labels": told.get("Labels")}}, ())


def owned(kind: Literal["container", "network", "image"], told: Json, name: str) -> Owned:
    """One entry of a list, found by its labels."""
    labels = dict(told.get("Labels") or {})
    return Owned(
        kind=kind,
        id=told["Id"],
        name=name,
        owner=owner_of(labels),
        created_at=_seconds(told.get("Created")),
        labels=labels,
    )


def _layer(line: Json) -> Layer:
    size = int(line.get("Size", 0))
    return Layer(
        created_by=str(line.get("CreatedBy") or line.get("Comment") or ""),
        size=size,
        created_at=_seconds(line.get("Created")),
        empty=size == 0,
    )


def references(told: Json) -> tuple[str, ...]:
    """The names of an entry of `GET /images/json`."""
    return tuple(sorted(tag for tag in told.get("RepoTags") or () if tag != "<none>:<none>"))


def _moment(text: object) -> str:
    return "" if not text or text == NEVER else str(text)


def _seconds(moment: object) -> float:
    """A time as the engine writes it in one place or another: seconds, or RFC 3339 with nine digits."""
    if isinstance(moment, int | float):
        return float(moment)
    if not isinstance(moment, str) or not moment or moment == NEVER:
        return 0.0
    return datetime.fromisoformat(moment).timestamp()
