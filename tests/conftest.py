"""What every kind of test may ask for. Nothing here starts before a test asks for it; any order of tests will do."""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

import clone
from tests.support.client import Learner
from tests.support.stack import Stack

CHROMIUM = str(clone.CHROMIUM)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
MANY_LEARNERS = ",".join(
    f"{key}=1000000" for key in ("rate.guests_address", "rate.writes_address", "rate.builds_address")
)
"""All learners of a test run come from one address."""
RESULTS = Path(__file__).resolve().parent.parent / "test-results"

# --- databases and files of tests that run inside Django --------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Test databases in a folder of this run, so that two runs at once do not meet."""
    folder = tmp_path_factory.mktemp("databases")
    for alias in connections:
        if connections[alias].vendor != "sqlite":  # the phase `postgres` has a server of its own
            continue
        connections[alias].settings_dict["TEST"]["NAME"] = folder / f"{alias}.sqlite3"


@pytest.fixture(scope="session", autouse=True)
def blobs_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Learners' files that tests make stay out of the clone's var folder."""
    settings.DRYDOCK_BLOBS = tmp_path_factory.mktemp("blobs")


# --- the running site -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole site, one for the run: tests use learners and projects of their own in it."""
    with Stack(tmp_path_factory.mktemp("stack") / "var", env={"DRYDOCK_LIMITS": MANY_LEARNERS}) as running:
        yield running


@pytest.fixture
def new_learner(stack: Stack) -> Iterator[Callable[[], Learner]]:
    """Makes learners that know nothing of each other."""
    made: list[Learner] = []

    def make() -> Learner:
        made.append(Learner(stack.url))
        return made[-1]

    yield make
    for learner in made:
        learner.http.close()


@pytest.fixture
def learner(new_learner: Callable[[], Learner]) -> Learner:
    """A visitor who has not done anything yet."""
    return new_learner()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failed test shows the last lines of the site's logs, and a browser test leaves a picture."""
    report: pytest.TestReport = yield
    values: dict[str, Any] = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed:
        if isinstance(running := values.get("stack"), Stack):
            report.sections.append(("the site's logs", running.tail()))
        if isinstance(page := values.get("page"), Page) and not page.is_closed():
            RESULTS.mkdir(exist_ok=True)
            picture = RESULTS / (re.sub(r"\W+", "-", item.name) + ".png")
            with contextlib.suppress(PlaywrightError):  # a page that hangs has no picture
                page.screenshot(path=picture, timeout=5000)
                report.sections.append(("picture", str(picture)))
    return report


# --- the browser ------------------------------------------------------------------------------------------------------


class Watch:
    """What a page complained of: console errors, uncaught exceptions, breaches of the content security policy."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """A complaint that matches is part of the test (a refused request is a console error, too)."""
        self.expected.append(pattern)

    def on(self, page: Page) -> Page:
        """Watch *page*."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def unexpected(self) -> list[str]:
        """Complaints that no test expected."""
        return [said for said in self.complaints if not any(re.search(known, said) for known in self.expected)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. One for each module: Playwright's loop must not outlive it, other modules have loops too."""
    assert Path(CHROMIUM).exists(), "Chromium is missing; install it: apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test if a page complained."""
    watching = Watch()
    yield watching
    assert not watching.unexpected(), "the page complained: " + "; ".join(watching.unexpected())


@pytest.fixture
def new_page(stack: Stack, browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens pages, each for a visitor of its own unless it is given another page's context."""
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(base_url=stack.url, **options)
        contexts.append(context)
        return watch.on(context.new_page())

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of a new visitor, at a desktop's size."""
    return new_page(viewport={"width": 1366, "height": 850})
