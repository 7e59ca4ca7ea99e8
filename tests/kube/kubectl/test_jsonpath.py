"""Templates of -o jsonpath."""

import pytest

from playground.kube.kubectl import jsonpath
from playground.kube.kubectl.errors import CommandError

POD = {
    "metadata": {"name": "web", "labels": {"app": "web", "app.kubernetes.io/name": "shop"}},
    "spec": {"containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": "busybox"}]},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "PodScheduled", "status": "False"}],
        "restarts": 3,
        "ready": True,
    },
}
LIST = {"items": [POD, {"metadata": {"name": "db"}, "spec": {"containers": []}}]}


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{.metadata.name}", "web"),
        ("{$.metadata['name']}", "web"),
        ("name: {.metadata.name}{'\\n'}", "name: web\n"),
        ("{.spec.containers[*].image}", "nginx busybox"),
        ("{.spec.containers[-1].name}", "b"),
        ("{.spec.containers[0:1].name}", "a"),
        ("{.spec.containers[0,1].name}", "a b"),
        ("{.metadata.labels['app','none']}", "web"),
        (r"{.metadata.labels.app\.kubernetes\.io/name}", "shop"),
        ('{.status.conditions[?(@.type=="Ready")].status}', "True"),
        ("{.status.conditions[?(@.type!='Ready')].type}", "PodScheduled"),
        ("{.spec.containers[?(@.image)].name}", "a b"),
        ("{.status.restarts} {.status.ready}", "3 true"),
        ("{..image}", "nginx busybox"),
        ("{.metadata.labels}", '{"app":"web","app.kubernetes.io/name":"shop"}'),
        ("{.nothing.at.all}", ""),
        ('{range .spec.containers[*]}{.name}={.image}{"\\n"}{end}', "a=nginx\nb=busybox\n"),
    ],
)
def test_what_a_template_prints(template: str, printed: str) -> None:
    assert jsonpath.printed(template, POD) == printed


def test_ranges_may_stand_in_ranges() -> None:
    template = '{range .items[*]}{.metadata.name}:{range .spec.containers[*]} {.name}{end}{"\\n"}{end}'
    assert jsonpath.printed(template, LIST) == "web: a b\ndb:\n"


@pytest.mark.parametrize("given", ["metadata.name", ".metadata.name", "{metadata.name}", "{.metadata.name}"])
def test_flags_take_paths_without_braces(given: str) -> None:
    assert jsonpath.relaxed(given) == "{.metadata.name}"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{.a", "unclosed action"),
        ("{range .a}", "unterminated range, no end"),
        ("{end}", "not in range, nothing to end"),
        ("{.a[0}", "unterminated array"),
        ("{.a[x]}", "invalid array index x"),
        ("{.a[?(@.b==x)]}", "unrecognized identifier x"),
        ("{.a(}", "unrecognized character in action"),
    ],
)
def test_what_cannot_be_read_is_told(template: str, told: str) -> None:
    with pytest.raises(CommandError, match="error parsing jsonpath") as caught:
        jsonpath.parse(template)
    assert told in str(caught.value)


def test_an_index_past_the_end_is_an_error() -> None:
    with pytest.raises(CommandError, match="array index out of bounds: index 7, length 2"):
        jsonpath.printed("{.spec.containers[7]}", POD)
