"""kubectl create ingress."""

import pytest

from tests.kube.kubectl.console import Console


def test_rules_of_a_host_stand_together(kubectl: Console) -> None:
    rules = "--rule=a.b/x*=web:80,tls=cert --rule=a.b/y=web:http --rule=c.d/=web:80,tls=cert"
    assert kubectl.says(f"create ingress i --class=nginx --annotation=k=v {rules}") == (
        "ingress.networking.k8s.io/i created\n"
    )
    made = kubectl.stored("ingresses.networking.k8s.io", "i")
    spec = made["spec"]
    paths = [(path["path"], path["pathType"]) for path in spec["rules"][0]["http"]["paths"]]
    assert (paths, [rule["host"] for rule in spec["rules"]]) == ([("/x", "Prefix"), ("/y", "Exact")], ["a.b", "c.d"])
    assert spec["tls"] == [{"hosts": ["a.b", "c.d"], "secretName": "cert"}]
    assert (spec["ingressClassName"], made["metadata"]["annotations"]) == ("nginx", {"k": "v"})


def test_a_backend_may_catch_the_rest(kubectl: Console) -> None:
    kubectl.says("create ingress i --default-backend=web:80")
    spec = kubectl.stored("ingresses.networking.k8s.io", "i")["spec"]
    assert spec == {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ("", "not enough information provided: every ingress has to either specify a default-backend"),
        ("--rule=x", "rule x is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"),
        ("--rule=/=a:b --annotation=x", "annotation x is invalid and should be in format key=[value]"),
        ("--default-backend=x", "default-backend should be in format servicename:serviceport"),
    ],
)
def test_flags_that_make_nothing_are_told(kubectl: Console, flags: str, says: str) -> None:
    assert kubectl.refuses(f"create ingress i {flags}").startswith(f"error: {says}")
