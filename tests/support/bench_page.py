"""The build page as a learner uses it: by what is written on it, not by how it is made."""

import re

from playwright.sync_api import Locator, Page, expect

BUILT_WITHIN = 60_000


class BenchPage:
    """A page that shows a project."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.editor = page.get_by_role("textbox", name=re.compile("Dockerfile|Editor|editor", re.IGNORECASE)).first
        self.status = page.locator("dd-build-status")
        self.graph = page.locator("dd-build-graph")
        self.save_state = page.locator("dd-save-state")

    @property
    def project(self) -> str:
        """The project's id, as the address has it."""
        found = re.search(r"/projects/([^/]+)/", self.page.url)
        assert found is not None, self.page.url
        return found.group(1)

    def write(self, text: str) -> None:
        """Replace what is in the editor."""
        self.editor.click()
        expect(self.editor).to_be_focused()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        expect(self.editor).to_contain_text(next(line for line in reversed(text.splitlines()) if line.strip()))

    def text(self) -> str:
        """What is in the editor."""
        return "\n".join(self.page.locator(".cm-line").all_inner_texts())

    def saved(self) -> None:
        """Wait until the page says so."""
        expect(self.save_state).to_have_text("Saved")

    def build(self) -> None:
        """Press Build."""
        self.page.get_by_role("button", name=re.compile("^Build Ctrl")).click()

    def built(self, word: str = "Built") -> None:
        """Wait until the card says how the build ended."""
        expect(self.status.locator(".kicker")).to_have_text(word, timeout=BUILT_WITHIN)

    def run(self) -> None:
        """Press the card's button."""
        self.status.get_by_role("button", name=re.compile("^Run ")).click()

    @property
    def log(self) -> Locator:
        """The output that is shown."""
        return self.page.get_by_role("log").last

    def cells(self) -> list[str]:
        """The build graph's cells as a screen reader reads them."""
        return [label or "" for label in self.graph.locator("[data-id]").evaluate_all(
            "cells => cells.map(cell => cell.getAttribute('aria-label'))"
        )]  # fmt: skip
