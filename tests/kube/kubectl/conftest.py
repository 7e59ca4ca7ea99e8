"""A kubectl at a new cluster, in the namespace shop."""

import pytest

from tests.kube.kubectl.console import Console, console


@pytest.fixture
def kubectl() -> Console:
    return console()
