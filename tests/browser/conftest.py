"""Marks every test here, waits for the base image once, and gives a hand on the build page."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.bench_page import BenchPage
from tests.support.client import Learner
from tests.support.stack import Stack
from tests.support.wait import until

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test of this folder can do without them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            for mark in (pytest.mark.browser, pytest.mark.processes, pytest.mark.engine):
                item.add_marker(mark)


@pytest.fixture(scope="session", autouse=True)
def busybox(stack: Stack) -> None:
    """The base image that `make run` makes at once."""
    visitor = Learner(stack.url)

    def ready() -> bool:
        images = visitor.call("GET", "/api/images/")["base"]
        return any(image["reference"] == "busybox:latest" and image["state"] == "ready" for image in images)

    until(ready, seconds=120, what="busybox is ready", every=0.1)


@pytest.fixture
def bench(page: Page) -> BenchPage:
    """A new visitor who has pressed the front page's button."""
    page.goto("/")
    page.get_by_role("button", name="Build your first image").click()
    opened = BenchPage(page)
    opened.editor.wait_for()
    return opened


@pytest.fixture
def second_tab(bench: BenchPage, new_page: Callable[..., Page]) -> BenchPage:
    """The same learner's project in another window, which can be taken offline by itself."""
    state = bench.page.context.storage_state()
    other = BenchPage(new_page(storage_state=state, viewport={"width": 1366, "height": 850}))
    other.page.goto(bench.page.url)
    other.editor.wait_for()
    return other
