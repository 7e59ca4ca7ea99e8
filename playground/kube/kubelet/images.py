"""Images: which node has which, pulls one after the other, and what a registry's refusal sounds like.

After pkg/kubelet/images/image_manager.go and puller.go (serializeImagePulls). A pull takes RESOLVE seconds and then
as long as the image's bytes need; an image whose bytes are there takes RESOLVE only. The words of refusals are
containerd's (core/remotes/docker, pkg/cri/server/images).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from playground.kube.kubelet.timing import BANDWIDTH, RESOLVE
from playground.kube.kubelet.worker import Box, Pull, Worker
from playground.kube.runtime.machines import Registry
from playground.kube.runtime.protocol import Image, Runtime

_REFERENCE = re.compile(
    r"^(?:(?:localhost|[a-zA-Z0-9.-]+\.[a-zA-Z0-9.-]+|[a-zA-Z0-9-]+(?=:\d))(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$",
    re.ASCII,
)
_KNOWN_HOSTS: Final = frozenset(
    {"docker.io", "ghcr.io", "quay.io", "gcr.io", "registry.k8s.io", "public.ecr.aws", "mcr.microsoft.com"}
)


def is_valid(image: str) -> bool:
    """Tell whether an image's name can be read at all."""
    return _REFERENCE.match(image) is not None


def full_name(image: str) -> str:
    """Return an image as the runtime names it: docker.io/library/nginx:latest for nginx."""
    host, slash, rest = image.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, rest = "docker.io", image if slash else f"library/{image}"
    if "@" not in rest and ":" not in rest.rpartition("/")[2]:
        rest = f"{rest}:latest"
    return f"{host}/{rest}"


def image_id(image: str, digest: str) -> str:
    """Return status.imageID: the repository with the digest."""
    name = full_name(image).partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}@{digest}"


class Images:
    """The images of all nodes."""

    def __init__(self, runtime: Runtime, registry: Registry) -> None:
        self._runtime, self._registry = runtime, registry
        self._arrives: dict[str, dict[str, float]] = {}  # node -> full name -> when its bytes are there
        self._free_at: dict[str, float] = {}  # node -> when its puller is free
        self._found: dict[str, Image] = {}

    def has(self, node: str, image: str, now: float) -> bool:
        """Tell whether a node has an image."""
        at = self._arrives.get(node, {}).get(full_name(image))
        return at is not None and at <= now

    def known(self, image: str) -> Image | None:
        """Return what the registry knows of an image. What was found once is not asked for again."""
        found = self._found.get(image)
        if found is None:
            found = self._runtime.image(image)
            if found is not None:
                self._found[image] = found
        return found

    def pull(self, worker: Worker, box: Box, image: str, now: float) -> Pull:
        """Put a pull in the node's line. How it will end is decided now."""
        starts = max(now, self._free_at.get(worker.node, now))
        found = self.known(image)
        error = refusal(image, self._runtime, broken=self._registry.broken) if self._refused(found) else ""
        seconds, name = RESOLVE, full_name(image)
        arrived = self._arrives.setdefault(worker.node, {})
        if found is not None and not error and name not in arrived:
            seconds += found.size / BANDWIDTH
        ends = starts + seconds * self._registry.slowness
        self._free_at[worker.node] = ends
        if not error:
            arrived.setdefault(name, ends)
        return Pull(box.name, image, now, starts, ends, found.size if found else 0, error)

    def _refused(self, found: Image | None) -> bool:
        return found is None or self._registry.broken

    def forget(self, node: str) -> None:
        """Forget a node that is gone."""
        self._arrives.pop(node, None)
        self._free_at.pop(node, None)

    def state(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {"arrives": {node: dict(images) for node, images in self._arrives.items()}, "free": self._free_at}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` gave."""
        self._arrives = {node: dict(images) for node, images in state["arrives"].items()}
        self._free_at = dict(state["free"])


def refusal(image: str, runtime: Runtime, *, broken: bool) -> str:
    """Return containerd's words for an image that cannot be pulled."""
    name = full_name(image)
    host, _, rest = name.partition("/")
    repository, _, tag = rest.partition("@") if "@" in rest else rest.rpartition(":")
    head = f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": '
    api = "registry-1.docker.io" if host == "docker.io" else host
    asked = f'failed to do request: Head "https://{api}/v2/{repository}/manifests/{tag}": '
    if broken:
        return f"rpc error: code = Unknown desc = {head}{asked}dial tcp: lookup {api}: i/o timeout"
    if host not in _KNOWN_HOSTS:
        return f"rpc error: code = Unknown desc = {head}{asked}dial tcp: lookup {api.partition(':')[0]}: no such host"
    if runtime.image(image.rpartition(":")[0] if ":" in image.rpartition("/")[2] else image) is not None:
        return f"rpc error: code = NotFound desc = {head}{name}: not found"
    return (
        f"rpc error: code = Unknown desc = {head}pull access denied, repository does not exist or may require "
        "authorization: server message: insufficient_scope: authorization failed"
    )


def duration(seconds: float) -> str:
    """Return a duration as Go prints it, cut to milliseconds: 421ms, 1.5s, 1m2.345s."""
    millis = int(round(seconds * 1000, 3))
    if millis < 1000:
        return f"{millis}ms" if millis else "0s"
    minutes, rest = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // 1000}" + (f".{rest % 1000:03d}".rstrip("0") if rest % 1000 else "") + "s"
    return f"{hours}h{minutes}m{text}" if hours else f"{minutes}m{text}" if minutes else text


def pulled_words(pull: Pull) -> str:
    """Return the message of the event Pulled."""
    own, all_in_all = duration(pull.ends - pull.starts), duration(pull.ends - pull.asked)
    return (
        f'Successfully pulled image "{pull.image}" in {own} ({all_in_all} including waiting). '
        f"Image size: {pull.size} bytes."
    )
