"""Takes the screenshots in docs/screenshots from a site of its own: `make shots`."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

import clone
from tests.conftest import CHROMIUM, FLAGS
from tests.support.bench_page import BenchPage
from tests.support.client import Learner
from tests.support.stack import Stack
from tests.support.wait import until

WHERE = clone.ROOT / "docs" / "screenshots"
DESKTOP, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
STAGES = """FROM gcc:12 AS compile
WORKDIR /src
COPY src/ .
RUN gcc -O2 -Wall -static -o /hello hello.c && echo "compiled: $(wc -c < /hello) bytes"

FROM busybox:latest AS check
COPY --from=compile /hello /hello
RUN for i in 1 2 3 4; do sleep 0.7; /hello; done

FROM scratch
COPY --from=check /hello /hello
CMD ["/hello"]
"""
BROKEN = "FROM busybox:latest\nCOPY greeting.txt /greeting.txt\nRUN cat /greting.txt\n"


def main() -> None:
    """Every picture, from one site."""
    WHERE.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="drydock-shots-") as folder,
        Stack(Path(folder) / "var", env={"DRYDOCK_CANARY": "1"}) as stack,
        sync_playwright() as playwright,
    ):
        until(lambda: images_are_ready(stack), seconds=900, what="the base images are ready", every=0.5)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, take in PICTURES.items():
            page = open_page(browser, stack, name)
            take(page)
            page.screenshot(path=WHERE / f"{name}.png")
            print(f"  {name}.png", flush=True)  # noqa: T201 - progress of a command
            page.context.close()
        browser.close()


def images_are_ready(stack: Stack) -> bool:
    """All of them, so that no page shows one being made."""
    images = Learner(stack.url).call("GET", "/api/images/")["base"]
    return bool(images) and all(image["state"] == "ready" for image in images)


def open_page(browser: Browser, stack: Stack, name: str) -> Page:
    """A visitor of its own for each picture; the name says light or dark, desktop or phone."""
    phone = "phone" in name
    return browser.new_context(
        base_url=stack.url,
        color_scheme="dark" if "dark" in name else "light",
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # a dictionary of the right shape
        has_touch=phone,
        reduced_motion="reduce",
    ).new_page()


def started(page: Page, template: str = "Build your first image") -> BenchPage:
    """A project, opened from the front page."""
    page.goto("/")
    page.get_by_role("button", name=template).click()
    bench = BenchPage(page)
    bench.editor.wait_for()
    return bench


def plain(path: str) -> Callable[[Page], None]:
    """A page that needs nothing to be done first."""

    def take(page: Page) -> None:
        page.goto(path)

    return take


def building(page: Page) -> None:
    """Two stages and a half into a build of three."""
    bench = started(page, "C program in two stages")
    bench.write(STAGES)
    page.get_by_text("Options").click()
    page.get_by_role("checkbox").check()
    page.get_by_text("Options").click()
    bench.saved()
    bench.build()
    expect(bench.graph.locator("[data-id]").filter(has_text="RUN for i")).to_have_attribute(
        "aria-label", re.compile("running"), timeout=60_000
    )


def has_run(page: Page) -> None:
    """The first image, built and run."""
    bench = started(page)
    bench.build()
    bench.built()
    bench.run()
    expect(page.get_by_text("exit code 0")).to_be_visible(timeout=30_000)
    expect(bench.log).to_contain_text("Linux")


def failed(page: Page) -> None:
    """A step that fails."""
    bench = started(page)
    bench.write(BROKEN)
    bench.saved()
    bench.build()
    bench.built("Failed")


def images(page: Page) -> None:
    """The list with an image in it."""
    has_run(page)
    page.goto("/images/")
    expect(page.locator("main")).to_contain_text("latest")


def enforced(page: Page) -> None:
    """What the engine holds, once all of it was tried."""
    until(lambda: tried(page), seconds=300, what="every limit was tried", every=1)
    page.get_by_role("heading", name="What the engine enforces").evaluate(
        "heading => { heading.style.scrollMarginTop = '5rem'; heading.scrollIntoView(); }"  # below the page's own head
    )


def tried(page: Page) -> bool:
    """Open the page anew and look."""
    page.goto("/health/")
    return "enforced" in page.locator("main").inner_text() and "not tried yet" not in page.locator("main").inner_text()


PICTURES: dict[str, Callable[[Page], None]] = {
    "home": plain("/"),
    "home-dark": plain("/"),
    "home-phone": plain("/"),
    "build": building,
    "build-dark": building,
    "run": has_run,
    "run-phone": has_run,
    "failed": failed,
    "images": images,
    "images-dark": images,
    "limits": plain("/limits/"),
    "health": plain("/health/"),
    "health-dark": enforced,
    "enforced": enforced,
}


if __name__ == "__main__":
    main()
