"""What the API server fills in in a Pod and in the pod templates of workloads. In place, on a private plain copy.

Source: SetDefaults_Pod, SetDefaults_PodSpec and the defaults of what is below them in pkg/apis/core/v1/defaults.go
and zz_generated.defaults.go, v1.36.
"""

from typing import Any, Final

from playground.kube import quantity
from playground.kube.apiserver.defaults import claim
from playground.kube.apiserver.defaults.disabled import drop_disabled
from playground.kube.apiserver.defaults.images import pull_policy
from playground.kube.apiserver.defaults.unset import Fields, child, fill, fill_empty, items
from playground.kube.apiserver.pod_usage import containers_total
from playground.kube.apiserver.validation import resource_names

FILE_MODE: Final = 0o644
TOKEN_SECONDS: Final = 3600
PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
OLD_ANNOTATIONS: Final = frozenset(
    {
        "pod.beta.kubernetes.io/init-containers",
        "pod.alpha.kubernetes.io/init-containers",
        "pod.beta.kubernetes.io/init-container-statuses",
        "pod.alpha.kubernetes.io/init-container-statuses",
    }
)
CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")


def default_pod(pod: Fields) -> None:
    """Fill in a Pod: its spec, and what only a Pod has and no template (requests from limits)."""
    spec = child(pod, "spec")
    for container in [*items(spec, "containers"), *items(spec, "initContainers")]:
        _requests_from_limits(container)
    _pod_level_resources(spec)
    fill(spec, enableServiceLinks=True)
    if spec.get("hostNetwork"):
        _host_ports(spec)
    default_pod_spec(spec)
    # Conversion to the internal type does these (conversion.go).
    if spec["terminationGracePeriodSeconds"] < 0:
        spec["terminationGracePeriodSeconds"] = 1
    drop_init_container_annotations(pod)
    _addresses(pod.get("status") or {})


def default_pod_spec(spec: Fields) -> None:
    """Fill in a pod's spec, wherever it stands."""
    fill_empty(spec, dnsPolicy="ClusterFirst", restartPolicy="Always", schedulerName="default-scheduler")
    fill(spec, securityContext={}, terminationGracePeriodSeconds=30)
    _service_account(spec)
    for volume in items(spec, "volumes"):
        _volume(volume)
    for kind in CONTAINER_LISTS:
        for container in items(spec, kind):
            _container(container)
    if spec.get("overhead") is not None:
        round_up(spec["overhead"])
    _resources(spec)
    drop_disabled(spec)


def drop_init_container_annotations(holder: Fields) -> None:
    """Annotations that once held the init containers are thrown away."""
    annotations: Fields = (holder.get("metadata") or {}).get("annotations") or {}
    for name in OLD_ANNOTATIONS & set(annotations):
        del annotations[name]


def _addresses(status: Fields) -> None:
    """`podIP` is the first of `podIPs`; who sets only the one means both."""
    first, listed = status.get("podIP"), items(status, "podIPs")
    if first and (not listed or listed[0].get("ip") != first):
        status["podIPs"] = [{"ip": first}]
    elif listed and listed[0].get("ip"):
        status["podIP"] = listed[0]["ip"]


def _service_account(spec: Fields) -> None:
    """The old field `serviceAccount` and the new one say the same; the new one wins."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if name:
        spec["serviceAccountName"] = spec["serviceAccount"] = name


def _requests_from_limits(container: Fields) -> None:
    limits = (container.get("resources") or {}).get("limits")
    if limits is not None:
        requests = child(container, "resources", "requests")
        for name, amount in limits.items():
            requests.setdefault(name, amount)


def _pod_level_resources(spec: Fields) -> None:
    """Requests of a pod as a whole come from its containers, else from its own limits; huge pages the other way."""
    resources = spec.get("resources")
    if resources is None:
        return
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for name, total in containers_total(spec, "limits").items() if limits or requests else ():
        if resource_names.is_huge_pages(name) and name not in requests:
            limits.setdefault(name, str(total))
    if not limits:
        return
    resources["limits"] = limits
    for name, total in containers_total(spec, "requests").items():
        if resource_names.is_pod_level(name) and resource_names.may_overcommit(name):
            requests.setdefault(name, str(total))
    for name, amount in limits.items():
        if resource_names.is_pod_level(name):
            requests.setdefault(name, amount)
    if requests:
        resources["requests"] = requests


def _host_ports(spec: Fields) -> None:
    for container in [*items(spec, "containers"), *items(spec, "initContainers")]:
        for port in items(container, "ports"):
            if port.get("containerPort"):
                fill_empty(port, hostPort=port["containerPort"])


def round_up(amounts: Fields) -> None:
    """No quantity is finer than a thousandth."""
    for name, amount in amounts.items():
        amounts[name] = str(quantity.parse(amount).rounded_up(-3))


def _resources(holder: Fields) -> None:
    for amounts in (holder.get("resources") or {}).values():
        if isinstance(amounts, dict):
            round_up(amounts)


def _container(container: Fields) -> None:
    fill_empty(
        container,
        imagePullPolicy=pull_policy(container.get("image") or ""),
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )
    if container.get("resources") is None:
        container["resources"] = {}
    _resources(container)
    for port in items(container, "ports"):
        fill_empty(port, protocol="TCP")
    for variable in items(container, "env"):
        _env(variable)
    for name in PROBES:
        if container.get(name) is not None:
            _probe(container[name])
    for hook in (container.get("lifecycle") or {}).values():
        if isinstance(hook, dict):
            _http_get(hook)


def _env(variable: Fields) -> None:
    source = variable.get("valueFrom") or {}
    if source.get("fieldRef") is not None:
        fill_empty(source["fieldRef"], apiVersion="v1")
    if source.get("fileKeyRef") is not None:
        fill(source["fileKeyRef"], optional=False)
    _divisor(source.get("resourceFieldRef"))


def _divisor(reference: Fields | None) -> None:
    """A quantity is a struct in Go: it is written even when nothing is in it."""
    if reference is not None:
        fill(reference, divisor="0")


def _probe(probe: Fields) -> None:
    fill_empty(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
    _http_get(probe)
    if probe.get("grpc") is not None:
        fill(probe["grpc"], service="")


def _http_get(handler: Fields) -> None:
    if handler.get("httpGet") is not None:
        fill_empty(handler["httpGet"], path="/", scheme="HTTP")


def _volume(volume: Fields) -> None:
    sources: dict[str, Any] = {name: value for name, value in volume.items() if name != "name" and value is not None}
    if not sources:
        volume["emptyDir"] = {}
    for name in ("secret", "configMap", "downwardAPI", "projected"):
        if name in sources:
            fill(sources[name], defaultMode=FILE_MODE)
    _downward_items(sources.get("downwardAPI") or {})
    for part in items(sources.get("projected") or {}, "sources"):
        _downward_items(part.get("downwardAPI") or {})
        if part.get("serviceAccountToken") is not None:
            fill(part["serviceAccountToken"], expirationSeconds=TOKEN_SECONDS)
    if "hostPath" in sources:
        fill(sources["hostPath"], type="")
    if "image" in sources:
        fill_empty(sources["image"], pullPolicy=pull_policy(sources["image"].get("reference") or ""))
    template = (sources.get("ephemeral") or {}).get("volumeClaimTemplate")
    if template is not None:
        claim.default_claim_spec(child(template, "spec"))
    _rare(sources)


def _downward_items(source: Fields) -> None:
    for item in items(source, "items"):
        if item.get("fieldRef") is not None:
            fill_empty(item["fieldRef"], apiVersion="v1")
        _divisor(item.get("resourceFieldRef"))


def _rare(sources: dict[str, Any]) -> None:
    """Defaults of volume types seldom seen; persistent volumes share them."""
    if "iscsi" in sources:
        fill_empty(sources["iscsi"], iscsiInterface="default")
    if "rbd" in sources:
        fill_empty(sources["rbd"], pool="rbd", user="admin", keyring="/etc/ceph/keyring")
    if "azureDisk" in sources:
        fill(sources["azureDisk"], cachingMode="ReadWrite", fsType="ext4", readOnly=False, kind="Shared")
    if "scaleIO" in sources:
        fill_empty(sources["scaleIO"], storageMode="ThinProvisioned", fsType="xfs")


def default_volume_source(source: Fields) -> None:
    """Fill in the source of a persistent volume, whose fields stand in its spec."""
    _rare({name: value for name, value in source.items() if isinstance(value, dict)})
    if source.get("hostPath") is not None:
        fill(source["hostPath"], type="")
