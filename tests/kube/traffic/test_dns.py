"""Names of Services and pods."""

import pytest

from playground.kube import Cluster
from playground.kube.traffic.dns import ZONE
from tests.kube.traffic.grounds import cluster


@pytest.fixture(scope="module")
def made() -> Cluster:
    found = cluster(replicas=2)
    found.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bare"},
                 "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]}})  # fmt: skip
    found.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "out"},
                 "spec": {"type": "ExternalName", "externalName": "example.com"}})  # fmt: skip
    container = {"name": "c", "image": "echo"}
    found.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db-0", "labels": {"app": "web"}},
                 "spec": {"hostname": "db-0", "subdomain": "bare", "containers": [container]}})  # fmt: skip
    found.run_until_quiet()
    return found


@pytest.mark.parametrize("end", ["", ".default", ".default.svc", f".default.svc.{ZONE}", f".default.svc.{ZONE}."])
def test_a_service_has_the_names_that_pods_use(made: Cluster, end: str) -> None:
    assert made.traffic.resolve(f"web{end}") == [made.get("service", "web")["spec"]["clusterIP"]]


def test_a_headless_service_leads_to_its_pods(made: Cluster) -> None:
    assert made.traffic.resolve("bare") == sorted(pod["status"]["podIP"] for pod in made.list("pods"))


def test_a_pod_with_a_hostname_has_its_own_name(made: Cluster) -> None:
    address = made.get("pod", "db-0")["status"]["podIP"]
    assert made.traffic.resolve("db-0.bare") == [address]
    assert made.traffic.resolve(f"{address.replace('.', '-')}.default.pod.cluster.local") == [address]


def test_an_external_name_leads_out(made: Cluster) -> None:
    assert made.traffic.resolve("out") == ["example.com"]


@pytest.mark.parametrize("name", ["nosuch", "web.other", "example.com", "web.default.svc.example", "x.bare", "."])
def test_other_names_are_unknown(made: Cluster, name: str) -> None:
    assert made.traffic.resolve(name) == []
