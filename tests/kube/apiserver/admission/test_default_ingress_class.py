"""DefaultIngressClass: an Ingress without a class gets the default one."""

from playground.kube.apiserver import ApiServer
from tests.kube.apiserver.manifests import BY, created


def test_an_ingress_without_a_class_gets_the_default_one(api: ApiServer) -> None:
    annotations = {"ingressclass.kubernetes.io/is-default-class": "true"}
    api.create(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "nginx", "annotations": annotations},
            "spec": {"controller": "k8s.io/nginx"},
        },
        by=BY,
    )
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    sent = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web"},
        "spec": {"defaultBackend": backend},
    }
    assert created(api, sent)["spec"]["ingressClassName"] == "nginx"
