"""How much memory this process has held at most."""

import resource
import sys
from typing import Final

MIB: Final = 1024 * 1024


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
