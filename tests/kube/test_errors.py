"""Refusals in the words of the real API server (recorded from v1.36.2)."""

import pytest

from playground.kube import errors
from playground.kube.errors import ApiError, FieldError

NAME = FieldError("FieldValueInvalid", "metadata.name", 'Invalid value: "BAD_": no')
CONTAINERS = FieldError("FieldValueRequired", "spec.containers", "Required value")


def status(code: int, reason: str, message: str, details: object = None) -> dict[str, object]:
    """Return the Status as the server writes it."""
    head: dict[str, object] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    told = {"message": message, "reason": reason} | ({} if details is None else {"details": details})
    return head | told | {"code": code}


CAUSES = [
    {"reason": "FieldValueInvalid", "message": 'Invalid value: "BAD_": no', "field": "metadata.name"},
    {"reason": "FieldValueRequired", "message": "Required value", "field": "spec.containers"},
]
RECORDED = {
    "a missing pod": (
        errors.not_found("pods", "nope"),
        status(404, "NotFound", 'pods "nope" not found', {"name": "nope", "kind": "pods"}),
    ),
    "a missing deployment": (
        errors.not_found("deployments.apps", "nope"),
        status(
            404,
            "NotFound",
            'deployments.apps "nope" not found',
            {"name": "nope", "group": "apps", "kind": "deployments"},
        ),
    ),
    "an unknown resource": (
        errors.unknown_resource(),
        status(404, "NotFound", "the server could not find the requested resource", {}),
    ),
    "a taken name": (
        errors.already_exists("pods", "errp"),
        status(409, "AlreadyExists", 'pods "errp" already exists', {"name": "errp", "kind": "pods"}),
    ),
    "a lost race": (
        errors.conflict("pods/binding", "errp", 'pod errp is already assigned to node "n1"'),
        status(
            409,
            "Conflict",
            'Operation cannot be fulfilled on pods/binding "errp": pod errp is already assigned to node "n1"',
            {"name": "errp", "kind": "pods/binding"},
        ),
    ),
    "two broken rules": (
        errors.invalid("Pod", "", "BAD_", [NAME, CONTAINERS]),
        status(
            422,
            "Invalid",
            'Pod "BAD_" is invalid: [metadata.name: Invalid value: "BAD_": no, spec.containers: Required value]',
            {"name": "BAD_", "kind": "Pod", "causes": CAUSES},
        ),
    ),
    "one broken rule of a group's kind": (
        errors.invalid("DeleteOptions", "meta.k8s.io", "", [CONTAINERS]),
        status(
            422,
            "Invalid",
            'DeleteOptions.meta.k8s.io "" is invalid: spec.containers: Required value',
            {"group": "meta.k8s.io", "kind": "DeleteOptions", "causes": CAUSES[1:]},
        ),
    ),
    "an unreadable body": (errors.bad_request("bad"), status(400, "BadRequest", "bad")),
    "a patch that does not fit": (
        errors.unprocessable(),
        status(422, "Invalid", "the server rejected our request due to an error in our request", {}),
    ),
    "a protected namespace": (
        errors.forbidden("namespaces", "default", "this namespace may not be deleted"),
        status(
            403,
            "Forbidden",
            'namespaces "default" is forbidden: this namespace may not be deleted',
            {"name": "default", "kind": "namespaces"},
        ),
    ),
    "a list that is forbidden": (
        errors.forbidden("pods", "", "no"),
        status(403, "Forbidden", "pods is forbidden: no", {"kind": "pods"}),
    ),
    "nobody known": (errors.unauthorized(), status(401, "Unauthorized", "Unauthorized")),
    "a verb that is not there": (
        errors.method_not_allowed(),
        status(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            {},
        ),
    ),
    "a format nobody reads": (
        errors.unsupported_media_type(),
        status(
            415,
            "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
            "application/json, application/yaml, application/vnd.kubernetes.protobuf",
        ),
    ),
    "an unknown patch": (
        errors.unsupported_media_type("415: Unsupported Media Type"),
        status(415, "UnsupportedMediaType", "415: Unsupported Media Type", {}),
    ),
    "a budget in the way": (
        errors.too_many_requests(
            "Cannot evict pod as it would violate the pod's disruption budget.",
            causes=[{"reason": "DisruptionBudget", "message": "The disruption budget pdb needs 100 healthy pods"}],
        ),
        status(
            429,
            "TooManyRequests",
            "Cannot evict pod as it would violate the pod's disruption budget.",
            {"causes": [{"reason": "DisruptionBudget", "message": "The disruption budget pdb needs 100 healthy pods"}]},
        ),
    ),
    "a revision to come": (
        errors.too_large_resource_version(99999999, 1340),
        status(
            504,
            "Timeout",
            "Timeout: Too large resource version: 99999999, current: 1340",
            {
                "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
                "retryAfterSeconds": 1,
            },
        ),
    ),
    "a revision of the past": (
        errors.gone("too old resource version: 2 (431)"),
        status(410, "Expired", "too old resource version: 2 (431)"),
    ),
}


@pytest.mark.parametrize("case", RECORDED)
def test_a_refusal_is_the_recorded_status(case: str) -> None:
    refused, recorded = RECORDED[case]
    assert refused.status == recorded
    assert list(refused.status) == list(recorded)


def test_a_refusal_is_an_exception_that_tells_its_message() -> None:
    refused = errors.not_found("pods", "x")
    assert isinstance(refused, ApiError)
    assert (refused.code, refused.reason, refused.message, str(refused)) == (
        404,
        "NotFound",
        'pods "x" not found',
        'pods "x" not found',
    )


def test_the_same_sentence_is_told_once_and_kept_in_the_causes() -> None:
    refused = errors.invalid("Pod", "", "p", [NAME, NAME])
    assert refused.message == 'Pod "p" is invalid: metadata.name: Invalid value: "BAD_": no'
    assert len(refused.status["details"]["causes"]) == 2


def test_names_are_quoted_as_go_quotes_them() -> None:
    assert errors.quote("web-1 ä") == '"web-1 ä"'
    assert errors.quote('a"b\\c\n\t\a\x01\x7f') == r'"a\"b\\c\n\t\a\x01\x7f"'
    assert errors.quote("\u200b\U000e0001") == r'"\u200b\U000e0001"'
