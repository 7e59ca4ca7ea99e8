"""Containers and volumes as `kubectl describe` writes them. Source: k8s.io/kubectl/pkg/describe/describe.go."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from playground.kube.kubectl import describe_parts as parts
from playground.kube.objects.frozen import find

Fields = Mapping[str, Any]
Lines = Iterator[str]
IN: Final = "    "


def containers(title: str, found: Sequence[Fields], statuses: Sequence[Fields], *, pod: Fields | None) -> Lines:
    """All containers of a list; those of a template have no *pod* and stand deeper."""
    space = "" if pod is not None else "  "
    known = {item["name"]: item for item in statuses}
    yield f"{space}{title}:" + ("" if found else " <none>")
    for each in found:
        yield f"  {' ' if space else ''}{each['name']}:"
        yield from _basics(each, known.get(each["name"]))
        if each["name"] in known:
            yield from _states(known[each["name"]])
        yield from parts.amounts(each.get("resources"), IN)
        yield from _probes(each)
        yield from _env_from(each)
        yield from _env(each, pod)
        yield from _mounts(each)


def _basics(each: Fields, status: Fields | None) -> Lines:
    if status is not None:
        yield f"{IN}Container ID:\t{status.get('containerID', '')}"
    yield f"{IN}Image:\t{each.get('image')}"
    if status is not None:
        yield f"{IN}Image ID:\t{status.get('imageID', '')}"
    ports = each.get("ports") or ()
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        told = ", ".join(_port(port, field) for port in ports)
        yield f"{IN}{title}{'s' if ',' in told else ''}:\t{told or parts.NONE}"
    for title, field in (("Command", "command"), ("Args", "args")):
        if each.get(field):
            yield f"{IN}{title}:"
            yield from (f"{IN}  {line}" for word in each[field] for line in str(word).split("\n"))


def _port(port: Fields, field: str) -> str:
    name = f" ({port['name']})" if port.get("name") else ""
    return f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}{name}"


def _states(status: Fields) -> Lines:
    yield from _state("State", status.get("state") or {})
    if (status.get("lastState") or {}).get("terminated"):
        yield from _state("Last State", status["lastState"])
    yield f"{IN}Ready:\t{bool(status.get('ready'))}"
    yield f"{IN}Restart Count:\t{status.get('restartCount', 0)}"


def _state(title: str, state: Fields) -> Lines:
    running, ended = state.get("running"), state.get("terminated")
    if running is not None:
        yield f"{IN}{title}:\tRunning"
        yield f"{IN}  Started:\t{parts.stamp(running.get('startedAt'))}"
    elif ended is not None:
        yield f"{IN}{title}:\tTerminated"
        if ended.get("reason"):
            yield f"{IN}  Reason:\t{ended['reason']}"
        if ended.get("message"):
            yield f"{IN}  Message:\t{ended['message']}"
        yield f"{IN}  Exit Code:\t{ended.get('exitCode', 0)}"
        if ended.get("signal"):
            yield f"{IN}  Signal:\t{ended['signal']}"
        yield f"{IN}  Started:\t{parts.stamp(ended.get('startedAt'))}"
        yield f"{IN}  Finished:\t{parts.stamp(ended.get('finishedAt'))}"
    else:
        yield f"{IN}{title}:\tWaiting"
        reason = (state.get("waiting") or {}).get("reason")
        if reason:
            yield f"{IN}  Reason:\t{reason}"


def _probes(each: Fields) -> Lines:
    for title in ("Liveness", "Readiness", "Startup"):
        probe = each.get(f"{title.lower()}Probe")
        if probe:
            yield f"{IN}{title}:\t{_probe(probe)}"


def _probe(probe: Fields) -> str:
    told = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 1)}s "
        f"period={probe.get('periodSeconds', 10)}s #success={probe.get('successThreshold', 1)} "
        f"#failure={probe.get('failureThreshold', 3)}"
    )
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}] {told}"
    if "httpGet" in probe:
        get = probe["httpGet"]
        return f"http-get {get.get('scheme', 'HTTP').lower()}://{get.get('host', '')}:{get['port']}{get['path']} {told}"
    if "tcpSocket" in probe:
        return f"tcp-socket {probe['tcpSocket'].get('host', '')}:{probe['tcpSocket']['port']} {told}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service', '')} {told}"
    return f"unknown {told}"


def _env_from(each: Fields) -> Lines:
    if not each.get("envFrom"):
        return
    yield f"{IN}Environment Variables from:"
    for source in each["envFrom"]:
        kind = "ConfigMap" if "configMapRef" in source else "Secret"
        ref = source.get("configMapRef") or source.get("secretRef") or {}
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        yield f"{IN}  {ref.get('name', '')}\t{kind}{prefix}\tOptional: {_yes(ref.get('optional'))}"


def _env(each: Fields, pod: Fields | None) -> Lines:
    yield f"{IN}Environment:" + ("" if each.get("env") else f"\t{parts.NONE}")
    for item in each.get("env") or ():
        name, source = item["name"], item.get("valueFrom") or {}
        if not source:
            first, *rest = str(item.get("value", "")).split("\n")
            yield f"{IN}  {name}:\t{first}"
            yield from (f"{IN}  \t{line}" for line in rest)
        elif "fieldRef" in source:
            path = source["fieldRef"]["fieldPath"]
            yield f"{IN}  {name}:\t{_field(pod, path)} ({source['fieldRef'].get('apiVersion', 'v1')}:{path})"
        elif "resourceFieldRef" in source:
            side, _, what = source["resourceFieldRef"]["resource"].partition(".")
            value = ((each.get("resources") or {}).get(side) or {}).get(what, "node allocatable")
            yield f"{IN}  {name}:\t{value} ({side}.{what})"
        elif "secretKeyRef" in source or "configMapKeyRef" in source:
            yield f"{IN}  {name}:\t{_key(source)}"


def _key(source: Fields) -> str:
    ref = source.get("secretKeyRef") or source.get("configMapKeyRef") or {}
    where = "in secret" if "secretKeyRef" in source else "of config map"
    return f"<set to the key '{ref.get('key')}' {where} '{ref.get('name')}'>\tOptional: {_yes(ref.get('optional'))}"


def _field(pod: Fields | None, path: str) -> str:
    return "" if pod is None else str(find(pod, path.split("."), "") or "")


def _mounts(each: Fields) -> Lines:
    yield f"{IN}Mounts:" + ("" if each.get("volumeMounts") else f"\t{parts.NONE}")
    for mount in sorted(each.get("volumeMounts") or (), key=lambda item: str(item["mountPath"])):
        flags = ["ro" if mount.get("readOnly") else "rw"]
        flags += [f'path="{mount["subPath"]}"'] if mount.get("subPath") else []
        yield f"{IN}  {mount['mountPath']} from {mount['name']} ({','.join(flags)})"


def volumes(found: Sequence[Fields] | None, space: str = "") -> Lines:
    """The volumes of a pod or a template."""
    if not found:
        yield f"{space}Volumes:\t{parts.NONE}"
        return
    yield f"{space}Volumes:"
    for each in found:
        yield f"  {' ' if space else ''}{each['name']}:"
        yield from (f"{IN}{line}" for line in _volume(each))


def _volume(each: Fields) -> Sequence[str]:
    for kind, (told, fields) in _VOLUMES.items():
        source = each.get(kind)
        if source is not None:
            return [f"Type:\t{told}", *(f"{title}:\t{_shown(source.get(key), unset)}" for title, key, unset in fields)]
    return ["<unknown>"]


def _shown(value: Any, unset: str) -> str:
    return unset if value in {None, ""} else _yes(value) if isinstance(value, bool) else str(value)


def _yes(value: Any) -> str:
    return "true" if value else "false"


_VOLUMES: Final[Mapping[str, tuple[str, Sequence[tuple[str, str, str]]]]] = {
    "hostPath": (
        "HostPath (bare host directory volume)",
        (("Path", "path", ""), ("HostPathType", "type", "")),
    ),
    "emptyDir": (
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (("Medium", "medium", ""), ("SizeLimit", "sizeLimit", "<unset>")),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName", "secretName", ""), ("Optional", "optional", "false")),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name", "name", ""), ("Optional", "optional", "false")),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", "false")),
    ),
}
