"""Rules of the options of deletions and writes."""

from typing import Any

import pytest

from playground.kube.apiserver.validation.delete_options import (
    validate_delete_options,
    validate_patch_options,
    validate_write_options,
)

from .support import told

UNSAFE = "ignoreStoreReadErrorWithClusterBreakingPotential"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, []),
        ({"propagationPolicy": "Orphan", "dryRun": ["All"]}, []),
        (
            {"propagationPolicy": "Later"},
            [
                (
                    'propagationPolicy: Unsupported value: "Later": '
                    'supported values: "Foreground", "Background", "Orphan", "nil"'
                )
            ],
        ),
        (
            {"propagationPolicy": "Orphan", "orphanDependents": True},
            ['propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set'],
        ),
        ({"dryRun": ["Some"]}, ['dryRun: Unsupported value: ["Some"]: supported values: "All"']),
        (
            {UNSAFE: True, "gracePeriodSeconds": 0},
            [f"{UNSAFE}: Invalid value: true: cannot be set together with .gracePeriodSeconds"],
        ),
    ],
)
def test_a_deletion_has_one_policy(options: dict[str, Any], says: list[str]) -> None:
    assert told(validate_delete_options(options, None, "")) == says


def test_a_write_tells_who_and_how_strictly() -> None:
    assert validate_write_options({"fieldManager": "kubectl", "fieldValidation": "Strict"}, None, "") == []
    assert told(validate_write_options({"fieldManager": "m" * 129, "fieldValidation": "Loud"}, None, "")) == [
        "fieldManager: Too long: may not be more than 128 bytes",
        'fieldValidation: Unsupported value: "Loud": supported values: "", "Ignore", "Strict", "Warn"',
    ]


def test_only_apply_is_forced_and_only_apply_needs_a_manager() -> None:
    assert told(validate_patch_options({}, None, "", apply=True)) == [
        "fieldManager: Required value: is required for apply patch"
    ]
    assert told(validate_patch_options({"force": True}, None, "", apply=False)) == [
        "force: Forbidden: may not be specified for non-apply patch"
    ]
