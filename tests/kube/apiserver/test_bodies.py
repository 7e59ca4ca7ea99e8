"""Bodies that cannot be read as what the path is about, with the real refusals."""

import pytest

from playground.kube.apiserver.bodies import draft_of
from playground.kube.apiserver.options import Options
from playground.kube.objects import kinds
from tests.kube.apiserver.manifests import refusal

PODS = kinds.by_qualified("pods")
DEPLOYMENTS = kinds.by_qualified("deployments.apps")
SCHEME = 'in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
UNREADABLE = "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: "


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", f"{UNREADABLE}unexpected end of JSON input (<empty>)"),
        (b'{"a":', f'{UNREADABLE}unexpected end of JSON input ({{"a":)'),
        (b"x", f"{UNREADABLE}invalid character 'x' looking for beginning of value (78)"),
        (
            b'{"kind":1}',
            f'{UNREADABLE}json: cannot unmarshal number into Go struct field .kind of type string ({{"kind":1}})',
        ),
        (
            b'{"apiVersion":"a/b/c"}',
            (
                "the object provided is unrecognized (must be of type Pod): unexpected GroupVersion string: a/b/c "
                '({"apiVersion":"a/b/c"})'
            ),
        ),
        (
            b'{"kind":"pod"}',
            f'pod in version "v1" cannot be handled as a Pod: no kind "pod" is registered for version "v1" {SCHEME}',
        ),
        (
            b'{"apiVersion":"v1","kind":"Service"}',
            (
                'Service in version "v1" cannot be handled as a Pod: '
                "converting (v1.Service) to (core.Pod): unknown conversion"
            ),
        ),
    ],
)
def test_what_is_no_pod_is_refused(body: bytes, told: str) -> None:
    error = refusal(lambda: draft_of(body, PODS, Options()))
    assert (error.code, error.message) == (400, told)


def test_a_version_that_was_retired_is_read_and_then_refused() -> None:
    body = b'{"apiVersion":"extensions/v1beta1","kind":"Deployment"}'
    told = "(extensions/v1beta1) does not match the expected API version (apps/v1)"
    assert refusal(lambda: draft_of(body, DEPLOYMENTS, Options())).message == f"the API version in the data {told}"


def test_kind_and_version_come_from_the_path_when_nothing_is_said() -> None:
    draft = draft_of(b'{"metadata": {"name": "p"}}', PODS, Options())
    assert list(draft.object)[:3] == ["apiVersion", "kind", "metadata"]
    assert (draft.object["apiVersion"], draft.object["kind"]) == ("v1", "Pod")


@pytest.mark.parametrize(("validation", "warnings"), [("Warn", ['unknown field "x"']), ("Ignore", [])])
def test_unknown_fields_are_warned_about_or_passed_over(validation: str, warnings: list[str]) -> None:
    draft = draft_of({"x": 1}, PODS, Options(field_validation=validation))
    assert (draft.warnings, "x" in draft.object) == (warnings, False)


def test_unknown_fields_are_refused_when_reading_strictly() -> None:
    error = refusal(lambda: draft_of({"x": 1, "y": 2}, PODS, Options()))
    told = 'strict decoding error: unknown field "x", unknown field "y"'
    assert error.message == f'Pod in version "v1" cannot be handled as a Pod: {told}'
