"""Runs every benchmark at a site of its own and prints what it found: `make bench` (it sets up first)."""

import sys
import tempfile
from pathlib import Path

from benchmarks import build_ratio, delay, flood, lab_cost
from benchmarks.report import Line, table
from tests.support.client import Learner
from tests.support.stack import Stack
from tests.support.wait import until

LIMITS = ",".join(
    f"{key}=1000000" for key in ("rate.builds", "rate.writes", "rate.guests_address", "rate.builds_address")
)


def main() -> int:
    """One site, every benchmark; 1 if a target was missed."""
    lines: list[Line] = []
    with (
        tempfile.TemporaryDirectory(prefix="drydock-bench-") as folder,
        Stack(Path(folder) / "var", env={"DRYDOCK_LIMITS": LIMITS}) as stack,
    ):
        until(lambda: base_images_are_made(stack), seconds=900, what="every base image is made", every=0.5)
        for benchmark in (build_ratio, delay, flood, lab_cost):
            print(f"— {benchmark.__name__.rpartition('.')[2]} —", flush=True)
            lines += benchmark.measure(stack)
    print()
    print(table(lines))
    return 1 if any(line.missed for line in lines) else 0


def base_images_are_made(stack: Stack) -> bool:
    """Nothing else may be using the machine."""
    images = Learner(stack.url).call("GET", "/api/images/")["base"]
    return bool(images) and all(image["state"] == "ready" for image in images)


if __name__ == "__main__":
    sys.exit(main())
