"""docs/security.md is made from what the attacks recorded, and nothing of the catalogue is missing in it."""

import pytest

import security_table
from tests.attacks.catalogue import CATALOGUE

WANTED = {f"{attack.key} {place}" for attack in CATALOGUE for place in attack.places}


@pytest.mark.parametrize("kind", security_table.KINDS)
def test_every_attack_has_a_row_for_each_of_its_places_and_nothing_else_is_there(kind: str) -> None:
    rows = security_table.recorded(security_table.RECORDED / f"{kind}.json")["rows"]
    assert set(rows) == WANTED
    assert "not recorded yet" not in security_table.table(rows)


def test_a_row_that_was_not_recorded_is_a_fault() -> None:
    with pytest.raises(KeyError):
        security_table.table({})


def test_on_the_lab_engine_every_attack_was_tried() -> None:
    rows = security_table.recorded(security_table.RECORDED / "lab.json")["rows"]
    assert not [key for key, row in rows.items() if row["happened"].startswith("not ")]


def test_the_page_is_what_the_records_make() -> None:
    assert security_table.PAGE.read_text(encoding="utf-8") == security_table.page(), "run make security"


def test_nothing_in_a_cell_is_markup() -> None:
    assert security_table.line(["a|b", "<h1>", "c\nd", "*e*"]) == "| a\\|b | \\<h1> | c d | \\*e\\* |"
