"""Names of images, and durations as Go prints them."""

import pytest

from playground.kube.kubelet.images import duration, full_name, image_id, is_valid, refusal
from playground.kube.runtime.default import DefaultRuntime


@pytest.mark.parametrize(
    ("given", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("nginx:1.27", "docker.io/library/nginx:1.27"),
        ("grafana/grafana", "docker.io/grafana/grafana:latest"),
        ("localhost/app:1", "localhost/app:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.53", "registry.k8s.io/e2e-test-images/agnhost:2.53"),
    ],
)
def test_the_runtime_knows_images_by_their_whole_name(given: str, full: str) -> None:
    assert full_name(given) == full
    assert is_valid(given)


@pytest.mark.parametrize("name", ["Nginx", "nginx:", "nginx::1", "http://nginx", "nginx 1", "", "nginx@sha256:1"])
def test_what_is_no_reference_is_known_as_none(name: str) -> None:
    assert not is_valid(name)


def test_an_image_id_names_the_repository_and_the_digest() -> None:
    assert image_id("nginx:1.27", "sha256:ab") == "docker.io/library/nginx@sha256:ab"
    assert image_id("localhost:5000/app", "sha256:ab") == "localhost:5000/app@sha256:ab"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.421, "421ms"),
        (1.5, "1.5s"),
        (1.0005, "1s"),
        (10, "10s"),
        (80, "1m20s"),
        (300, "5m0s"),
        (62.345, "1m2.345s"),
        (3600, "1h0m0s"),
    ],
)
def test_durations_are_written_as_go_writes_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_registry_that_does_not_answer_is_named() -> None:
    told = refusal("quay.io/org/app:1", DefaultRuntime(), broken=True)
    assert told.endswith(
        'failed to do request: Head "https://quay.io/v2/org/app/manifests/1": dial tcp: lookup quay.io: i/o timeout'
    )
