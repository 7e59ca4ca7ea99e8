"""The catalogue, and how an engine comes to have it."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.engine import base_images
from playground.engine.base_image_making import CannotMake, make, mirrors
from playground.engine.base_image_recipes import BUSYBOX, Recipe
from playground.engine.base_images import BY_REFERENCE, CATALOGUE, CannotProvide, available, ensure, normalise
from playground.engine.fake import FakeEngine
from playground.engine.labels import RECIPE

BUSY = BY_REFERENCE["busybox:latest"]


def quiet(line: str, part: float) -> None:
    """Progress that nobody reads."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replaces the making by an empty archive; lists what was made."""
    recipes: list[str] = []

    def write(recipe: Recipe, archive: Path, progress: Callable[[str, float], None]) -> None:
        progress("making", 0.5)
        recipes.append(recipe.hash)
        archive.write_bytes(b"\0" * 10240)

    monkeypatch.setattr(base_images, "make", write)
    return recipes


def test_every_image_has_names_a_sentence_and_a_recipe_of_its_own() -> None:
    names = [name for image in CATALOGUE for name in image.references]
    assert len(names) == len(set(names))
    assert len({image.recipe.hash for image in CATALOGUE}) == len(CATALOGUE)
    for image in CATALOGUE:
        assert image.sentence.endswith(".")
        assert all(normalise(name) == name for name in image.references)


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("busybox", "busybox:latest"),
        ("docker.io/library/busybox", "busybox:latest"),
        ("library/python:3.11", "python:3.11"),
        ("registry.example:5000/a", "registry.example:5000/a:latest"),
        ("busybox@sha256:00", "busybox@sha256:00"),
    ],
)
def test_references_are_written_one_way(written: str, usual: str) -> None:
    assert normalise(written) == usual


def test_an_image_is_made_once_and_has_all_its_names(tmp_path: Path, made: list[str]) -> None:
    engine = FakeEngine(images=())
    told: list[float] = []
    ensure(engine, "busybox:1.35", tmp_path, lambda line, part: told.append(part))
    ensure(engine, "busybox", tmp_path, quiet)
    assert made == [BUSY.recipe.hash]
    assert set(available(engine)) == {"busybox:latest", "busybox:1.35"}
    assert engine.inspect_image("busybox:1.35").labels[RECIPE] == BUSY.recipe.hash
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_second_engine_gets_the_cached_archive(tmp_path: Path, made: list[str]) -> None:
    for _ in range(2):
        ensure(FakeEngine(images=()), "busybox", tmp_path, quiet)
    assert len(made) == 1


def test_two_who_ask_at_once_make_it_once(tmp_path: Path, made: list[str]) -> None:
    engine = FakeEngine(images=())
    threads = [threading.Thread(target=ensure, args=(engine, "busybox", tmp_path, quiet)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_an_operator_s_image_of_the_same_name_is_left_alone(tmp_path: Path, made: list[str]) -> None:
    engine = FakeEngine(images=("busybox:latest", "busybox:1.35"))
    before = engine.inspect_image("busybox:1.35")
    ensure(engine, "busybox", tmp_path, quiet)
    assert made == []
    assert engine.inspect_image("busybox:1.35") == before


def test_an_image_by_an_older_recipe_is_made_anew_and_its_archive_forgotten(tmp_path: Path, made: list[str]) -> None:
    engine = FakeEngine(images=())
    old = tmp_path / "busybox-latest-0123456789ab.tar"
    old.write_bytes(b"\0" * 10240)
    engine.import_image(old, reference="busybox:latest", changes=[f"LABEL {RECIPE}=0123456789ab"])
    ensure(engine, "busybox", tmp_path, quiet)
    assert made == [BUSY.recipe.hash]
    assert engine.inspect_image("busybox:latest").labels[RECIPE] == BUSY.recipe.hash
    assert not old.exists()


def test_what_can_be_neither_made_nor_pulled_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(recipe: Recipe, archive: Path, progress: object) -> None:
        raise CannotMake("there is no apt-get")

    monkeypatch.setattr(base_images, "make", cannot)
    with pytest.raises(CannotProvide, match=r"there is no apt-get.*nor pulled"):
        ensure(FakeEngine(images=()), "busybox", tmp_path, quiet)


def test_a_name_that_is_in_no_catalogue_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        ensure(FakeEngine(), "nosuch:1", tmp_path, quiet)


def test_busybox_is_made_from_debian_s_package_whole_or_not_at_all(tmp_path: Path) -> None:
    archive = tmp_path / "b.tar"
    make(BUSYBOX, archive, quiet)
    assert archive.stat().st_size > 1_000_000
    again = tmp_path / "again.tar"
    make(BUSYBOX, again, quiet)
    assert archive.read_bytes() == again.read_bytes(), "the same package makes the same archive"
    assert sorted(tmp_path.iterdir()) == [again, archive]


def test_the_mirror_is_the_machine_s_own() -> None:
    assert mirrors()
    assert all(line.startswith("deb ") and line.endswith(" main") and " bookworm" in line for line in mirrors())


def test_a_machine_without_the_tools_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotMake, match="apt-get"):
        make(BUSYBOX, tmp_path / "b.tar", quiet)
    assert not (tmp_path / "b.tar").exists()


def test_an_archive_is_made_without_an_engine_and_once(tmp_path: Path, made: list[str]) -> None:
    paths = {base_images.archive(BUSY, tmp_path, quiet) for _ in range(2)}
    assert paths == {tmp_path / BUSY.archive}
    assert made == [BUSY.recipe.hash]


def test_an_archive_that_cannot_be_made_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(recipe: Recipe, archive: Path, progress: object) -> None:
        raise CannotMake("there is no mmdebstrap")

    monkeypatch.setattr(base_images, "make", cannot)
    with pytest.raises(CannotProvide, match="busybox:latest cannot be made on this machine: there is no mmdebstrap"):
        base_images.archive(BUSY, tmp_path, quiet)


def test_a_cache_that_may_only_be_read_serves_what_it_has(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    base_images.archive(BUSY, tmp_path, quiet)
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("os.access", lambda path, mode: False)
    engine = FakeEngine(images=())
    ensure(engine, "busybox", tmp_path, quiet)
    assert "busybox:latest" in available(engine)
    assert sorted(tmp_path.iterdir()) == before
    assert made == [BUSY.recipe.hash]


def test_what_only_containers_of_the_site_stand_on_is_not_for_learners() -> None:
    names = {name for image in base_images.SERVICES for name in image.references}
    assert names
    assert not names & set(BY_REFERENCE)
