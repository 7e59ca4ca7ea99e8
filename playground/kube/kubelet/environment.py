"""A container's variables, its command with them filled in, and what it is started with.

After pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) and k8s.io/kubernetes/third_party/forked/golang/expansion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playground.kube.kubelet.service_links import ServiceLinks
from playground.kube.kubelet.sources import Sources, own_field
from playground.kube.kubelet.volumes import Volumes
from playground.kube.kubelet.worker import Box, Worker
from playground.kube.objects import meta
from playground.kube.objects.frozen import EMPTY, Object
from playground.kube.quantity import milli, value
from playground.kube.runtime.protocol import Start

Env = dict[str, str]


class Environment:
    """Makes the Start of a container."""

    def __init__(self, sources: Sources, volumes: Volumes, links: ServiceLinks) -> None:
        self._sources, self._volumes, self._links = sources, volumes, links

    def start(self, worker: Worker, box: Box) -> Start:
        """Return what a container is started with; raises Lacking."""
        spec = box.spec
        env = self.variables(worker, spec)
        resources = spec.get("resources") or EMPTY
        requests, limits = resources.get("requests") or EMPTY, resources.get("limits") or EMPTY
        start = Start(
            pod=worker.key[1],
            namespace=worker.key[0],
            uid=worker.uid,
            node=worker.node,
            ip=worker.ip,
            name=box.name,
            image=spec.get("image") or "",
            env=env,
            annotations=meta.annotations(worker.pod),
            cpu_request=milli(requests["cpu"]) / 1000 if "cpu" in requests else 0.0,
            cpu_limit=milli(limits["cpu"]) / 1000 if "cpu" in limits else None,
            memory_limit=value(limits["memory"]) if "memory" in limits else None,
            restarts=box.restarts,
        )
        return _with_rarer(start, spec, env, self._volumes.files(worker, spec) if spec.get("volumeMounts") else {})

    def variables(self, worker: Worker, spec: Object) -> Env:
        """Return a container's variables; raises Lacking."""
        links = self._links.variables(worker.key[0], worker.spec)
        if not spec.get("env") and not spec.get("envFrom"):
            return links
        env: Env = {}
        for source in spec.get("envFrom") or ():
            resource, reference = _referred(source, "configMapRef", "secretRef")
            data = self._sources.whole(resource, worker.key[0], reference) if reference else None
            env |= {f"{source.get('prefix') or ''}{key}": data[key] for key in sorted(data or ())} if data else {}
        for variable in spec.get("env") or ():
            found = self._value(worker, spec, variable, {**links, **env})
            if found is not None:
                env[variable["name"]] = found
        return {**env, **{name: value for name, value in links.items() if name not in env}}

    def _value(self, worker: Worker, spec: Object, variable: Object, env: Env) -> str | None:
        if variable.get("value"):
            return expand(variable["value"], env)
        source = variable.get("valueFrom") or EMPTY
        if source.get("fieldRef"):
            return own_field(worker, source["fieldRef"]["fieldPath"])
        if source.get("resourceFieldRef"):
            return self._sources.resource(worker, spec, source["resourceFieldRef"])
        resource, reference = _referred(source, "configMapKeyRef", "secretKeyRef")
        return self._sources.key(resource, worker.key[0], reference) if reference else ""


def _referred(source: Mapping[str, Any], config: str, secret: str) -> tuple[str, Any]:
    return ("configmaps", source[config]) if source.get(config) else ("secrets", source.get(secret))


def _with_rarer(start: Start, spec: Object, env: Env, files: Mapping[str, str]) -> Start:
    """Add what few containers have."""
    extra: dict[str, Any] = {}
    if spec.get("command"):
        extra["command"] = tuple(expand(word, env) for word in spec["command"])
    if spec.get("args"):
        extra["args"] = tuple(expand(word, env) for word in spec["args"])
    if spec.get("ports"):
        extra["ports"] = tuple(port["containerPort"] for port in spec["ports"])
    if files:
        extra["files"] = files
    return replace(start, **extra) if extra else start


def expand(text: str, env: Mapping[str, str]) -> str:
    """Fill in $(NAME); $$ stands for one $, and an unknown name stays as it is."""
    if "$" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            out.append(text[at])
            at += 1
        elif text[at + 1] == "$":
            out.append("$")
            at += 2
        elif text[at + 1] == "(" and ")" in text[at:]:
            end = text.index(")", at)
            name = text[at + 2 : end]
            out.append(env.get(name, f"$({name})"))
            at = end + 1
        else:
            out.append(text[at])
            at += 1
    return "".join(out)
