"""`make run`: set up what is not there yet, then start the site. Standard library only.

`--bundle FILE` (`make run BUNDLE=FILE`): set up from what `make bundle` wrote, on a machine without a network.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import bootstrap
import supervise
from console import Failed, fail


def main(words: Sequence[str]) -> int:
    """Set up and serve; 1 if neither can be."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    parser.add_argument("--bundle", type=Path, help="a file that make bundle wrote")
    bundle: Path | None = parser.parse_args(list(words)).bundle
    if not (set_up_from(bundle) if bundle else bootstrap.set_up("run")):
        return 1
    return supervise.main()


def set_up_from(path: Path) -> bool:
    """The same set-up from a bundle."""
    import bundle_file  # noqa: PLC0415 - an ordinary start need not load what it does not use
    import offline  # noqa: PLC0415

    try:
        steps = offline.steps(bundle_file.Bundle(path.expanduser().resolve()))
    except Failed as failed:
        fail(str(failed))
        return False
    return bootstrap.set_up("run", steps)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
