"""What the API server fills in in a pod template."""

from typing import Any

from playground.kube.apiserver.defaults.pod_template import default_pod_template


def test_a_template_is_made_when_it_is_missing() -> None:
    holder: dict[str, Any] = {}
    default_pod_template(holder)
    assert holder["template"]["metadata"] == {}
    assert holder["template"]["spec"]["restartPolicy"] == "Always"


def test_a_template_is_given_less_than_a_pod() -> None:
    container = {"name": "c", "resources": {"limits": {"cpu": "1"}}, "ports": [{"containerPort": 80}]}
    holder: dict[str, Any] = {"template": {"spec": {"hostNetwork": True, "containers": [container]}}}
    default_pod_template(holder)
    spec = holder["template"]["spec"]
    assert "enableServiceLinks" not in spec
    assert spec["containers"][0]["resources"] == {"limits": {"cpu": "1"}}
    assert spec["containers"][0]["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
