"""Output and names that want to be more than text: escape codes of terminals, HTML, scripts, names with both."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.attacks.siege import Siege
from tests.support.client import Learner

HTML = "<img src=x onerror=window.owned=1><script>window.owned=1</script><h1 id=evil>evil</h1>"
ESCAPES = (
    "\\033]0;owned\\007\\033]52;c;b3duZWQ=\\007\\033[2J\\033[31mred\\033[0m\\033P0;1|17/6c\\033\\\\ \\010\\010gone"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
FILE = "<img src=x onerror=window.owned=1>.txt"


@pytest.mark.attack("escapes", "RUN", limit="output is text")
def test_a_step_s_escape_codes_and_html_are_kept_as_text(siege: Siege) -> None:
    with siege:
        end = siege.build(f"RUN printf '{ESCAPES}\\n'; echo '{HTML}'; head -c 3000 /dev/urandom; echo; echo the end")
    assert HTML in end["text"]
    assert "the end" in end["text"]
    siege.record("kept as text; the site's log goes on behind it", "")


@pytest.mark.attack("escapes", "run", limit="output is text")
def test_a_container_s_escape_codes_and_html_are_kept_as_text(siege: Siege) -> None:
    with siege:
        end = siege.run("", f"CMD printf '{ESCAPES}\\n'; echo '{HTML}'; head -c 3000 /dev/urandom; echo; echo the end")
    assert HTML in end["text"]
    assert "the end" in end["text"]
    siege.record("kept as text; the site's log goes on behind it", "")


@pytest.mark.attack("escapes", "page", limit="output and names are text")
def test_the_pages_show_escape_codes_and_html_as_text(siege: Siege, new_page: Callable[..., Page]) -> None:
    who, project = siege.project(f"RUN printf '{ESCAPES}\\n'; echo '{HTML}'; exit 3 # {HTML}", **{FILE: "x"})
    for name in ("\033[2Jx.txt", "a\nb", "x\0y"):
        answer = who.send("POST", f"/api/projects/{project}/folders/", json={"path": name})
        assert answer.status_code == 422
        assert "cannot be shown" in answer.json()["error"]["message"]
    who.call("PATCH", f"/api/projects/{project}/", json={"name": HTML[:60]})
    with siege:
        end = siege.build_project(who, project)
    page = new_page(viewport={"width": 1366, "height": 850})
    as_learner(page.context, who)
    page.goto(f"/projects/{project}/")
    expect(page.get_by_text("Failed").first).to_be_visible(timeout=20_000)
    page.goto("/")
    page.goto("/images/")
    page.goto(f"/projects/{project}/")
    page.get_by_role("treeitem", name=FILE).wait_for(timeout=20_000)
    assert page.evaluate("window.owned") is None
    assert page.locator("#evil").count() == 0
    assert page.title() != "owned"
    assert end["failure"]["exit_code"] == 3
    siege.record("shown as text; names with control characters are refused", end["failure"]["what"])


def as_learner(context: BrowserContext, who: Learner) -> None:
    """The browser is that learner's."""
    cookies = [{"name": cookie.name, "value": cookie.value or "", "url": who.url} for cookie in who.http.cookies]
    context.add_cookies(cookies)  # type: ignore[arg-type]
