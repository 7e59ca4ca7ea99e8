"""Contents on disk, named by their sha256."""

import hashlib
import os
from pathlib import Path

import pytest

from playground.builds import blobs


def test_a_content_comes_back_under_its_sha256() -> None:
    name = blobs.put(b"hello")
    assert name == hashlib.sha256(b"hello").hexdigest()
    assert blobs.read(name) == b"hello"


def test_nothing_is_a_content_too() -> None:
    assert blobs.read(blobs.put(b"")) == b""


def test_the_same_content_is_kept_once() -> None:
    assert blobs.put(b"same") == blobs.put(b"same")
    assert len(list(blobs.all_blobs())) == 1


def test_using_a_content_again_makes_it_young() -> None:
    path = blobs.path_of(blobs.put(b"old"))
    os.utime(path, (1, 1))
    blobs.put(b"old")
    assert path.stat().st_mtime > 1_000_000


def test_a_crash_while_writing_leaves_no_half_content(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: Path, target: Path) -> Path:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", crash)
        with pytest.raises(OSError, match="no space"):
            blobs.put(b"whole")
    name = hashlib.sha256(b"whole").hexdigest()
    assert not blobs.path_of(name).exists()
    assert blobs.read(blobs.put(b"whole")) == b"whole"


def test_without_any_content_there_is_nothing_to_sweep() -> None:
    assert list(blobs.all_blobs()) == []
