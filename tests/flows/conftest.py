"""Marks every test here: all of them need processes and an engine. And what several of them begin with."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.client import Learner
from tests.support.stack import Stack
from tests.support.wait import until

HERE = Path(__file__).parent
BASE_IMAGES_WITHIN = 600.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test of this folder can do without them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.processes)
            item.add_marker(pytest.mark.engine)


@pytest.fixture
def base_image(stack: Stack) -> Callable[..., None]:
    """Waits until a base image is ready: on a new machine they are made in the background."""

    def wait(reference: str = "busybox:latest") -> None:
        visitor = Learner(stack.url)

        def ready() -> bool:
            images = visitor.call("GET", "/api/images/")["base"]
            return any(image["reference"] == reference and image["state"] == "ready" for image in images)

        until(ready, seconds=BASE_IMAGES_WITHIN, what=f"the base image {reference} is ready", every=0.1)

    return wait
