"""What holds on every page: axe finds nothing in light and dark, nothing overflows a phone, the policy is strict."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import Watch
from tests.support.bench_page import BenchPage
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack

PLAIN = ["/", "/images/", "/limits/", "/health/", "/accounts/login/", "/accounts/signup/", "/no-such-page/"]
PHONE = {"width": 390, "height": 844}


def check_axe(page: Page) -> None:
    """Fail with what axe says."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.fixture(params=["light", "dark"])
def shade(request: pytest.FixtureRequest) -> str:
    """Both colour schemes."""
    chosen: str = request.param
    return chosen


@pytest.mark.parametrize("path", PLAIN)
def test_axe_finds_nothing(path: str, shade: str, new_page: Callable[..., Page], watch: Watch) -> None:
    watch.expect("404")
    page = new_page(color_scheme=shade)
    page.goto(path)
    check_axe(page)


@pytest.mark.parametrize(
    ("dockerfile", "word"),
    [("", "Ready"), ("FROM busybox:latest\nRUN echo hi\n", "Built"), ("FROM busybox:latest\nRUN exit 3\n", "Failed")],
    ids=["ready", "built", "failed"],
)
def test_axe_finds_nothing_on_the_build_page(
    dockerfile: str, word: str, shade: str, new_page: Callable[..., Page]
) -> None:
    page = new_page(color_scheme=shade)
    page.goto("/")
    page.get_by_role("button", name="Build your first image").click()
    bench = BenchPage(page)
    bench.editor.wait_for()
    if dockerfile:
        bench.write(dockerfile)
        bench.build()
    bench.built(word)
    check_axe(page)
    if word == "Built":
        bench.run()
        expect(page.get_by_text("exit code 0")).to_be_visible(timeout=30_000)
        check_axe(page)
        page.goto("/images/")
        expect(page.locator("main")).to_contain_text("latest")
        check_axe(page)


@pytest.mark.parametrize("path", PLAIN)
def test_nothing_overflows_a_phone(path: str, new_page: Callable[..., Page], watch: Watch) -> None:
    watch.expect("404")
    page = new_page(viewport=PHONE, has_touch=True)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_first_build_on_a_phone(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    page.get_by_role("button", name="Build your first image").tap()
    bench = BenchPage(page)
    bench.editor.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    bench.build()
    bench.built()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    check_axe(page)
    bench.run()
    expect(page.get_by_text("exit code 0")).to_be_visible(timeout=30_000)


def test_the_policy_is_strict(stack: Stack) -> None:
    visitor = Learner(stack.url)
    project = dockerfile_project(visitor, "RUN true")
    for path in ("/", f"/projects/{project}/", "/images/", "/limits/", "/health/"):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_an_inline_script_does_not_run(page: Page, watch: Watch) -> None:
    watch.expect("Content Security Policy")
    page.goto("/")
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.bad = 1';
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.bad") is None
    assert watch.complaints


def test_a_learners_file_is_never_a_page_of_ours(stack: Stack) -> None:
    visitor = Learner(stack.url)
    project = visitor.new_project()["id"]
    visitor.put_file(project, "evil.html", "<script>alert(1)</script>")
    answer = visitor.get(f"/api/projects/{project}/files/evil.html")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
