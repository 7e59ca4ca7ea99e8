"""What each kind keeps and resets on the way in: status, generation, who may write blindly or create by updating.

Source: pkg/registry/<group>/<kind>/strategy.go. What a kind makes of its own fields on creation is in prepare.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strategy:
    """The habits of one kind.

    `counts` says what raises metadata.generation: "spec", "all" for everything outside metadata, "none" for a kind
    whose generation never changes, "" for a kind without one.
    """

    counts: str = ""
    status: bool = False  # the status belongs to its subresource; other writes cannot touch it
    unconditional: bool = True  # an update may leave out resourceVersion
    creates: bool = False  # an update of what does not exist creates it
    status_keeps: tuple[str, ...] = ()  # parts of metadata that a status update cannot touch
    status_fills: tuple[str, ...] = ()  # parts of the status that are kept when an update leaves them out
    annotations_count: bool = False  # a change of annotations raises the generation too


_PLAIN = Strategy()
_SPEC = Strategy(counts="spec", status=True)
_WORKLOAD = Strategy(counts="spec", status=True)

STRATEGIES = {
    "clusterrolebindings.rbac.authorization.k8s.io": Strategy(creates=True),
    "clusterroles.rbac.authorization.k8s.io": Strategy(creates=True),
    "configmaps": _PLAIN,
    "controllerrevisions.apps": _PLAIN,
    "cronjobs.batch": _SPEC,
    "csidrivers.storage.k8s.io": Strategy(counts="spec", unconditional=False),
    "csinodes.storage.k8s.io": Strategy(unconditional=False),
    "daemonsets.apps": _WORKLOAD,
    "deployments.apps": Strategy(counts="spec", status=True, status_keeps=("labels",), annotations_count=True),
    "endpoints": Strategy(creates=True),
    "endpointslices.discovery.k8s.io": Strategy(counts="all"),
    "events": Strategy(creates=True),
    "horizontalpodautoscalers.autoscaling": Strategy(status=True),
    "ingressclasses.networking.k8s.io": Strategy(counts="spec"),
    "ingresses.networking.k8s.io": _SPEC,
    "jobs.batch": _SPEC,
    "leases.coordination.k8s.io": Strategy(unconditional=False, creates=True),
    "limitranges": Strategy(creates=True),
    "namespaces": Strategy(status=True),
    "networkpolicies.networking.k8s.io": Strategy(counts="spec"),
    "nodes": Strategy(status=True),
    "persistentvolumeclaims": Strategy(status=True),
    "persistentvolumes": Strategy(status=True),
    "poddisruptionbudgets.policy": Strategy(counts="spec", status=True, unconditional=False),
    "pods": Strategy(counts="spec", status=True, status_keeps=("ownerReferences",), status_fills=("qosClass",)),
    "podtemplates": Strategy(counts="all"),
    "priorityclasses.scheduling.k8s.io": Strategy(counts="none"),
    "replicasets.apps": _WORKLOAD,
    "replicationcontrollers": _WORKLOAD,
    "resourcequotas": Strategy(status=True),
    "rolebindings.rbac.authorization.k8s.io": Strategy(creates=True),
    "roles.rbac.authorization.k8s.io": Strategy(creates=True),
    "runtimeclasses.node.k8s.io": Strategy(unconditional=False),
    "secrets": _PLAIN,
    "serviceaccounts": _PLAIN,
    "services": Strategy(status=True, creates=True),
    "statefulsets.apps": _WORKLOAD,
    "storageclasses.storage.k8s.io": _PLAIN,
    "volumeattachments.storage.k8s.io": Strategy(status=True, unconditional=False),
}
