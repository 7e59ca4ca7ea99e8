"""What Go says of a text that should be a JSON object."""

import pytest

from playground.kube.apiserver.validation.go_json_errors import object_fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"auths": {}}', ""),
        ("null", ""),
        ("", "unexpected end of JSON input"),
        ('{"a": 1', "unexpected end of JSON input"),
        ("abc", "invalid character 'a' looking for beginning of value"),
        ("{a: 1}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 "b": 2}', "invalid character '\"' after object key:value pair"),
        ('["a" "b"]', "invalid character '\"' after array element"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("[]", "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ('"a"', "json: cannot unmarshal string into Go value of type map[string]interface {}"),
        ("1", "json: cannot unmarshal number into Go value of type map[string]interface {}"),
        ("true", "json: cannot unmarshal bool into Go value of type map[string]interface {}"),
    ],
)
def test_gos_words(text: str, fault: str) -> None:
    assert object_fault(text.encode()) == fault
