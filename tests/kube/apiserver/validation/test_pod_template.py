"""Rules of the pod template of a workload."""

from playground.kube.apiserver.defaults.pod_template import default_pod_template
from playground.kube.apiserver.validation.field import Path
from playground.kube.apiserver.validation.pod_template import validate_pod_template

from .support import NAME_PART, told


def lines(meta: dict[str, object], **spec: object) -> list[str]:
    holder = {"template": {"metadata": meta, "spec": {"containers": [{"name": "c", "image": "a"}], **spec}}}
    default_pod_template(holder)
    return told(validate_pod_template(holder["template"], Path("spec.template")))


def test_labels_stand_below_the_template_itself() -> None:
    assert lines({"labels": {"a b": "c"}}) == [f'spec.template.labels: Invalid value: "a b": {NAME_PART}']


def test_a_template_is_told_what_a_pod_is() -> None:
    assert lines({}, hostNetwork=True, containers=[]) == ["spec.template.spec.containers: Required value"]


def test_a_template_has_no_ephemeral_containers() -> None:
    assert lines({}, ephemeralContainers=[{"name": "e", "image": "a"}]) == [
        "spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template"
    ]


def test_a_template_may_leave_host_ports_to_the_pod() -> None:
    ports = [{"containerPort": 80}]
    assert lines({}, hostNetwork=True, containers=[{"name": "c", "image": " a", "ports": ports}]) == []


def test_a_missing_template_lacks_containers() -> None:
    assert "t.spec.containers: Required value" in told(validate_pod_template(None, Path("t")))
