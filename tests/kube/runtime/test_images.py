"""The rule by which images exist."""

import pytest

from playground.kube.runtime import images
from playground.kube.runtime.images import MIB, Reference


@pytest.mark.parametrize(
    "name",
    [
        "nginx", "nginx:latest", "nginx:1.27", "nginx:1.27.3-alpine", "docker.io/library/nginx:stable", "busybox:1.28",
        "postgres:16", "mysql:8.0", "python:3.12-slim", "node:22-bookworm", "redis:7.2.4-alpine3.19", "ubuntu:24.04",
        "debian:bookworm-slim", "registry.k8s.io/pause:3.10",
        "registry.k8s.io/e2e-test-images/agnhost:2.40",
        "k8s.gcr.io/pause:3.2", "me/app", "me/app:v1", "ghcr.io/me/app:sha-12ab", "localhost:5000/app:dev",
        "perl:5.34.0",
        "nginx@sha256:0123", "registry.k8s.io/hpa-example", "echo", "gcr.io/google-samples/hello-app:2.0",
    ],
)  # fmt: skip
def test_an_image_that_exists_is_found(name: str) -> None:
    found = images.find(name)
    assert found is not None
    assert found.size > 0
    assert found.digest.startswith("sha256:")


@pytest.mark.parametrize(
    "name",
    [
        "ngnix", "busyboxx", "nginx:1.161", "nginx:99", "nginx:lates", "nginx:nosuch", "nginx:does-not-exist",
        "nosuch:1",
        "me/broken", "registry.k8s.io/typo", "ghcr.io/me/app:no-such-tag", "redis:bad",
        "library/apache", "my-app:1.0",
        "example.com/non-existent",
    ],
)  # fmt: skip
def test_an_image_that_is_none_is_not_found(name: str) -> None:
    assert images.find(name) is None


def test_the_same_image_has_the_same_size_and_digest_under_every_name() -> None:
    assert images.find("nginx") == images.find("docker.io/library/nginx:latest")
    assert images.find("me/app:v1") != images.find("me/app:v2")


def test_sizes_are_those_of_the_public_images_about() -> None:
    sizes = {
        name: images.find(name) for name in ("busybox", "nginx", "nginx:alpine", "python", "registry.k8s.io/pause")
    }
    mib = {name: found.size / MIB for name, found in sizes.items() if found}
    assert mib["registry.k8s.io/pause"] < mib["busybox"] < mib["nginx:alpine"] < mib["nginx"] < mib["python"]


def test_an_unknown_image_has_a_size_between_20_and_320_mib() -> None:
    found = [images.find(f"someone/app-{number}") for number in range(50)]
    assert all(image is not None and 20 <= image.size / MIB <= 320 for image in found)


def test_a_reference_is_taken_apart_as_docker_does() -> None:
    assert Reference.of("nginx") == Reference("docker.io/library/nginx", "latest")
    assert Reference.of("localhost:5000/app") == Reference("localhost:5000/app", "latest")
    assert Reference.of("me/app:v1@sha256:12") == Reference("docker.io/me/app", "v1", "sha256:12")
