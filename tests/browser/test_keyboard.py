"""Everything of the first minute without a mouse."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.support.bench_page import BenchPage

STEPS = 80


def focused(page: Page) -> str:
    """What has the focus, through shadow roots: tag, name or text."""
    name: str = page.evaluate(
        """() => {
            let at = document.activeElement;
            while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
            return `${at?.tagName} ${at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''}`.slice(0, 120);
        }"""
    )
    return name


def tab_to(page: Page, wanted: Callable[[str], bool], key: str = "Tab") -> str:
    """Press Tab until *wanted* has the focus."""
    seen = []
    for _ in range(STEPS):
        page.keyboard.press(key)
        seen.append(focused(page))
        if wanted(seen[-1]):
            return seen[-1]
    raise AssertionError(f"not reached by {key}: {seen}")


def test_the_first_minute_by_keys_alone(page: Page) -> None:
    page.goto("/")
    tab_to(page, lambda name: "Build your first image" in name)
    page.keyboard.press("Enter")
    bench = BenchPage(page)
    bench.editor.wait_for()
    if "textbox" not in focused(page).lower() and "cm-" not in focused(page):
        page.keyboard.press("Alt+2")
    expect(bench.editor).to_be_focused()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("# by keys alone")
    page.keyboard.press("ControlOrMeta+Enter")
    bench.built()
    assert "# by keys alone" in bench.text()
    page.keyboard.press("Escape")
    tab_to(page, lambda name: name.startswith("BUTTON") and "Run it" in name)
    page.keyboard.press("Enter")
    expect(page.get_by_text("exit code 0")).to_be_visible(timeout=30_000)


def test_tab_leaves_the_editor(bench: BenchPage) -> None:
    bench.editor.focus()
    before = focused(bench.page)
    bench.page.keyboard.press("Escape")
    bench.page.keyboard.press("Tab")
    assert focused(bench.page) != before


def test_arrows_move_in_the_graph_and_enter_chooses_a_step(bench: BenchPage) -> None:
    bench.build()
    bench.built()
    cell: Locator = bench.graph.locator('[data-id][tabindex="0"]')
    cell.focus()
    first = focused(bench.page)
    bench.page.keyboard.press("ArrowDown")
    assert focused(bench.page) != first
    bench.page.keyboard.press("Enter")
    expect(bench.page.get_by_role("combobox", name="Step")).not_to_have_value("")


def test_the_command_palette_opens_and_closes(bench: BenchPage) -> None:
    bench.page.keyboard.press("ControlOrMeta+k")
    expect(bench.page.locator("dd-palette").get_by_role("dialog")).to_be_visible()
    bench.page.keyboard.press("Escape")
    expect(bench.page.locator("dd-palette").get_by_role("dialog")).to_be_hidden()


def test_the_skip_link_leads_past_the_header(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert "Skip" in focused(page)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
