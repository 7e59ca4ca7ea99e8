"""What images take of a learner's room: layers beyond the site's base image, a shared one once."""

from playground.builds.footprint import own_layers, together
from playground.engine.port import Layer


def history(*lines: tuple[str, int], at: float = 1.0) -> tuple[Layer, ...]:
    """A history, oldest first as it is written here, newest first as the engine tells it."""
    told = [Layer(created_by=text, size=size, created_at=at, empty=size == 0) for text, size in lines]
    return tuple(reversed(told))


BASE = ("ADD base", 100)


def test_the_base_image_does_not_count() -> None:
    assert together([own_layers(history(BASE), foundation=1)]) == 0
    assert together([own_layers(history(BASE, ("RUN a", 7)), foundation=1)]) == 7


def test_an_image_from_scratch_counts_whole() -> None:
    assert together([own_layers(history(("COPY x", 5), ("COPY y", 6)), foundation=0)]) == 11


def test_a_layer_that_two_images_share_counts_once() -> None:
    one = own_layers(history(BASE, ("RUN a", 7), ("RUN b", 2)), foundation=1)
    two = own_layers(history(BASE, ("RUN a", 7), ("RUN c", 3)), foundation=1)
    assert together([one, two]) == 7 + 2 + 3
    assert together([one, one]) == 9


def test_the_same_instruction_on_another_base_or_at_another_time_is_another_layer() -> None:
    one = own_layers(history(BASE, ("RUN a", 7)), foundation=1)
    elsewhere = own_layers(history(("ADD other", 100), ("RUN a", 7)), foundation=1)
    again = own_layers((*history(("RUN a", 7), at=2.0), *history(BASE)), foundation=1)
    assert together([one, elsewhere, again]) == 21


def test_lines_without_bytes_take_no_room_but_tell_layers_apart() -> None:
    with_line = own_layers(history(BASE, ("ENV A=1", 0), ("RUN a", 7)), foundation=1)
    assert [size for _, size in with_line] == [7]
    assert with_line != own_layers(history(BASE, ("RUN a", 7)), foundation=1)
