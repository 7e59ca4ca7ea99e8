"""Rules of seccomp, AppArmor and Windows options."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import security
from playground.kube.apiserver.validation.field import Path

from .support import told

AT = Path("p")
TYPES = 'supported values: "Localhost", "RuntimeDefault", "Unconfined"'


@pytest.mark.parametrize(
    ("profile", "lines"),
    [
        (None, []),
        ({"type": "RuntimeDefault"}, []),
        ({"type": "Localhost", "localhostProfile": "a.json"}, []),
        ({}, ["p.type: Required value: type is required when seccompProfile is set"]),
        ({"type": "runtime/default"}, [f'p.type: Unsupported value: "runtime/default": {TYPES}']),
        ({"type": "Localhost"}, ["p.localhostProfile: Required value: must be set when seccomp type is Localhost"]),
        (
            {"type": "Localhost", "localhostProfile": "/a"},
            ['p.localhostProfile: Invalid value: "/a": must be a relative path'],
        ),
        (
            {"type": "Unconfined", "localhostProfile": "a"},
            [
                (
                    'p.localhostProfile: Invalid value: {"Type":"Unconfined","LocalhostProfile":"a"}: '
                    "can only be set when seccomp type is Localhost"
                )
            ],
        ),
    ],
)
def test_seccomp(profile: dict[str, Any] | None, lines: list[str]) -> None:
    assert told(security.seccomp(profile, AT)) == lines


@pytest.mark.parametrize(
    ("profile", "lines"),
    [
        ({"type": "Localhost", "localhostProfile": "a"}, []),
        ({}, ["p.type: Required value: type is required when appArmorProfile is set"]),
        ({"type": "x"}, [f'p.type: Unsupported value: "x": {TYPES}']),
        ({"type": "Localhost"}, ["p.localhostProfile: Required value: must be set when AppArmor type is Localhost"]),
        (
            {"type": "Localhost", "localhostProfile": " a"},
            ['p.localhostProfile: Invalid value: " a": must not be padded with whitespace'],
        ),
        (
            {"type": "Localhost", "localhostProfile": "a" * 4096},
            ["p.localhostProfile: Too long: may not be more than 4095 bytes"],
        ),
        (
            {"type": "Unconfined", "localhostProfile": "a"},
            ['p.localhostProfile: Invalid value: "a": can only be set when AppArmor type is Localhost'],
        ),
    ],
)
def test_app_armor(profile: dict[str, Any], lines: list[str]) -> None:
    assert told(security.app_armor(profile, AT)) == lines


@pytest.mark.parametrize(
    ("user", "complaints"),
    [
        (r"NT AUTHORITY\NETWORK SERVICE", []),
        ("", [" cannot be an empty string"]),
        ("a\tb", [" cannot contain control characters"]),
        (r"a\b\c", [" cannot contain more than one backslash"]),
        (
            "a" * 256 + r"\b",
            ["'s Domain length must be under 256 characters", "'s Domain doesn't match the NetBios nor the DNS format"],
        ),
        ("..", ["'s User cannot contain only periods or spaces"]),
        ("a" * 105, ["'s User length must not be longer than 104 characters"]),
        ("a|b", ["'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"]),
    ],
)
def test_users_on_windows(user: str, complaints: list[str]) -> None:
    shown = '"' + user.replace("\\", "\\\\").replace("\t", "\\t") + '"'
    lines = [f"p.runAsUserName: Invalid value: {shown}: runAsUserName{says}" for says in complaints]
    assert told(security.windows({"runAsUserName": user}, AT)) == lines


def test_credentials_on_windows() -> None:
    assert told(security.windows({"gmsaCredentialSpec": ""}, AT)) == [
        'p.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string'
    ]
    (line,) = told(security.windows({"gmsaCredentialSpec": "a" * (64 * 1024 + 1)}, AT))
    assert line.endswith("gmsaCredentialSpec size must be under 64 KiB")
