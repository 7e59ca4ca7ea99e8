"""What a build looks like while it happens, when it fails, when it is stopped, and when the server goes away."""

import re

from playwright.sync_api import expect

from tests.conftest import Watch
from tests.support.bench_page import BenchPage
from tests.support.stack import Stack

SLOW = "FROM busybox:latest\nRUN echo begun; for i in 1 2 3 4 5 6 7 8; do echo tick-$i; sleep 0.5; done; echo over\n"


def without_cache(bench: BenchPage) -> None:
    """Tick the option, so that steps run although another test ran the same."""
    bench.page.get_by_text("Options").click()
    bench.page.get_by_role("checkbox").check()
    bench.page.get_by_text("Options").click()


def test_the_graph_and_the_log_move_while_it_builds(bench: BenchPage) -> None:
    bench.write(SLOW)
    without_cache(bench)
    bench.build()
    expect(bench.status.locator(".kicker")).to_have_text("Building", timeout=20_000)
    expect(bench.log).to_contain_text("tick-2")
    assert [cell for cell in bench.cells() if "RUN" in cell and "running" in cell]
    assert "tick-8" not in bench.log.inner_text()
    bench.built()
    expect(bench.log).to_contain_text("over")
    assert not [cell for cell in bench.cells() if "running" in cell]


def test_stages_stand_side_by_side_with_an_arrow_between(bench: BenchPage) -> None:
    bench.write(
        "FROM busybox:latest AS tools\nRUN echo 1 > /made\nFROM busybox:latest\nCOPY --from=tools /made /made\n"
    )
    bench.build()
    bench.built()
    expect(bench.graph).to_contain_text(re.compile("tools", re.IGNORECASE))
    tools = bench.graph.locator("[data-id]").filter(has_text="RUN echo 1").bounding_box()
    final = bench.graph.locator("[data-id]").filter(has_text="COPY --from=tools").bounding_box()
    assert tools is not None
    assert final is not None
    assert tools["x"] + tools["width"] <= final["x"]


def test_the_second_build_is_marked_as_cached(bench: BenchPage) -> None:
    bench.build()
    bench.built()
    bench.page.reload()
    bench.editor.wait_for()
    bench.build()
    expect(bench.page.get_by_role("tab", name="Builds (2)")).to_be_visible()
    bench.built()
    expect(bench.graph).to_contain_text("cached")
    assert [cell for cell in bench.cells() if "cached" in cell]


def test_cancel_stops_the_build(bench: BenchPage) -> None:
    bench.write("FROM busybox:latest\nRUN echo begun; sleep 600\n")
    without_cache(bench)
    bench.build()
    expect(bench.log).to_contain_text("begun", timeout=20_000)
    bench.status.get_by_role("button", name="Cancel").click()
    bench.built("Cancelled")


def test_a_failure_leads_to_its_line(bench: BenchPage) -> None:
    bench.write("FROM busybox:latest\nRUN true\nRUN echo last words; exit 7\n")
    bench.build()
    bench.built("Failed")
    expect(bench.status).to_contain_text("exit code 7")
    expect(bench.status).to_contain_text("last words")
    bench.status.get_by_role("button", name="Line 3").click()
    expect(bench.page.locator(".cm-activeLine")).to_contain_text("RUN echo last words")


def test_a_mistake_is_told_before_anything_is_queued(bench: BenchPage, watch: Watch) -> None:
    watch.expect("422")
    bench.write("FROM busybox:latest\nCOPY greting.txt /\n")
    bench.build()
    bench.built("Not built")
    expect(bench.status).to_contain_text("greeting.txt")
    expect(bench.status).to_contain_text("Nothing was built")


def test_a_page_whose_server_dies_catches_up(bench: BenchPage, stack: Stack, watch: Watch) -> None:
    watch.expect(r"WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource")
    bench.write(SLOW)
    without_cache(bench)
    bench.build()
    expect(bench.log).to_contain_text("tick-1", timeout=20_000)
    old = stack.kill("web")
    stack.wait_new("web", old)
    bench.built()
    text = bench.log.inner_text()
    assert re.findall(r"tick-(\d)", text) == list("12345678")


def test_a_wall_of_output_keeps_the_page_alive(bench: BenchPage) -> None:
    bench.write("FROM busybox:latest\nRUN i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done\n")
    without_cache(bench)
    bench.build()
    expect(bench.status.locator(".kicker")).to_have_text("Building", timeout=20_000)
    longest = bench.page.evaluate(
        """() => new Promise(done => {
            let last = performance.now(), longest = 0; const end = last + 2000;
            const tick = now => {
                longest = Math.max(longest, now - last); last = now;
                now < end ? requestAnimationFrame(tick) : done(longest);
            };
            requestAnimationFrame(tick);
        })"""
    )
    bench.built()
    assert longest < 1000, f"the page stood still for {longest:.0f} ms"
