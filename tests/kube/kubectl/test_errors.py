"""Failures are told as kubectl tells them."""

from typing import Any

import pytest

from playground.kube.kubectl.errors import CommandError, ServerError, Several, Silent, raise_all

GONE = {"reason": "NotFound", "message": 'pods "x" not found'}


def invalid(*causes: str) -> dict[str, Any]:
    details = {
        "kind": "Pod",
        "name": "x",
        "causes": [{"field": cause, "message": "Required value"} for cause in causes],
    }
    return {"reason": "Invalid", "message": "all of it", "details": details}


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (CommandError("bad flag"), "error: bad flag\n"),
        (CommandError("error: bad flag\n"), "error: bad flag\n"),
        (Silent("nothing to add"), ""),
        (ServerError(GONE), 'Error from server (NotFound): pods "x" not found\n'),
        (ServerError({"message": "broken"}), "Error from server: broken\n"),
        (
            ServerError(GONE, 'deleting "a.yaml"'),
            'Error from server (NotFound): error when deleting "a.yaml": pods "x" not found\n',
        ),
        (
            ServerError({"reason": "Unauthorized", "message": "who?"}),
            "error: You must be logged in to the server (who?)\n",
        ),
        (ServerError(invalid("spec.a")), 'The Pod "x" is invalid: spec.a: Required value\n'),
        (
            ServerError(invalid("spec.a", "spec.b", "spec.a")),
            'The Pod "x" is invalid: \n* spec.a: Required value\n* spec.b: Required value\n',
        ),
        (ServerError({"reason": "Invalid", "message": "no"}), "The request is invalid: no\n"),
    ],
)
def test_a_failure_is_told(failure: CommandError, told: str) -> None:
    assert failure.told() == told


def test_several_failures_have_a_line_each() -> None:
    raise_all([])
    with pytest.raises(Several) as error:
        raise_all([ServerError(GONE), CommandError("bad")])
    assert error.value.told() == 'Error from server (NotFound): pods "x" not found\nbad\n'


def test_one_failure_stands_for_itself() -> None:
    failure = ServerError(GONE)
    with pytest.raises(ServerError) as error:
        raise_all([failure])
    assert error.value is failure
