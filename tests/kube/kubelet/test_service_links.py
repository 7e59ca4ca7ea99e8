"""What containers are told of services."""

from collections.abc import Mapping

from playground.kube.cluster import Cluster
from tests.kube.kubelet.support import box, cluster, container, run

PORTS = [{"name": "http", "port": 80}, {"name": "dns-udp", "port": 53, "protocol": "UDP"}]


def made() -> Cluster:
    found = cluster()
    for name, spec in (("my-app", {"ports": PORTS}), ("headless", {"clusterIP": "None", "ports": PORTS})):
        found.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})
    return found


def env(found: Cluster, name: str) -> Mapping[str, str]:
    started = box(found, name, "c").run
    assert started is not None
    return started.start.env


def test_a_service_with_an_address_is_told_of() -> None:
    found = made()
    run(found, "web", container(env=[{"name": "URL", "value": "http://$(MY_APP_SERVICE_HOST)"}]))
    ip = found.get("service", "my-app")["spec"]["clusterIP"]
    assert env(found, "web") == {
        "URL": f"http://{ip}",
        "MY_APP_SERVICE_HOST": ip,
        "MY_APP_SERVICE_PORT": "80",
        "MY_APP_SERVICE_PORT_HTTP": "80",
        "MY_APP_SERVICE_PORT_DNS_UDP": "53",
        "MY_APP_PORT": f"tcp://{ip}:80",
        "MY_APP_PORT_80_TCP": f"tcp://{ip}:80",
        "MY_APP_PORT_80_TCP_PROTO": "tcp",
        "MY_APP_PORT_80_TCP_PORT": "80",
        "MY_APP_PORT_80_TCP_ADDR": ip,
        "MY_APP_PORT_53_UDP": f"udp://{ip}:53",
        "MY_APP_PORT_53_UDP_PROTO": "udp",
        "MY_APP_PORT_53_UDP_PORT": "53",
        "MY_APP_PORT_53_UDP_ADDR": ip,
    }


def test_a_pod_may_do_without_and_hears_of_kubernetes_all_the_same() -> None:
    found = made()
    run(found, "web", enableServiceLinks=False)
    assert env(found, "web") == {}
    master = {"metadata": {"name": "kubernetes"}, "spec": {"ports": [{"name": "https", "port": 443}]}}
    found.apply({"apiVersion": "v1", "kind": "Service", **master})
    run(found, "api", enableServiceLinks=False)
    assert env(found, "api")["KUBERNETES_SERVICE_PORT_HTTPS"] == "443"


def test_what_the_pod_sets_itself_stays() -> None:
    found = made()
    run(found, "web", container(env=[{"name": "MY_APP_SERVICE_PORT", "value": "8080"}]))
    assert env(found, "web")["MY_APP_SERVICE_PORT"] == "8080"
