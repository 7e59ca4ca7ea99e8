"""Fields of a pod's spec whose feature is off by default in v1.36: the API server drops them without a word.

Source: dropDisabledFields in pkg/api/pod/util.go; the gates ContainerStopSignals, ClusterTrustBundleProjection,
PodCertificateRequest and GenericWorkload in pkg/features/kube_features.go. The real one drops them between defaulting
and validation; nobody looks at them in between.
"""

from typing import Final

from playground.kube.apiserver.defaults.unset import Fields, items

CONTAINER_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")
PROJECTIONS: Final = ("clusterTrustBundle", "podCertificate")


def drop_disabled(spec: Fields) -> None:
    """Drop them, in place."""
    spec.pop("schedulingGroup", None)
    for kind in CONTAINER_LISTS:
        for container in items(spec, kind):
            _drop_stop_signal(container)
    for volume in items(spec, "volumes"):
        for source in items(volume.get("projected") or {}, "sources"):
            for name in PROJECTIONS:
                source.pop(name, None)


def _drop_stop_signal(container: Fields) -> None:
    """A lifecycle of nothing but a signal goes with it."""
    lifecycle = container.get("lifecycle") or {}
    if lifecycle.pop("stopSignal", None) is not None and not lifecycle:
        del container["lifecycle"]
