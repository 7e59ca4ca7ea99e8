"""Rules of RuntimeClasses."""

from typing import Any

from .support import LABEL, changed, refusals, stored


def runtime(**given: Any) -> dict[str, Any]:
    meta = {"name": "sandbox"}
    return {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": meta, "handler": "gvisor", **given}


def test_a_handler_is_a_label() -> None:
    assert refusals(runtime()) == []
    assert refusals(runtime(handler="")) == ["handler: Required value"]
    assert refusals(runtime(handler="G")) == [f'handler: Invalid value: "G": {LABEL}']


def test_overhead_is_of_resources() -> None:
    assert refusals(runtime(overhead={"podFixed": {"cpu": "100m"}})) == []
    assert refusals(runtime(overhead={"podFixed": {"cpu": "-1"}})) == [
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'
    ]


def test_tolerations_differ() -> None:
    one = {"key": "a", "operator": "Exists"}
    (told,) = refusals(runtime(scheduling={"tolerations": [one, dict(one)]}))
    assert told.startswith("scheduling.tolerations[1]: Duplicate value: {")


def test_the_handler_stays() -> None:
    old = stored(runtime())
    assert refusals(changed(old, "handler", to="kata"), old) == ['handler: Invalid value: "kata": field is immutable']
