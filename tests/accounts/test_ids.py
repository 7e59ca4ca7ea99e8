"""Names of objects in addresses."""

import re

from playground.accounts.ids import new_id


def test_an_id_is_sixteen_characters_fit_for_an_address_and_an_image_name() -> None:
    assert all(re.fullmatch("[a-z2-7]{16}", new_id()) for _ in range(200))


def test_no_id_comes_twice() -> None:
    assert len({new_id() for _ in range(5000)}) == 5000


def test_every_place_of_an_id_varies() -> None:
    ids = [new_id() for _ in range(500)]
    assert all(len(set(place)) > 20 for place in zip(*ids, strict=True))
