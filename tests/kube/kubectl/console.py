"""A kubectl at an API server, typed at as one would in a shell."""

import shlex
from dataclasses import dataclass
from typing import Any

from playground.kube.apiserver import ApiServer
from playground.kube.clock import Clock
from playground.kube.kubectl import Result, run
from playground.kube.names import Names
from playground.kube.objects.frozen import Map
from playground.kube.rest import Call, Reply, handle
from playground.kube.store import By, Store

START = 1_767_225_600.0  # 2026-01-01T00:00:00Z
PLACE = "shop"
WHO = By("kubectl")


@dataclass(slots=True)
class Console:
    """The namespace of its context is `shop`."""

    api: ApiServer
    now: float = START

    def __call__(self, line: str, **files: str) -> Result:
        """Type a line; `files` are named without their `.yaml`."""
        given = {f"{name}.yaml": text for name, text in files.items()}
        return run(self.handle, shlex.split(line), given, namespace=PLACE, now=self.now)

    def handle(self, call: Call) -> Reply:
        """Send a request without kubectl."""
        return handle(self.api, call, WHO)

    def says(self, line: str, **files: str) -> str:
        """What a line that works prints."""
        result = self(line, **files)
        assert (result.rc, result.stderr) == (0, "")
        return result.stdout

    def refuses(self, line: str, **files: str) -> str:
        """What a line that fails complains of."""
        result = self(line, **files)
        assert (result.rc, result.stdout) == (1, "")
        return result.stderr

    def make(self, obj: dict[str, Any]) -> Map:
        """Create an object without kubectl."""
        return self.api.create(obj, namespace=PLACE, by=WHO).object

    def stored(self, resource: str, name: str) -> Map:
        """An object of the namespace as the store has it."""
        return self.api.get(resource, name, PLACE).object


def console() -> Console:
    """A kubectl at a new cluster."""
    clock = Clock(START)
    api = ApiServer(Store(clock), clock, Names(1))
    for name in ("default", PLACE):
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, by=WHO)
    return Console(api)
