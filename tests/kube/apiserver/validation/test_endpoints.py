"""Rules of Endpoints."""

from typing import Any

import pytest

from .support import LABEL, changed, refusals, stored

S = "subsets[0]"


def endpoints(**subset: Any) -> dict[str, Any]:
    meta = {"name": "e", "namespace": "n"}
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": meta, "subsets": [subset]}


@pytest.mark.parametrize(
    ("subset", "told"),
    [
        ({"addresses": [{"ip": "10.0.0.1", "nodeName": "n"}], "ports": [{"port": 80}]}, []),
        ({}, [f"{S}: Required value: must specify `addresses` or `notReadyAddresses`"]),
        (
            {"notReadyAddresses": [{"ip": "x", "hostname": "A"}]},
            [
                (
                    f'{S}.notReadyAddresses[0].ip: Invalid value: "x": '
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                ),
                f'{S}.notReadyAddresses[0].hostname: Invalid value: "A": {LABEL}',
                f'{S}.notReadyAddresses[0].ip: Invalid value: "x": must be a valid IP address',
            ],
        ),
        (
            {"addresses": [{"ip": "127.0.0.1"}], "ports": [{"port": 0}, {"port": 1, "protocol": "X", "name": "a"}]},
            [
                (
                    f'{S}.addresses[0].ip: Invalid value: "127.0.0.1": '
                    "may not be in the loopback range (127.0.0.0/8, ::1/128)"
                ),
                f"{S}.ports[0].name: Required value",
                f"{S}.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                f'{S}.ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_subset(subset: dict[str, Any], told: list[str]) -> None:
    assert refusals(endpoints(**subset)) == told


def test_subsets_that_were_stored_stay_allowed() -> None:
    old = stored(endpoints(addresses=[{"ip": "127.0.0.1"}]))
    assert refusals(changed(old, "metadata", "labels", to={"a": "b"}), old) == []
