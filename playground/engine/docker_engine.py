"""The real Docker Engine behind the port: the only importer of `docker`. Sends specs as they are and decides nothing.

Made by the worker and the gateway from an address; safe to use from several threads and after a fork.
"""

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import docker.errors
import requests
import urllib3.exceptions

import docker
from playground.engine import disk_room
from playground.engine import docker_shapes as shapes
from playground.engine.buildkit import Trace
from playground.engine.container_logs import LogCursor, LogReader, since_parameter
from playground.engine.context import pack
from playground.engine.errors import Conflict, EngineDown, EngineError, NotFound
from playground.engine.labels import INSTANCE, owner_of
from playground.engine.port import (
    BuildEvent,
    BuildSpec,
    ContainerSpec,
    ContainerStatus,
    EngineInfo,
    ImageDetail,
    LogLine,
    NetworkSpec,
    Owned,
    Room,
    Tick,
)
from playground.engine.streams import Pump

CONNECTIONS = 64
ROOT_KNOWN = 60.0  # seconds: an engine with other users at the same address is another start of it
CALL = 60.0  # seconds for an ordinary call
INFO = 5.0
PRUNE = 300.0  # many gigabytes take their time
ENDS_WITHIN = 5.0
BLOCK = 1 << 16


@contextlib.contextmanager
def faults(host: str) -> Iterator[None]:
    """Docker's, requests' and urllib3's exceptions as ours."""
    try:
        yield
    except docker.errors.APIError as error:
        raise _api_error(error) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, docker.errors.DockerException, OSError) as error:
        raise EngineDown(f"No Docker Engine answers at {host}.") from error


def _api_error(error: docker.errors.APIError) -> EngineError:
    status = int(error.status_code or 0)
    message = str(error.explanation or error)
    kind = {404: NotFound, 409: Conflict}.get(status, EngineError)
    return kind(message, status=status)


class _Answer:
    """A streamed HTTP answer as a `streams.Source`."""

    def __init__(self, response: requests.Response, host: str) -> None:
        self._response = response
        self._host = host

    def chunks(self) -> Iterator[bytes]:
        with faults(self._host):
            yield from self._response.iter_content(chunk_size=None)

    def abort(self) -> None:
        with contextlib.suppress(RuntimeError, ValueError, OSError):  # the answer has ended by itself just now
            self._response.raw.shutdown()

    def close(self) -> None:
        self._response.close()


class _Upload:
    """A context on its way to the engine: requests asks for its length, and it ends early when the caller has left."""

    def __init__(self, content: BinaryIO, left: Callable[[], bool]) -> None:
        self._content = content
        self._left = left
        self._length = content.seek(0, os.SEEK_END)
        content.seek(0)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = BLOCK) -> bytes:
        if self._left():
            raise ConnectionAbortedError("the caller has left")
        return self._content.read(size)


class DockerEngine:
    """A Docker Engine at *host* (`unix:///path` or `tcp://name:port`)."""

    def __init__(self, host: str, *, instance: str) -> None:
        self.host = host
        self.instance = instance
        self._lock = threading.Lock()
        self._made: tuple[int, docker.APIClient] | None = None
        self._root = (0, 0.0)

    def close(self) -> None:
        """Give up idle connections; the next call makes new ones."""
        with self._lock:
            if self._made is not None:
                self._made[1].close()
            self._made = None

    def ping(self) -> None:
        """`GET /_ping`."""
        with faults(self.host):
            _checked(self._api().get(self._url("/_ping"), timeout=INFO)).close()

    def info(self) -> EngineInfo:
        """Who answers, within 5 s."""
        with faults(self.host):
            version, info = self._get("/version", timeout=INFO), self._get("/info", timeout=INFO)
        return shapes.engine_info(version, info, self._default_bridge())

    def _default_bridge(self) -> Mapping[str, Any]:
        """The default network; an engine can be told to have none."""
        try:
            with faults(self.host):
                told: Mapping[str, Any] = self._get("/networks/bridge", timeout=INFO)
        except NotFound:
            return {}
        return told

    # --- builds ---------------------------------------------------------------------------------------------------

    def build(self, spec: BuildSpec) -> Generator[BuildEvent, None, None]:
        """`POST /build?version=2`; see the port."""
        trace = Trace()
        named = {"dockerfile": spec.dockerfile, "dockerfile_path": spec.dockerfile_path}
        with pack(spec.files, **named, owner=self._root_of_containers()) as context:
            pump = Pump(
                lambda: self._open_build(spec, _Upload(context, lambda: pump.left)),
                give_up=lambda: self.cancel_build(spec.build_id),
            )
            rest = b""
            with contextlib.closing(pump.pieces()) as pieces:
                for piece in pieces:
                    if piece is None:
                        yield Tick()
                        continue
                    *lines, rest = (rest + piece).split(b"\n")
                    for line in lines:
                        yield from trace.feed(line)
            yield from trace.feed(rest)
        verdict = trace.verdict()
        if verdict is None:
            raise EngineDown(f"The engine at {self.host} went away in the middle of a build.")
        yield verdict

    def _root_of_containers(self) -> int:
        """Who root in a container is outside: the engine unpacks a context without mapping its users (20.10)."""
        with self._lock:
            found, until = self._root
        if time.monotonic() > until:
            with faults(self.host):
                found = shapes.remapped_root(self._get("/info", timeout=INFO))
            with self._lock:
                self._root = found, time.monotonic() + ROOT_KNOWN
        return found

    def _open_build(self, spec: BuildSpec, upload: _Upload) -> _Answer:
        with faults(self.host):
            response = self._api().post(
                self._url("/build"),
                params={**spec.parameters, "buildid": spec.build_id},
                data=upload,
                headers={"Content-Type": "application/x-tar"},
                stream=True,
                timeout=(CALL, None),
            )
            return _Answer(_checked(response), self.host)

    def cancel_build(self, build_id: str) -> None:
        """`POST /build/cancel`; an unknown id is no error to the engine either."""
        with faults(self.host):
            _checked(self._api().post(self._url("/build/cancel"), params={"id": build_id}, timeout=CALL)).close()

    # --- networks -------------------------------------------------------------------------------------------------

    def ensure_network(self, spec: NetworkSpec) -> None:
        """`POST /networks/create` with CheckDuplicate, so that two askers make one."""
        body = {**spec.body, "Name": spec.name, "CheckDuplicate": True}
        with contextlib.suppress(Conflict), faults(self.host):
            self._post("/networks/create", body)

    def remove_network(self, name: str) -> None:
        """`DELETE /networks/{name}`."""
        with contextlib.suppress(NotFound), faults(self.host):
            self._api().remove_network(name)

    # --- containers -----------------------------------------------------------------------------------------------

    def create_container(self, spec: ContainerSpec) -> str:
        """`POST /containers/create`; a name that is taken by the same owner is answered with its id."""
        try:
            with faults(self.host):
                return str(self._post("/containers/create", spec.body, params={"name": spec.name})["Id"])
        except Conflict:
            with faults(self.host):
                there = self._api().inspect_container(spec.name)
            if owner_of(there["Config"].get("Labels") or {}) != spec.owner:
                raise
            return str(there["Id"])

    def start_container(self, container_id: str) -> None:
        """`POST /containers/{id}/start`; 304 (it runs) is no error."""
        with faults(self.host):
            self._api().start(container_id)

    def stop_container(self, container_id: str, *, grace: int) -> None:
        """`POST /containers/{id}/stop`."""
        with contextlib.suppress(NotFound), faults(self.host):
            self._api().stop(container_id, timeout=grace)

    def remove_container(self, container_id: str) -> None:
        """`DELETE /containers/{id}?force&v`; 409 means that another call removes it already."""
        with contextlib.suppress(NotFound, Conflict), faults(self.host):
            self._api().remove_container(container_id, v=True, force=True)

    def inspect_container(self, container_id: str) -> ContainerStatus:
        """`GET /containers/{id}/json`."""
        try:
            with faults(self.host):
                return shapes.container_status(self._api().inspect_container(container_id))
        except NotFound:
            return ContainerStatus(id=container_id, phase="gone")

    def follow_container(self, container_id: str, *, since: str = "") -> Generator[LogLine | Tick, None, None]:
        """`GET /containers/{id}/logs?follow`; see the port. `container_logs.LogCursor` makes resuming exact."""
        cursor = LogCursor(since)
        this_run = self.inspect_container(container_id).started_at
        with contextlib.closing(self._logs(container_id, since, follow=True)) as live:
            yield from (heard for heard in live if isinstance(heard, Tick) or cursor.is_new(heard))
        # Docker 20.10 often ends a followed log before its last line (12 of 60 runs): what it kept is read once more.
        yield from self._until_ended(container_id, this_run)
        if self.inspect_container(container_id).phase != "gone":
            rest = self._logs(container_id, cursor.reconnect(), follow=False)
            yield from (heard for heard in rest if isinstance(heard, Tick) or cursor.is_new(heard))

    def _until_ended(self, container_id: str, this_run: str) -> Iterator[Tick]:
        """The log ends some milliseconds before the container does; one that goes on running was cut off from us."""
        deadline = time.monotonic() + ENDS_WITHIN
        while (now := self.inspect_container(container_id)).phase == "running" and now.started_at == this_run:
            if time.monotonic() > deadline:
                raise EngineDown(f"The engine at {self.host} stopped telling a container's output.")
            time.sleep(0.02)
            yield Tick()

    def _logs(self, container_id: str, since: str, *, follow: bool) -> Generator[LogLine | Tick, None, None]:
        reader = LogReader()
        pump = Pump(lambda: self._open_logs(container_id, since, follow=follow))
        with contextlib.closing(pump.pieces()) as pieces:
            for piece in pieces:
                if piece is None:
                    yield Tick()
                else:
                    yield from reader.feed(piece)
        yield from reader.end()

    def _open_logs(self, container_id: str, since: str, *, follow: bool) -> _Answer:
        told = {"follow": str(int(follow)), "since": since_parameter(since)}
        params = {"stdout": "1", "stderr": "1", "timestamps": "1", **told}
        with faults(self.host):
            response = self._api().get(
                self._url(f"/containers/{container_id}/logs"), params=params, stream=True, timeout=(CALL, None)
            )
            return _Answer(_checked(response), self.host)

    # --- images ---------------------------------------------------------------------------------------------------

    def inspect_image(self, reference: str) -> ImageDetail:
        """`GET /images/{name}/json` and `/history`."""
        with faults(self.host):
            told = self._get(f"/images/{reference}/json")
            return shapes.image_detail(told, self._get(f"/images/{told['Id']}/history"))

    def tag_image(self, source: str, reference: str) -> None:
        """`POST /images/{name}/tag`."""
        repository, _, tag = reference.rpartition(":")
        with faults(self.host):
            self._api().tag(source, repository, tag)

    def remove_image(self, reference: str, *, force: bool = False) -> None:
        """`DELETE /images/{name}`."""
        with contextlib.suppress(NotFound), faults(self.host):
            self._api().remove_image(reference, force=force)

    def import_image(self, archive: Path, *, reference: str, changes: Sequence[str]) -> str:
        """`POST /images/create?fromSrc=-` with the archive as it is on disk."""
        repository, _, tag = reference.rpartition(":")
        params: dict[str, Any] = {"fromSrc": "-", "repo": repository, "tag": tag, "changes": list(changes)}
        with archive.open("rb") as content, faults(self.host):
            response = self._api().post(
                self._url("/images/create"),
                params=params,
                data=content,
                headers={"Content-Type": "application/x-tar"},
                timeout=(CALL, None),
            )
            return _last_status(_checked(response))

    def pull_image(self, reference: str) -> None:
        """`POST /images/create?fromImage`. Raises `EngineError` if the registry cannot be reached or has none such."""
        repository, _, tag = reference.rpartition(":")
        with faults(self.host):
            response = self._api().post(
                self._url("/images/create"), params={"fromImage": repository, "tag": tag}, timeout=(CALL, None)
            )
            _last_status(_checked(response))

    def list_images(self) -> tuple[ImageDetail, ...]:
        """`GET /images/json`."""
        with faults(self.host):
            found = [shapes.image_summary(told) for told in self._get("/images/json")]
        return tuple(image for image in found if image.references)

    def list_owned(self, instance: str) -> tuple[Owned, ...]:
        """Containers, networks and images by label."""
        filters = {"filters": json.dumps({"label": [f"{INSTANCE}={instance}" if instance else INSTANCE]})}
        with faults(self.host):
            containers = self._get("/containers/json", {**filters, "all": "1"})
            networks = self._get("/networks", filters)
            images = self._get("/images/json", filters)
        return (
            *(shapes.owned("container", c, str((c.get("Names") or [""])[0]).lstrip("/")) for c in containers),
            *(shapes.owned("network", n, str(n["Name"])) for n in networks),
            *(shapes.owned("image", i, name) for i in images for name in shapes.references(i) or ("",)),
        )

    # --- the disk -------------------------------------------------------------------------------------------------

    def room(self) -> Room | None:
        """`GET /info` says where it keeps its things."""
        with faults(self.host):
            root = str(self._get("/info", timeout=INFO).get("DockerRootDir") or "")
        return disk_room.look(self.host, root)

    def prune_cache(self) -> int:
        """`POST /build/prune?all=1`: without `all` it keeps what is not dangling, which is most of it."""
        with faults(self.host):
            answer = self._api().post(self._url("/build/prune"), params={"all": "1"}, timeout=PRUNE)
            return int(_checked(answer).json().get("SpaceReclaimed") or 0)

    # --- the wire -------------------------------------------------------------------------------------------------

    def _api(self) -> docker.APIClient:
        """One client for all threads of this process; a forked child makes its own."""
        _knock(self.host)
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                client = docker.APIClient(self.host, version="auto", timeout=int(CALL), max_pool_size=CONNECTIONS)
                self._made = (os.getpid(), client)
            return self._made[1]

    def _url(self, path: str) -> str:
        api = self._api()
        return f"{api.base_url}/v{api.api_version}{path}"

    def _get(self, path: str, params: Mapping[str, str] | None = None, *, timeout: float = CALL) -> Any:
        return _checked(self._api().get(self._url(path), params=params, timeout=timeout)).json()

    def _post(self, path: str, body: Mapping[str, object], *, params: Mapping[str, str] | None = None) -> Any:
        return _checked(self._api().post(self._url(path), json=body, params=params, timeout=CALL)).json()


def _knock(host: str) -> None:
    """Fail early if nobody listens at a Unix socket: the SDK's own attempt would leave an open one behind."""
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(INFO)
            door.connect(host.removeprefix("unix://"))


def _checked(response: requests.Response) -> requests.Response:
    """The answer, if its status is a good one; else the engine's own message as an exception."""
    try:
        response.raise_for_status()
    except requests.HTTPError as error:
        with response:
            docker.errors.create_api_error_from_http_exception(error)
    return response


def _last_status(response: requests.Response) -> str:
    """The last status of an import or a pull, which report failure inside an answer of 200."""
    status = ""
    for line in response.text.splitlines():
        told = json.loads(line)
        if told.get("error"):
            raise EngineError(str(told["error"]), status=response.status_code)
        status = str(told.get("status", status))
    return status
