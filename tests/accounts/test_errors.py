"""The shape of a refusal."""

from playground.accounts.errors import NotFound, Refused, as_json


def test_a_refusal_has_every_field_of_the_contract() -> None:
    assert as_json(Refused("code", "What.", field="path", fix="Do.", line=3, problems=[{"code": "p"}])) == {
        "error": {
            "code": "code",
            "message": "What.",
            "field": "path",
            "line": 3,
            "column": None,
            "fix": "Do.",
            "problems": [{"code": "p"}],
        }
    }


def test_more_about_a_refusal_stands_beside_its_fields() -> None:
    assert as_json(Refused("conflict", "What.", extra={"theirs": 1}))["error"]["theirs"] == 1


def test_what_is_not_there_and_what_is_anothers_sound_alike() -> None:
    refusal = NotFound("project")
    assert (refusal.status, refusal.message) == (404, "There is no such project, or it is not yours.")
