"""Pod addresses of nodes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from playground.kube.kubelet.addresses import Addresses


def test_each_node_has_a_range_of_its_own() -> None:
    addresses = Addresses()
    assert [addresses.prefix(f"n{number}") for number in (0, 1)] == ["10.244.0", "10.244.1"]
    far = [addresses.prefix(f"n{number}") for number in range(3000)]
    assert len(set(far)) == 3000
    assert not any(prefix.startswith("10.96.") for prefix in far)


def test_addresses_go_round_before_one_is_given_again() -> None:
    addresses = Addresses()
    first = addresses.take("n")
    assert first == "10.244.0.2"
    addresses.release("n", first)
    assert addresses.take("n") == "10.244.0.3"
    taken = {addresses.take("n") for _ in range(252)}
    assert first in taken
    assert addresses.take("n") is None


def test_a_new_node_takes_the_place_of_one_that_is_gone() -> None:
    addresses = Addresses()
    addresses.take("a")
    addresses.take("b")
    addresses.forget("a")
    assert addresses.take("c") == "10.244.0.2"


def test_a_node_may_bring_its_range() -> None:
    addresses = Addresses()
    addresses.give("n", "192.168.7.0/24")
    assert addresses.take("n") == "192.168.7.2"


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["a", "b"]), st.integers(0, 9)), max_size=60))
def test_no_address_is_given_twice(actions: list[tuple[bool, str, int]]) -> None:
    held: list[tuple[str, str]] = []
    addresses = Addresses()
    for gives, node, place in actions:
        if gives or not held:
            found = addresses.take(node)
            assert found is not None
            assert (node, found) not in held
            held.append((node, found))
        else:
            addresses.release(*held.pop(place % len(held)))
        again = Addresses()
        again.restore(json.loads(json.dumps(addresses.state())))
        assert again.state() == addresses.state()
