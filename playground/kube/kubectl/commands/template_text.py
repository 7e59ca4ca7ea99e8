"""A pod template in words, as `kubectl rollout history --revision` shows it.

Source: DescribePodTemplate in k8s.io/kubectl/pkg/describe/describe.go. Columns are parted by tabs, as there. Volumes of
kinds that are rare here are named without their details.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Json = Mapping[str, Any]
Lines = Iterator[str]

NONE: Final = "<none>"
LONGEST: Final = 140  # characters of an annotation that fit into a line
OUTER, INNER, INMOST = "  ", "    ", "      "
PROBES: Final = {"Liveness": "livenessProbe", "Readiness": "readinessProbe", "Startup": "startupProbe"}


def template_text(template: Json) -> str:
    """Return the template in words."""
    return "".join(f"{line}\n" for line in _template(template))


def _template(template: Json) -> Lines:
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    yield "Pod Template:"
    yield from _listed("  Labels", _pairs(metadata.get("labels")))
    if metadata.get("annotations"):
        yield from _listed("  Annotations", _annotations(metadata["annotations"]))
    if spec.get("serviceAccountName"):
        yield f"  Service Account:\t{spec['serviceAccountName']}"
    if spec.get("initContainers"):
        yield from _containers("Init Containers", spec["initContainers"])
    yield from _containers("Containers", spec.get("containers") or ())
    yield from _volumes(spec.get("volumes") or ())
    spread = sorted(spec.get("topologySpreadConstraints") or (), key=lambda item: item["topologyKey"])
    if spread:
        yield from _listed("  Topology Spread Constraints", map(_spread, spread))
    if spec.get("priorityClassName"):
        yield f"  Priority Class Name:\t{spec['priorityClassName']}"
    yield from _listed("  Node-Selectors", _pairs(spec.get("nodeSelector")))
    tolerations = sorted(spec.get("tolerations") or (), key=lambda item: item.get("key", ""))
    yield from _listed("  Tolerations", map(_toleration, tolerations))


def _listed(title: str, items: Iterable[str]) -> Lines:
    """A title with its items, one a line."""
    found = list(items) or [NONE]
    yield f"{title}:\t{found[0]}"
    yield from (f"\t{item}" for item in found[1:])


def _pairs(labels: Json | None) -> Lines:
    return (f"{key}={value}" for key, value in sorted((labels or {}).items()))


def _annotations(annotations: Json) -> Lines:
    for key, value in sorted(annotations.items()):
        text = value.removesuffix("\n")
        if len(text) + len(key) + 2 <= LONGEST and "\n" not in text:
            yield f"{key}: {text}"
            continue
        yield f"{key}:"
        for line in text.split("\n"):
            yield f"  {line if len(line) <= LONGEST - 2 else line[: LONGEST - 2] + '...'}"


def _containers(title: str, containers: Sequence[Json]) -> Lines:
    yield f"  {title}:" if containers else f"  {title}: {NONE}"
    for container in containers:
        yield f"   {container['name']}:"
        yield f"{INNER}Image:\t{container.get('image', '')}"
        yield from _ports(container.get("ports") or ())
        yield from _command(container)
        yield from _resources(container.get("resources") or {})
        yield from (f"{INNER}{word}:\t{_probe(container[key])}" for word, key in PROBES.items() if container.get(key))
        yield from _sources(container.get("envFrom") or ())
        yield from _environment(container)
        yield from _mounts(container)


def _command(container: Json) -> Lines:
    for word in ("command", "args"):
        if container.get(word):
            yield f"{INNER}{word.capitalize()}:"
            yield from (f"{INMOST}{line}" for part in container[word] for line in part.split("\n"))


def _resources(resources: Json) -> Lines:
    for word in ("limits", "requests"):
        if resources.get(word):
            yield f"{INNER}{word.capitalize()}:"
            yield from (f"{INMOST}{name}:\t{amount}" for name, amount in sorted(resources[word].items()))


def _ports(ports: Sequence[Json]) -> Lines:
    for title, word in (("Port", "containerPort"), ("Host Port", "hostPort")):
        texts = [
            f"{port.get(word, 0)}/{port.get('protocol', 'TCP')}" + (f" ({port['name']})" if port.get("name") else "")
            for port in ports
        ]
        yield f"{INNER}{title}{'s' if len(texts) > 1 else ''}:\t{', '.join(texts) or NONE}"


def _probe(probe: Json) -> str:
    times = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)} "
        f"#failure={probe.get('failureThreshold', 0)}"
    )
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}] {times}"
    if "httpGet" in probe:
        get = probe["httpGet"]
        where = f"{get.get('scheme', '').lower()}://{get.get('host', '')}:{get['port']}{get.get('path', '')}"
        return f"http-get {where} {times}"
    if "tcpSocket" in probe:
        return f"tcp-socket {probe['tcpSocket'].get('host', '')}:{probe['tcpSocket']['port']} {times}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service', '')} {times}"
    return f"unknown {times}"


def _sources(sources: Sequence[Json]) -> Lines:
    if sources:
        yield f"{INNER}Environment Variables from:"
    for source in sources:
        kind, word = ("ConfigMap", "configMapRef") if "configMapRef" in source else ("Secret", "secretRef")
        reference, prefix = source.get(word) or {}, source.get("prefix")
        tail = f" with prefix '{prefix}'" if prefix else ""
        yield f"{INMOST}{reference.get('name', '')}\t{kind}{tail}\tOptional: {_flag(reference)}"


def _environment(container: Json) -> Lines:
    variables = container.get("env") or ()
    yield f"{INNER}Environment:" if variables else f"{INNER}Environment:\t{NONE}"
    for variable in variables:
        first, *more = _value(variable, container).split("\n")
        yield f"{INMOST}{variable['name']}:\t{first}"
        yield from (f"{INMOST}\t{line}" for line in more)


def _value(variable: Json, container: Json) -> str:
    source = variable.get("valueFrom")
    if source is None:
        text: str = variable.get("value", "")
        return text
    if "fieldRef" in source:
        return f" ({source['fieldRef'].get('apiVersion', 'v1')}:{source['fieldRef']['fieldPath']})"
    if "resourceFieldRef" in source:
        word = source["resourceFieldRef"]["resource"]
        part, _, name = word.partition(".")
        amount = ((container.get("resources") or {}).get(part) or {}).get(name)
        return f"{amount or 'node allocatable'} ({word})"
    if "secretKeyRef" in source:
        key = source["secretKeyRef"]
        return f"<set to the key '{key['key']}' in secret '{key.get('name', '')}'>\tOptional: {_flag(key)}"
    key = source["configMapKeyRef"]
    return f"<set to the key '{key['key']}' of config map '{key.get('name', '')}'>\tOptional: {_flag(key)}"


def _flag(reference: Json, word: str = "optional") -> str:
    return str(bool(reference.get(word))).lower()


def _mounts(container: Json) -> Lines:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda item: item["mountPath"])
    yield f"{INNER}Mounts:" if mounts else f"{INNER}Mounts:\t{NONE}"
    for mount in mounts:
        flags = ["ro" if mount.get("readOnly") else "rw"]
        if mount.get("subPath"):
            flags.append(f'path="{mount["subPath"]}"')
        yield f"{INMOST}{mount['mountPath']} from {mount['name']} ({','.join(flags)})"


def _volumes(volumes: Sequence[Json]) -> Lines:
    yield "  Volumes:" if volumes else f"  Volumes:\t{NONE}"
    for volume in volumes:
        yield f"   {volume['name']}:"
        kind = next((key for key in volume if key != "name"), "")
        rows = _VOLUMES[kind](volume[kind]) if kind in _VOLUMES else (("Type", kind or "<unknown>"),)
        yield from (f"{INNER}{name}:\t{value}" for name, value in rows)


Row = tuple[str, str]
_VOLUMES: Final[Mapping[str, Callable[[Json], tuple[Row, ...]]]] = {
    "hostPath": lambda source: (
        ("Type", "HostPath (bare host directory volume)"),
        ("Path", source["path"]),
        ("HostPathType", source.get("type", NONE)),
    ),
    "emptyDir": lambda source: (
        ("Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"),
        ("Medium", source.get("medium", "")),
        ("SizeLimit", source.get("sizeLimit", "<unset>")),
    ),
    "secret": lambda source: (
        ("Type", "Secret (a volume populated by a Secret)"),
        ("SecretName", source.get("secretName", "")),
        ("Optional", _flag(source)),
    ),
    "configMap": lambda source: (
        ("Type", "ConfigMap (a volume populated by a ConfigMap)"),
        ("Name", source.get("name", "")),
        ("Optional", _flag(source)),
    ),
    "persistentVolumeClaim": lambda source: (
        ("Type", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"),
        ("ClaimName", source["claimName"]),
        ("ReadOnly", _flag(source, "readOnly")),
    ),
}


def _spread(constraint: Json) -> str:
    skew = f"when max skew {constraint['maxSkew']} is exceeded"
    text = f"{constraint['topologyKey']}:{constraint['whenUnsatisfiable']} {skew}"
    labels = (constraint.get("labelSelector") or {}).get("matchLabels") or {}
    return f"{text} for selector {','.join(_pairs(labels))}" if labels else text


def _toleration(toleration: Json) -> str:
    text: str = toleration.get("key", "")
    text += f"={toleration['value']}" if toleration.get("value") else ""
    text += f":{toleration['effect']}" if toleration.get("effect") else ""
    if toleration.get("operator") == "Exists" and not toleration.get("value"):
        text += " op=Exists" if text else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"
