"""Bodies read by their types. Messages were recorded from a real server, or are Go's own."""

from typing import Any

import pytest

from playground.kube.apiserver import decode
from playground.kube.apiserver.gojson import parse
from playground.kube.objects import schema

POD = schema.of("v1", "Pod")
SECRET = schema.of("v1", "Secret")
DEPLOYMENT = schema.of("apps/v1", "Deployment")


def message(text: str, type_: schema.Type = POD) -> str:
    """Return why a JSON text is no object of the type."""
    with pytest.raises(decode.Undecodable) as caught:
        decode.read(parse(text.encode()), type_)
    return str(caught.value)


def patched(value: Any, type_: schema.Type = DEPLOYMENT) -> str:
    """Return why the outcome of a strategic merge patch is no object of the type."""
    with pytest.raises(decode.Undecodable) as caught:
        decode.convert(value, type_)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"spec": {"containers": {}}}', "object into Go struct field PodSpec.spec.containers of type []v1.Container"),
        ('{"spec": []}', "array into Go struct field Pod.spec of type v1.PodSpec"),
        ('{"spec": {"priority": 1.5}}', "number 1.5 into Go struct field PodSpec.spec.priority of type int32"),
        (
            '{"spec": {"priority": 3000000000}}',
            "number 3000000000 into Go struct field PodSpec.spec.priority of type int32",
        ),
        ('{"spec": {"hostNetwork": "yes"}}', "string into Go struct field PodSpec.spec.hostNetwork of type bool"),
        (
            '{"spec": {"restartPolicy": 1}}',
            "number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy",
        ),
        (
            '{"spec": {"nodeSelector": {"a": true}}}',
            "bool into Go struct field PodSpec.spec.nodeSelector of type string",
        ),
        (
            '{"metadata": {"labels": ["a"]}}',
            "array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            '{"spec": {"containers": [{"command": "sh"}]}}',
            "string into Go struct field Container.spec.containers.command of type []string",
        ),
        (
            '{"spec": {"containers": [{"resources": {"limits": "1"}}]}}',
            "string into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList",
        ),
        (
            '{"spec": {"volumes": [{"emptyDir": 1}]}}',
            "number into Go struct field Volume.spec.volumes.emptyDir of type v1.EmptyDirVolumeSource",
        ),
        (
            '{"spec": {"containers": [{"readinessProbe": {"httpGet": {"port": 1.5}}}]}}',
            "number 1.5 into Go struct field HTTPGetAction.spec.containers.readinessProbe.httpGet.port of type int32",
        ),
    ],
)
def test_a_wrong_type_is_told_with_gos_names(text: str, told: str) -> None:
    assert message(text) == f"json: cannot unmarshal {told}"


def test_the_first_wrong_type_is_told_and_the_rest_is_read_all_the_same() -> None:
    told = message('{"spec": {"hostPID": 1, "hostIPC": 2}}')
    assert told == "json: cannot unmarshal number into Go struct field PodSpec.spec.hostPID of type bool"


def test_a_bad_quantity_ends_the_reading_even_after_a_wrong_type() -> None:
    text = '{"spec": {"hostPID": 1, "containers": [{"resources": {"limits": {"cpu": "1GB"}}}]}}'
    assert message(text).startswith("quantities must match the regular expression")


def test_base64_and_times_are_checked() -> None:
    assert message('{"data": {"a": "b!=="}}', SECRET) == "illegal base64 data at input byte 1"
    told = message('{"metadata": {"creationTimestamp": "now"}}')
    assert told == 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'


def test_unknown_and_double_fields_are_noticed_in_the_order_of_the_text() -> None:
    spec = '{"bogus": 1, "containers": [{"foo": 1, "name": "a", "name": "b"}]}'
    text = f'{{"spec": {spec}, "metadata": {{"labels": {{"x": "1", "x": "2"}}}}}}'
    assert decode.read(parse(text.encode()), POD).problems == [
        'unknown field "spec.bogus"',
        'unknown field "spec.containers[0].foo"',
        'duplicate field "spec.containers[0].name"',
        'duplicate field "metadata.labels.x"',
    ]


def test_nulls_and_what_is_empty_leave_no_trace_but_an_empty_struct_does() -> None:
    value: Any = {
        "spec": {"volumes": [{"name": "v", "emptyDir": {}}], "nodeName": None, "nodeSelector": {}, "tolerations": []}
    }
    assert decode.read(value, POD).object["spec"] == {"volumes": [{"name": "v", "emptyDir": {}}]}


def test_a_zero_is_kept_where_go_can_tell_it_from_nothing() -> None:
    spec = {"hostNetwork": False, "nodeName": "", "terminationGracePeriodSeconds": 0, "priority": 0}
    assert decode.read({"spec": spec}, POD).object["spec"] == {"terminationGracePeriodSeconds": 0, "priority": 0}
    assert decode.read({"spec": {"replicas": 0, "paused": False}}, DEPLOYMENT).object["spec"]["replicas"] == 0


def test_quantities_become_canonical() -> None:
    value = {"spec": {"containers": [{"name": "c", "resources": {"limits": {"cpu": "0.5", "memory": 1024}}}]}}
    limits = decode.read(value, POD).object["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "500m", "memory": "1024"}


def test_fields_that_go_always_prints_are_filled_in() -> None:
    found = decode.read({"spec": {"containers": [{}]}}, POD).object
    assert found["spec"]["containers"] == [{"name": "", "resources": {}}]
    assert found["status"] == {}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"template": []}, "cannot restore struct from: slice"),
        ({"template": {"spec": {"containers": "c"}}}, "cannot restore slice from string"),
        ({"template": {"metadata": {"labels": 1}}}, "cannot restore map from int64"),
        ({"replicas": "2"}, "unrecognized type: int32"),
        ({"replicas": 1.5}, "cannot convert float64 to int32"),
        ({"paused": "no"}, "unrecognized type: bool"),
        ({"strategy": {"type": 3}}, "cannot convert int64 to v1.DeploymentStrategyType"),
        ({"strategy": {"type": {}}}, "unrecognized type: string"),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": True}}},
            "json: cannot unmarshal bool into Go value of type int32",
        ),
    ],
)
def test_what_a_strategic_patch_leaves_is_read_by_the_converter(spec: Any, told: str) -> None:
    assert patched({"spec": spec}) == told


def test_the_converter_takes_whole_floats_as_integers_and_sorts_unknown_fields() -> None:
    found = decode.convert({"spec": {"replicas": 2.0, "z": 1, "a": 1}}, DEPLOYMENT)
    assert found.object["spec"]["replicas"] == 2
    assert found.problems == ['unknown field "spec.a"', 'unknown field "spec.z"']
