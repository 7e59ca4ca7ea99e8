"""The cluster in which requests and kubectl commands were recorded: the namespace `validation`, what came with it."""

import functools
from typing import Any

from playground.kube.cluster import Cluster
from playground.kube.commands.nodes import node
from playground.kube.programs import SCHEDULING
from playground.kube.store import By

Json = dict[str, Any]

NAMESPACE = "validation"
RECORDER = By("kubectl")
# What the real cluster had before the first request.
GROUND: tuple[Json, ...] = (
    *(node(f"n{number}", {}) for number in range(1, 5)),
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kube-root-ca.crt", "namespace": NAMESPACE},
        "data": {"ca.crt": "-"},
    },
)


@functools.cache
def ground() -> Cluster:
    """The cluster that every record starts from; forked, never written to."""
    cluster = Cluster(profile=SCHEDULING)
    for obj in GROUND:
        cluster.api.create(obj, namespace=obj["metadata"].get("namespace"), by=RECORDER)
    return cluster
