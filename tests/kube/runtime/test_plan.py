"""What wins when image, command and annotation say different things."""

import pytest

from playground.kube.runtime.plan import plan
from tests.kube.runtime.starts import start

WORDS = "drydock.dev/behaviour"


def test_an_image_alone_does_what_its_words_say() -> None:
    found = plan(start("postgres:16"))
    assert (found.behaviour.talk, found.behaviour.ports, found.behaviour.start) == ("tcp", (5432,), 3)
    assert found.program is None


def test_a_command_replaces_the_image_and_its_own_program_brings_it_back() -> None:
    assert plan(start("nginx", "sleep", "5")).behaviour.talk == "none"
    assert plan(start("nginx", "nginx", "-g", "daemon off;")).behaviour.ports == (80,)


def test_an_annotation_changes_parts_of_what_a_command_does() -> None:
    found = plan(start("busybox", "sleep", "100", annotations={WORDS: "memory=50Mi"}))
    assert (found.behaviour.memory, found.program is not None) == (50 << 20, True)
    serving = plan(start("busybox", "sleep", "100", annotations={WORDS: "serve port=81"}))
    assert (serving.behaviour.talk, serving.behaviour.ports, serving.program) == ("http", (81,), None)


def test_another_containers_words_do_not_count() -> None:
    assert plan(start("nginx", annotations={f"{WORDS}.sidecar": "crashes=1s"})).behaviour.lasts == float("inf")
    assert plan(start("nginx", annotations={f"{WORDS}.web": "crashes=1s"})).behaviour.lasts == 1


@pytest.mark.parametrize(
    ("image", "command", "there"),
    [
        ("me/app", "./server", True), ("nginx", "./server", False), ("busybox", "curl", True),
        ("busybox", "bash", False),
        ("debian", "bash", True), ("traefik/whoami", "sh", False), ("python:3.12-alpine", "bash", False),
        ("python", "node", False), ("node:22", "node", True), ("registry.k8s.io/pause:3.10", "/pause", True),
    ],
)  # fmt: skip
def test_a_program_that_is_not_in_the_image_cannot_be_started(image: str, command: str, there: bool) -> None:
    assert (plan(start(image, command)).cannot == "") == there


@pytest.mark.parametrize(
    ("args", "port"),
    [(("netexec", "--http-port=8888"), 8888), (("netexec", "--http-port", "81"), 81), (("netexec",), 8080)],
)
def test_agnhost_serves_where_it_is_told(args: tuple[str, ...], port: int) -> None:
    image = "registry.k8s.io/e2e-test-images/agnhost:2.40"
    assert plan(start(image, args=args)).behaviour.ports == (port,)
