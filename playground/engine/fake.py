"""A scripted Docker Engine for fast tests: obeys small Dockerfiles and commands for real, in memory, behind the port.

It passes the contract suite of `docker_engine`. Failures are scripted from outside: `down`, `before`. Tests only.
"""

import hashlib
import tarfile
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playground.engine.errors import Conflict, EngineDown, EngineError, NotFound
from playground.engine.fake_build import Build, Cancelled, FakeImage, configured
from playground.engine.fake_canary import FakeKernel
from playground.engine.fake_containers import KILLED, STOPPED, FakeContainer, labels_in
from playground.engine.fake_dockerfile import Instruction
from playground.engine.labels import INSTANCE, owner_of
from playground.engine.port import (
    BuildEvent,
    BuildSpec,
    ContainerSpec,
    ContainerStatus,
    EngineInfo,
    ImageBuilt,
    ImageDetail,
    Layer,
    LogLine,
    NetworkSpec,
    Owned,
    Owner,
    Room,
    Tick,
)

INFO = EngineInfo(
    version="0-scripted", api_version="1.41", heredocs=False, storage_driver="memory", cgroup_version="0", name="fake",
    id="scripted", started="at first",
)  # fmt: skip
ROOM = Room(free=50 << 30, total=100 << 30)
USUAL_LAYER = Layer(created_by="Imported from -", size=7, created_at=0.0, empty=False)


@dataclass(slots=True)
class FakeEngine:
    """*down*: nothing answers, and streams break off. *before* is called with each method's name; it may raise.

    *kernel*: which of the canary's attacks are stopped. *who*: what `info` answers. *disk*: what `room` does.
    """

    images: Sequence[str] = ("busybox:latest",)
    now: Callable[[], float] = time.time
    down: bool = False
    before: Callable[[str], None] = lambda name: None
    kernel: FakeKernel = field(default_factory=FakeKernel)
    who: EngineInfo = INFO
    disk: Room | None = ROOM
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _images: dict[str, FakeImage] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _containers: dict[str, FakeContainer] = field(default_factory=dict)
    _networks: dict[str, NetworkSpec] = field(default_factory=dict)
    _builds: dict[str, threading.Event] = field(default_factory=dict)
    _cache: dict[str, FakeImage] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        """Have the base images."""
        for name in self.images:
            content = {"/bin/busybox": b"busybox"}
            self._keep(name, FakeImage(id=_id(name), files=content, command=("sh",), layers=(USUAL_LAYER,)))

    def close(self) -> None:
        """End every container's thread."""
        for container in tuple(self._containers.values()):
            container.remove()

    def ping(self) -> None:
        """Whether it answers."""
        self._called("ping")

    def info(self) -> EngineInfo:
        """Who answers."""
        self._called("info")
        return self.who

    # --- builds ---------------------------------------------------------------------------------------------------

    def build(self, spec: BuildSpec) -> Generator[BuildEvent, None, None]:
        """See the port."""
        self._called("build")
        cancelled = self._builds.setdefault(spec.build_id, threading.Event())

        def wait(seconds: float) -> None:
            if cancelled.wait(seconds):
                raise Cancelled
            self._alive("build")

        build = Build(spec=spec, find=self._find, wait=wait, now=self.now, cache=self._cache, kernel=self.kernel)
        try:
            yield Tick()
            for event in build.run():
                if isinstance(event, ImageBuilt) and build.image is not None:
                    self._keep(spec.parameters.get("t", ""), build.image)
                yield event
        finally:
            self._builds.pop(spec.build_id, None)

    def cancel_build(self, build_id: str) -> None:
        """See the port."""
        self._called("cancel_build")
        if build_id in self._builds:
            self._builds[build_id].set()

    @property
    def running_builds(self) -> tuple[str, ...]:
        """The ids of builds that run: for tests."""
        return tuple(self._builds)

    # --- networks -------------------------------------------------------------------------------------------------

    def ensure_network(self, spec: NetworkSpec) -> None:
        """See the port."""
        self._called("ensure_network")
        with self._lock:
            self._networks.setdefault(spec.name, spec)

    def remove_network(self, name: str) -> None:
        """See the port."""
        self._called("remove_network")
        with self._lock:
            self._networks.pop(name, None)

    # --- containers -----------------------------------------------------------------------------------------------

    def create_container(self, spec: ContainerSpec) -> str:
        """See the port."""
        self._called("create_container")
        with self._lock:
            for there in self._containers.values():
                if there.spec.name == spec.name:
                    if owner_of(labels_in(there.spec)) != spec.owner:
                        raise Conflict(f'the name "/{spec.name}" is already in use', status=409)
                    return there.id
            image = self._image(str(spec.body["Image"]))
            self._count += 1
            made = FakeContainer(
                _id(f"{spec.name}/{self._count}").removeprefix("sha256:"), spec, image, self.now,
                lambda: not self.down, self.kernel,
            )  # fmt: skip
            self._containers[made.id] = made
            return made.id

    def start_container(self, container_id: str) -> None:
        """See the port."""
        self._called("start_container")
        self._container(container_id).start()

    def stop_container(self, container_id: str, *, grace: int) -> None:
        """See the port. A toy script never traps SIGTERM, so *grace* only tells the two exit codes apart."""
        self._called("stop_container")
        if container_id in self._containers and self.kernel.holds("run.time"):
            self._containers[container_id].end(STOPPED if grace else KILLED)

    def remove_container(self, container_id: str) -> None:
        """See the port."""
        self._called("remove_container")
        with self._lock:
            gone = self._containers.pop(container_id, None)
        if gone is not None:
            gone.remove()

    def inspect_container(self, container_id: str) -> ContainerStatus:
        """See the port."""
        self._called("inspect_container")
        if container_id not in self._containers:
            return ContainerStatus(id=container_id, phase="gone")
        return self._containers[container_id].status()

    def follow_container(self, container_id: str, *, since: str = "") -> Generator[LogLine | Tick, None, None]:
        """See the port."""
        self._called("follow_container")
        for line in self._container(container_id).follow(since):
            self._alive("follow_container")
            yield line
        self._alive("follow_container")

    # --- images ---------------------------------------------------------------------------------------------------

    def inspect_image(self, reference: str) -> ImageDetail:
        """See the port."""
        self._called("inspect_image")
        return self._detail(self._image(reference))

    def tag_image(self, source: str, reference: str) -> None:
        """See the port."""
        self._called("tag_image")
        self._keep(reference, self._image(source))

    def remove_image(self, reference: str, *, force: bool = False) -> None:
        """See the port."""
        self._called("remove_image")
        with self._lock:
            image = self._find(reference)
            if image is None:
                return
            names = [name for name, image_id in self._names.items() if image_id == image.id]
            users = [one for one in self._containers.values() if one.image.id == image.id]
            by_id = reference.startswith("sha256:")
            if users and (by_id or (names in ([], [_tagged(reference)]) and not force)):
                raise Conflict(f"conflict: unable to remove {reference}: a container is using it", status=409)
            for name in names if reference.startswith("sha256:") else [_tagged(reference)]:
                self._names.pop(name, None)
            if image.id not in self._names.values() and not users:
                self._images.pop(image.id, None)

    def import_image(self, archive: Path, *, reference: str, changes: Sequence[str]) -> str:
        """See the port."""
        self._called("import_image")
        image = FakeImage(id="", files=_read_tar(archive), layers=(USUAL_LAYER,), created_at=self.now())
        for change in changes:
            name, _, rest = change.partition(" ")
            image = configured(image, Instruction(name.upper(), rest))
        image = replace(image, id=_id(repr(image)))
        self._keep(reference, image)
        return image.id

    def pull_image(self, reference: str) -> None:
        """See the port: this engine has no registry."""
        self._called("pull_image")
        raise EngineError(f"no registry has {reference}", status=404)

    def list_images(self) -> tuple[ImageDetail, ...]:
        """See the port."""
        self._called("list_images")
        with self._lock:
            named = [self._images[image_id] for image_id in dict.fromkeys(self._names.values())]
        return tuple(
            replace(self._detail(image), layers=(), command=(), entrypoint=(), env=(), ports=(), workdir="", user="")
            for image in named
        )

    def list_owned(self, instance: str) -> tuple[Owned, ...]:
        """See the port."""
        self._called("list_owned")
        with self._lock:
            found = [
                _owned("container", one.id, one.spec.name, labels_in(one.spec)) for one in self._containers.values()
            ]
            found += [_owned("network", _id(n.name), n.name, n.body.get("Labels")) for n in self._networks.values()]
            for image in self._images.values():
                for name in self._detail(image).references or ("",):
                    found.append(_owned("image", image.id, name, image.labels))
        ours = [one for one in found if INSTANCE in one.labels]
        return tuple(one for one in ours if not instance or one.labels[INSTANCE] == instance)

    # --- the disk -------------------------------------------------------------------------------------------------

    def room(self) -> Room | None:
        """As the test says."""
        self._called("room")
        return self.disk

    def prune_cache(self) -> int:
        """Forget every step; those that no image holds take their bytes with them."""
        self._called("prune_cache")
        with self._lock:
            freed = sum(step.size for step in self._cache.values() if step.id not in self._images)
            self._cache.clear()
        return freed

    # --- inside ---------------------------------------------------------------------------------------------------

    def _called(self, name: str) -> None:
        self._alive(name)
        self.before(name)

    def _alive(self, name: str) -> None:
        if self.down:
            raise EngineDown(f"No Docker Engine answers (scripted; asked for {name}).")

    def _keep(self, name: str, image: FakeImage) -> None:
        with self._lock:
            self._images[image.id] = image
            if name:
                self._names[_tagged(name)] = image.id

    def _find(self, name: str) -> FakeImage | None:
        with self._lock:
            return self._images.get(name) or self._images.get(self._names.get(_tagged(name), ""))

    def _image(self, name: str) -> FakeImage:
        found = self._find(name)
        if found is None:
            raise NotFound(f"No such image: {name}", status=404)
        return found

    def _container(self, container_id: str) -> FakeContainer:
        if container_id not in self._containers:
            raise NotFound(f"No such container: {container_id}", status=404)
        return self._containers[container_id]

    def _detail(self, image: FakeImage) -> ImageDetail:
        names = sorted(name for name, image_id in self._names.items() if image_id == image.id)
        return ImageDetail(
            id=image.id, references=tuple(names), size=image.size, created_at=image.created_at, layers=image.layers,
            command=image.command, entrypoint=image.entrypoint, env=image.env, ports=image.ports,
            workdir=image.workdir, user=image.user, labels=dict(image.labels),
        )  # fmt: skip


def _id(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _tagged(name: str) -> str:
    short = name.removeprefix("docker.io/").removeprefix("library/")
    return short if ":" in short.rpartition("/")[2] else f"{short}:latest"


def _owned(kind: Any, object_id: str, name: str, labels: Any) -> Owned:
    owner: Owner = owner_of(labels or {})
    return Owned(kind=kind, id=object_id, name=name, owner=owner, labels=dict(labels or {}))


def _read_tar(archive: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(archive) as tar:
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is not None:
                    files["/" + entry.name.removeprefix("./")] = content.read()
    except tarfile.TarError as wrong:
        raise EngineError(f"Error processing tar file: {wrong}", status=500) from wrong
    return files
