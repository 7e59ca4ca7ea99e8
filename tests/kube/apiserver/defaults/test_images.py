"""How an image's name tells when to pull it."""

import pytest

from playground.kube.apiserver.defaults.images import pull_policy

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.25", "IfNotPresent"),
        ("localhost:5000/nginx", "Always"),
        ("localhost:5000/team/nginx:v1", "IfNotPresent"),
        ("registry.example.com/a/b", "Always"),
        (f"nginx@{DIGEST}", "IfNotPresent"),
        (f"nginx:latest@{DIGEST}", "Always"),
        ("nginx@sha256:abc", "IfNotPresent"),
        ("Nginx", "IfNotPresent"),
        ("nginx:", "IfNotPresent"),
        (" nginx", "IfNotPresent"),
        ("", "IfNotPresent"),
        ("a" * 64, "IfNotPresent"),
    ],
)
def test_what_may_change_under_its_name_is_pulled_each_time(image: str, policy: str) -> None:
    assert pull_policy(image) == policy
