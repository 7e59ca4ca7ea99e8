"""Rules of a Service's addresses."""

from typing import Any

import pytest

from playground.kube.apiserver.validation import service_ips

from .support import told

ONE = {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}
TWO = {
    "clusterIP": "10.0.0.1",
    "clusterIPs": ["10.0.0.1", "fd00::1"],
    "ipFamilies": ["IPv4", "IPv6"],
    "ipFamilyPolicy": "PreferDualStack",
}
NONE = {"clusterIP": "None", "clusterIPs": ["None"]}


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        (ONE, []),
        (TWO, []),
        (NONE, []),
        ({"clusterIP": "10.0.0.1"}, ["spec.clusterIPs: Required value"]),
        (
            {**ONE, "clusterIP": "10.0.0.2"},
            ['spec.clusterIPs: Invalid value: ["10.0.0.1"]: first value must match `clusterIP`'],
        ),
        (
            {"clusterIPs": ["10.0.0.1"]},
            ['spec.clusterIPs: Invalid value: ["10.0.0.1"]: must be empty when `clusterIP` is not specified'],
        ),
        (
            {"ipFamilies": ["IPv4", "IPv5", "IPv4"], "ipFamilyPolicy": "Dual"},
            [
                'spec.ipFamilies[1]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
                'spec.ipFamilies[2]: Duplicate value: "IPv4"',
                (
                    'spec.ipFamilyPolicy: Unsupported value: "Dual": '
                    'supported values: "PreferDualStack", "RequireDualStack", "SingleStack"'
                ),
            ],
        ),
        (
            {"clusterIP": "None", "clusterIPs": ["None", "x"]},
            [
                'spec.clusterIPs: Invalid value: ["None","x"]: \'None\' must be the first and only value',
                'spec.clusterIPs[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
            ],
        ),
        (
            {**TWO, "clusterIPs": ["10.0.0.1", "10.0.0.2"]},
            [
                (
                    'spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: '
                    "may specify no more than one IP for each IP family"
                ),
                'spec.clusterIPs[1]: Invalid value: "10.0.0.2": expected an IPv6 value as indicated by `ipFamilies[1]`',
            ],
        ),
        ({"type": "ExternalName", "clusterIP": "x"}, []),
    ],
)
def test_addresses_of_a_service(spec: dict[str, Any], lines: list[str]) -> None:
    assert told(service_ips.validate_cluster_ips(spec, {})) == lines


@pytest.mark.parametrize(
    ("new", "old", "lines"),
    [
        (TWO, ONE, []),
        (ONE, TWO, []),
        (
            {**ONE, "ipFamilyPolicy": "PreferDualStack"},
            TWO,
            [
                'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": '
                f"must be set to 'SingleStack' when releasing the secondary {what}"
                for what in ("clusterIP", "ipFamily")
            ],
        ),
        (NONE, ONE, ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set']),
        (
            {},
            ONE,
            [
                "spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset",
                "spec.ipFamilies[0]: Invalid value: null: primary ipFamily can not be unset",
            ],
        ),
        (
            {**ONE, "clusterIPs": ["fd00::1"], "ipFamilies": ["IPv6"]},
            ONE,
            [
                'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: may not change once set',
                'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set',
            ],
        ),
        ({"type": "ExternalName"}, ONE, []),
    ],
)
def test_what_may_change_in_addresses(new: dict[str, Any], old: dict[str, Any], lines: list[str]) -> None:
    assert told(service_ips.validate_update(new, old)) == lines
