"""Structs print as Go prints Kubernetes' internal types."""

from playground.kube.apiserver.validation import golang


def test_fields_have_gos_names_and_order_and_stand_there_when_empty() -> None:
    assert golang.marshal("core.Toleration", {"operator": "Exists"}) == (
        '{"Key":"","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}'
    )


def test_types_with_json_tags_leave_out_what_is_empty() -> None:
    selector = {"matchExpressions": [{"operator": "In", "key": "a"}], "matchLabels": {}}
    assert golang.marshal("*metav1.LabelSelector", selector) == '{"matchExpressions":[{"key":"a","operator":"In"}]}'
    assert golang.marshal("*metav1.LabelSelector", None) == "null"


def test_embedded_structs_are_flattened() -> None:
    shown = golang.marshal("core.Volume", {"name": "v", "emptyDir": {"sizeLimit": "1024Mi"}})
    assert shown.startswith('{"Name":"v","HostPath":null,"EmptyDir":{"Medium":"","SizeLimit":"1Gi"},')


def test_a_template_shows_its_metadata_flat_and_the_nodes_namespaces_in_the_security_context() -> None:
    template = {"metadata": {"labels": {"b": "2", "a": "1"}}, "spec": {"hostPID": True}}
    shown = golang.marshal("core.PodTemplateSpec", template)
    assert shown.startswith('{"labels":{"a":"1","b":"2"},"Spec":{"Volumes":null,')
    assert '"SecurityContext":{"HostNetwork":false,"HostPID":true,' in shown


def test_a_difference_has_three_lines_around_it_and_no_file_names() -> None:
    assert golang.diff("core.LocalObjectReference", {"name": "a"}, {"name": "b"}) == (
        '@@ -1,3 +1,3 @@\n {\n- "Name": "a"\n+ "Name": "b"\n }\n'
    )


def test_what_is_equal_has_no_difference() -> None:
    assert golang.diff("core.PodSpec", {"hostNetwork": False}, {}) == ""
