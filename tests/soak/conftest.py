"""Marks every test here."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They are long, and need processes and an engine."""
    for item in items:
        if item.path.is_relative_to(HERE):
            for mark in (pytest.mark.soak, pytest.mark.processes, pytest.mark.engine):
                item.add_marker(mark)
