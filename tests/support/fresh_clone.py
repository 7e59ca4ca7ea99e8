"""A copy of the project's files and of nothing that was made from them, as a new clone would be."""

import shutil
from pathlib import Path

import clone
from tests.architecture.sources import project_files


def copy_to(folder: Path) -> Path:
    """Make it; answers *folder*."""
    for path in project_files():
        target = folder / path.relative_to(clone.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return folder
