"""What is in a bundle is used only after its table has vouched for it; what is wrong with one is one sentence."""

import gzip
import json
import tarfile
from pathlib import Path

import pytest

import bundle_file
from bundle_file import TABLE, Bundle
from console import Failed

CONTENT = b"seven words that lie in one file" * 5000


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A small bundle."""
    folder = tmp_path / "folder"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "a.whl").write_bytes(CONTENT)
    (folder / "wheels" / "b.whl").write_bytes(b"b")
    (folder / "packed.gz").write_bytes(gzip.compress(CONTENT))
    bundle_file.write(tmp_path / "b.tar", folder, bundle_file.facts())
    return tmp_path / "b.tar"


def refusal(path: Path) -> str:
    """The sentence with which a bundle is refused."""
    with pytest.raises(Failed) as refused:
        Bundle(path)
    return str(refused.value)


def test_what_was_put_in_comes_out(written: Path, tmp_path: Path) -> None:
    bundle = Bundle(written)
    assert bundle.names("wheels") == ["wheels/a.whl", "wheels/b.whl"]
    taken = bundle.take_folder("wheels", tmp_path / "taken")
    assert [path.read_bytes() for path in taken] == [CONTENT, b"b"]


def test_what_was_compressed_comes_out_as_it_was(written: Path, tmp_path: Path) -> None:
    Bundle(written).take("packed.gz", tmp_path / "packed", unpack=True)
    assert (tmp_path / "packed").read_bytes() == CONTENT


def test_writing_says_the_hash_of_the_whole(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"a")
    digest = bundle_file.write(tmp_path / "b.tar", tmp_path / "folder", bundle_file.facts())
    assert digest == bundle_file.sha256(tmp_path / "b.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "folder"]


def test_a_cut_file_is_refused_when_it_is_opened(written: Path) -> None:
    with written.open("r+b") as file:
        file.truncate(written.stat().st_size // 2)
    assert refusal(written) == f"The bundle {written} is cut off or damaged; copy it again."


def test_a_changed_byte_is_noticed_and_nothing_is_left(written: Path, tmp_path: Path) -> None:
    content = bytearray(written.read_bytes())
    content[content.index(CONTENT) + 777] ^= 1
    written.write_bytes(content)
    bundle = Bundle(written)
    with pytest.raises(Failed, match=r"is damaged: wheels/a\.whl has not the SHA-256"):
        bundle.take("wheels/a.whl", tmp_path / "taken" / "a.whl")
    assert not list((tmp_path / "taken").iterdir())


@pytest.mark.parametrize("content", [b"", b"no tar at all" * 1000])
def test_any_other_file_is_no_bundle(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other"
    other.write_bytes(content)
    assert refusal(other).startswith(f"{other} is no bundle of Drydock;")


def test_any_other_tar_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.add(tmp_path / "a", "a")
    assert "is no bundle of Drydock" in refusal(tmp_path / "other.tar")


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == f"The bundle {tmp_path / 'none'} cannot be read: No such file or directory."


def test_a_member_that_the_table_does_not_know_is_refused(written: Path, tmp_path: Path) -> None:
    (tmp_path / "more").write_bytes(b"more")
    with tarfile.open(written, "a") as tar:
        tar.add(tmp_path / "more", "wheels/more.whl")
    assert "is cut off or damaged" in refusal(written)


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    entry = {"size": 1, "sha256": bundle_file.sha256(tmp_path / "a")}
    table = {"format": bundle_file.FORMAT, **bundle_file.facts(), "files": {"wheels/../../a": entry}}
    (tmp_path / TABLE).write_text(json.dumps(table))
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.add(tmp_path / TABLE, TABLE)
        tar.add(tmp_path / "a", "wheels/../../a")
    assert "lead out of its folders" in refusal(tmp_path / "b.tar")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("python", "3.99", "is for Python 3.99; here it is"),
        ("machine", "pdp11", "is for a machine of type pdp11; here it is"),
        ("requirements", "0", "is of another version of Drydock than this clone"),
        ("front_end", "0", "is of another version of Drydock than this clone"),
        ("format", 99, "is of another version of Drydock; make it anew"),
    ],
)
def test_a_bundle_for_something_else_is_refused(tmp_path: Path, key: str, value: object, words: str) -> None:
    table = {"format": bundle_file.FORMAT, **bundle_file.facts(), "files": {}, key: value}
    (tmp_path / TABLE).write_text(json.dumps(table))
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        tar.add(tmp_path / TABLE, TABLE)
    assert words in refusal(tmp_path / "b.tar")
