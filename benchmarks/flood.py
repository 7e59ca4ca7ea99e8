"""A step that writes 100,000 lines: is the page alive, is what was cut told, what does it cost?"""

import statistics
import time
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.report import Line
from tests.conftest import CHROMIUM, FLAGS
from tests.support.bench_page import BenchPage
from tests.support.client import Learner, dockerfile_project
from tests.support.stack import Stack

FLOOD = 100_000
ROUNDS = 3
FRAMES = """() => {
    window.frames_seen = []; let last = performance.now();
    const tick = now => { window.frames_seen.push(now - last); last = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
}"""


def seconds_of(learner: Learner, line: str) -> tuple[float, list[dict[str, Any]]]:
    """Build with that one step, read to the end."""
    project = dockerfile_project(learner, line)
    began = time.monotonic()
    build = learner.build(project, "flood:1", no_cache=True)
    with learner.read(build["stream"]) as reader:
        events = reader.to_end(seconds=120)
    return time.monotonic() - began, events


def measure(stack: Stack) -> list[Line]:
    """With a reader without a browser for the cost, with a browser for the frames."""
    with Learner(stack.url) as learner:
        quiet = statistics.median(seconds_of(learner, f"RUN seq 1 {FLOOD} > /dev/null")[0] for _ in range(ROUNDS))
        floods = [seconds_of(learner, f"RUN seq 1 {FLOOD}") for _ in range(ROUNDS)]
        loud, events = statistics.median(seconds for seconds, _ in floods), floods[0][1]
    shown = sum(len(event["data"].get("lines", ())) for event in events)
    cuts = [event["data"]["sentence"] for event in events if event["type"] == "build.cut"]
    print(f"  of {FLOOD:,} lines {shown:,} were kept; {len(events):,} events; cut: {cuts or 'nothing'}", flush=True)
    assert shown >= FLOOD or cuts, "lines are missing and nobody says so"
    frames = in_browser(stack)
    note = f"{len(frames)} frames, {sum(frame > 100 for frame in frames)} over 100 ms"
    seconds = f"{loud:.2f} s and {quiet:.2f} s"
    return [
        Line(what="build that writes 100,000 lines ÷ the same in silence", value=loud / quiet, note=seconds),
        Line(what="lines of 100,000 that the log has", value=shown, note="; ".join(cuts)),
        Line(what="longest standstill of the page meanwhile", value=max(frames), unit="ms", most=1000, note=note),
    ]


def in_browser(stack: Stack) -> list[float]:
    """Milliseconds between frames while a page shows the flood."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page: Page = browser.new_context(base_url=stack.url).new_page()
        page.goto("/")
        page.get_by_role("button", name="Build your first image").click()
        bench = BenchPage(page)
        bench.editor.wait_for()
        bench.write(f"FROM busybox:latest\nRUN echo {time.time_ns()} && seq 1 {FLOOD}\n")
        bench.saved()
        page.evaluate(FRAMES)
        bench.build()
        bench.built()
        expect(bench.log).to_contain_text("20000")
        frames: list[float] = page.evaluate("window.frames_seen")
        browser.close()
    return frames
