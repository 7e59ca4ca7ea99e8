"""Paths and errors print as Go prints them."""

import pytest

from playground.kube.apiserver.validation import field
from playground.kube.apiserver.validation.field import Path

AT = Path("spec").child("containers").index(0)


def test_a_path_prints_as_gos_field_path_does() -> None:
    assert Path("spec").child("template", "spec").child("volumes").index(2) == "spec.template.spec.volumes[2]"
    assert Path("data").key("a b") == "data[a b]"
    assert Path().child("immutable") == "immutable"


@pytest.mark.parametrize(
    ("error", "reason", "message"),
    [
        (field.invalid(AT, "a\nb", "no"), "FieldValueInvalid", r'Invalid value: "a\nb": no'),
        (field.invalid(AT, -1, "no"), "FieldValueInvalid", "Invalid value: -1: no"),
        (field.invalid(AT, False, "no"), "FieldValueInvalid", "Invalid value: false: no"),
        (field.invalid(AT, None, "no"), "FieldValueInvalid", "Invalid value: null: no"),
        (field.invalid(AT, ["a", "<b>"], "no"), "FieldValueInvalid", r'Invalid value: ["a","\u003cb\u003e"]: no'),
        (field.required(AT), "FieldValueRequired", "Required value"),
        (field.required(AT, "why"), "FieldValueRequired", "Required value: why"),
        (field.duplicate(AT, "a"), "FieldValueDuplicate", 'Duplicate value: "a"'),
        (field.forbidden(AT, "why"), "FieldValueForbidden", "Forbidden: why"),
        (field.not_found(AT, "a"), "FieldValueNotFound", 'Not found: "a"'),
        (
            field.not_supported(AT, "c", ["a", "b"]),
            "FieldValueNotSupported",
            'Unsupported value: "c": supported values: "a", "b"',
        ),
        (field.not_supported(AT, "c"), "FieldValueNotSupported", 'Unsupported value: "c"'),
        (field.too_long(AT, 63), "FieldValueTooLong", "Too long: may not be more than 63 bytes"),
        (field.too_long(AT, 1), "FieldValueTooLong", "Too long: may not be more than 1 byte"),
        (field.too_many(AT, 21, 20), "FieldValueTooMany", "Too many: 21: must have at most 20 items"),
        (field.too_many(AT, -1, 1), "FieldValueTooMany", "Too many: must have at most 1 item"),
        (field.too_few(AT, 0, 1), "FieldValueTooFew", "Too few: 0: must have at least 1 item"),
        (field.too_short(AT, 3), "FieldValueTooShort", "Too short: must be at least 3 characters"),
        (field.type_invalid(AT, "a", "no"), "FieldValueTypeInvalid", 'Invalid value: "a": no'),
        (field.internal(AT, "oh"), "InternalError", "Internal error: oh"),
    ],
)
def test_each_kind_of_error_has_gos_words(error: field.FieldError, reason: str, message: str) -> None:
    assert (error.reason, error.field, error.message) == (reason, "spec.containers[0]", message)


def test_an_error_at_no_path_says_so() -> None:
    assert field.required("").field == "<nil>"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('say "hi"\\', r'"say \"hi\"\\"'),
        ("\a\b\f\r\t\v", r'"\a\b\f\r\t\v"'),
        ("\x00\x7f", r'"\x00\x7f"'),
        ("Grüße, 世界", '"Grüße, 世界"'),
        ("\u00a0\u2028", r'"\u00a0\u2028"'),
        ("\U000e0001", r'"\U000e0001"'),
    ],
)
def test_strings_are_quoted_as_by_percent_q(text: str, quoted: str) -> None:
    assert field.go_quote(text) == quoted


def test_a_named_string_type_is_marshalled_and_not_quoted() -> None:
    assert field.typed("a<b\x7f") == '"a\\u003cb\x7f"'
    assert field.invalid(AT, field.typed("a&b"), "no").message == r'Invalid value: "a\u0026b": no'
