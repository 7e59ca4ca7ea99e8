"""Which names resources may have."""

import pytest

from playground.kube.apiserver.validation import resource_names


@pytest.mark.parametrize(
    ("name", "native", "extended", "overcommit"),
    [
        ("cpu", True, False, True),
        ("hugepages-2Mi", True, False, False),
        ("nvidia.com/gpu", False, True, False),
        ("kubernetes.io/a", True, False, True),
        ("requests.nvidia.com/gpu", False, False, False),
    ],
)
def test_kinds_of_resources(name: str, *, native: bool, extended: bool, overcommit: bool) -> None:
    assert resource_names.is_native(name) is native
    assert resource_names.is_extended(name) is extended
    assert resource_names.may_overcommit(name) is overcommit


@pytest.mark.parametrize(
    ("name", "value", "whole"),
    [
        ("hugepages-2Mi", "4Mi", True),
        ("hugepages-2Mi", "1Mi", False),
        ("hugepages-x", "1", False),
        ("hugepages-0", "1", False),
    ],
)
def test_huge_pages_are_whole(name: str, value: str, *, whole: bool) -> None:
    complaint = resource_names.page_complaint(name, value)
    assert complaint == ("" if whole else f"{value} is not positive integer multiple of {name}")
