"""The recorder's namespaces have a second ConfigMap; a learner's have not."""

from playground.kube import Cluster
from playground.kube.commands.recorder import RECORDER
from playground.kube.controllers.registry import CONTROLLERS


def test_the_recorders_namespaces_have_two_config_maps() -> None:
    cluster = Cluster(profile=RECORDER)
    names = [each["metadata"]["name"] for each in cluster.list("configmaps", namespace="default")]
    assert names == ["kube-root-ca.crt", "openshift-service-ca.crt"]


def test_it_is_none_of_the_controllers() -> None:
    assert not any("service-ca" in name for name in CONTROLLERS)
