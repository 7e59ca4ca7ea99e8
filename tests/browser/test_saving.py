"""Work is never overwritten and never lost: two tabs, no network, a tab that was closed."""

from playwright.sync_api import expect

from tests.conftest import Watch
from tests.support.bench_page import BenchPage

MINE = "FROM busybox:latest\nRUN echo mine\n"
THEIRS = "FROM busybox:latest\nRUN echo theirs\n"
REFUSED = r"ERR_INTERNET_DISCONNECTED|409|WebSocket"


def clash(here: BenchPage, there: BenchPage) -> None:
    """Both change the same file without having seen the other's change."""
    here.page.context.set_offline(True)
    here.write(MINE)
    expect(here.save_state).to_contain_text("Offline")
    there.write(THEIRS)
    there.saved()
    here.page.context.set_offline(False)
    expect(here.page.get_by_role("dialog", name="Dockerfile was changed elsewhere too")).to_be_visible(timeout=30_000)


def test_an_edit_in_one_tab_shows_in_the_other(bench: BenchPage, second_tab: BenchPage) -> None:
    bench.write(MINE)
    bench.saved()
    expect(second_tab.page.locator(".cm-content")).to_contain_text("echo mine")


def test_two_tabs_do_not_overwrite_each_other_and_mine_can_be_kept(
    bench: BenchPage, second_tab: BenchPage, watch: Watch
) -> None:
    watch.expect(REFUSED)
    clash(bench, second_tab)
    bench.page.get_by_role("button", name="See both").click()
    expect(bench.page.get_by_role("dialog")).to_contain_text("RUN echo theirs")
    bench.page.get_by_role("button", name="Keep mine").click()
    bench.saved()
    expect(second_tab.page.locator(".cm-content")).to_contain_text("echo mine")


def test_two_tabs_do_not_overwrite_each_other_and_theirs_can_be_taken(
    bench: BenchPage, second_tab: BenchPage, watch: Watch
) -> None:
    watch.expect(REFUSED)
    clash(bench, second_tab)
    bench.page.get_by_role("button", name="Take theirs").click()
    expect(bench.page.locator(".cm-content")).to_contain_text("echo theirs")
    bench.saved()


def test_edits_made_offline_wait_and_are_sent_on_return(bench: BenchPage, watch: Watch) -> None:
    watch.expect(REFUSED)
    bench.page.context.set_offline(True)
    bench.write(MINE)
    expect(bench.save_state).to_have_text("Offline: 1 edit waits")
    bench.page.context.set_offline(False)
    expect(bench.save_state).to_have_text("Saved", timeout=30_000)
    bench.page.reload()
    bench.editor.wait_for()
    assert "echo mine" in bench.text()


def test_an_offline_edit_survives_the_tab(bench: BenchPage, watch: Watch) -> None:
    watch.expect(REFUSED)
    where = bench.page.url
    bench.page.context.set_offline(True)
    bench.write(MINE)
    expect(bench.save_state).to_contain_text("Offline")
    again = bench.page.context.new_page()
    watch.on(again)
    bench.page.close()
    again.context.set_offline(False)
    again.goto(where)
    reopened = BenchPage(again)
    reopened.editor.wait_for()
    expect(reopened.save_state).to_have_text("Saved")
    assert "echo mine" in reopened.text()
