"""Steps are done again when, and only when, what they were made from has changed."""

from pathlib import Path

import stamps


def test_the_fingerprint_follows_content_not_time(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    first = stamps.fingerprint([tmp_path])
    file.touch()
    assert stamps.fingerprint([tmp_path]) == first
    file.write_text("2")
    assert stamps.fingerprint([tmp_path]) != first


def test_the_fingerprint_sees_a_file_that_came_or_went(tmp_path: Path) -> None:
    gone = tmp_path / "not-there"
    before = stamps.fingerprint([gone, tmp_path])
    gone.write_text("")
    assert stamps.fingerprint([gone, tmp_path]) != before


def test_a_name_is_part_of_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    before = stamps.fingerprint([tmp_path])
    (tmp_path / "a").rename(tmp_path / "b")
    assert stamps.fingerprint([tmp_path]) != before


def test_a_stamp_holds_for_its_value_only_and_can_be_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "stamps"
    assert not stamps.is_current(folder, "step", "1")
    stamps.put(folder, "step", "1")
    assert stamps.is_current(folder, "step", "1")
    assert not stamps.is_current(folder, "step", "2")
    stamps.drop(folder, "step")
    assert not stamps.is_current(folder, "step", "1")
