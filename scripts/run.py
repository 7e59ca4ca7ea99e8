"""`make run`: set up what is not there yet, then start the site. Standard library only."""

import sys

import bootstrap
import supervise


def main() -> int:
    """Set up and serve; 1 if neither can be."""
    if not bootstrap.set_up("run"):
        return 1
    return supervise.main()


if __name__ == "__main__":
    sys.exit(main())
