"""Rules of a Job's spec."""

import pytest

from .support import changed, refusals
from .workloads import NEGATIVE, job

POD = ("spec", "template", "spec", "restartPolicy")


def test_numbers_are_not_negative_in_the_real_order() -> None:
    names = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
    told = refusals(job(**dict.fromkeys(names, -1)))
    assert told == [f"spec.{name}: Invalid value: -1: {NEGATIVE}" for name in names]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            {"maxFailedIndexes": 1},
            [
                "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
                "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
            ],
        ),
        (
            {"backoffLimitPerIndex": 1},
            ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
        ),
        (
            {"completionMode": "Index"},
            ['spec.completionMode: Unsupported value: "Index": supported values: "NonIndexed", "Indexed"'],
        ),
        (
            {"completionMode": "Indexed", "parallelism": 100_001, "completions": 1},
            [
                (
                    "spec.parallelism: Invalid value: 100001: "
                    "must be less than or equal to 100000 when completion mode is Indexed"
                )
            ],
        ),
        (
            {"completionMode": "Indexed", "parallelism": 1},
            ["spec.completions: Required value: when completion mode is Indexed"],
        ),
        (
            {"completionMode": "Indexed", "completions": 1, "backoffLimitPerIndex": 1, "maxFailedIndexes": 2},
            ["spec.maxFailedIndexes: Invalid value: 2: must be less than or equal to completions"],
        ),
        (
            {"completionMode": "Indexed", "completions": 100_001, "backoffLimitPerIndex": 1},
            ["spec.maxFailedIndexes: Required value: must be specified when completions is above 100000"],
        ),
        (
            {"managedBy": "me"},
            ['spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
        ),
        ({"managedBy": "acme.io/" + "a" * 60}, ["spec.managedBy: Too long: may not be more than 63 bytes"]),
        (
            {"podReplacementPolicy": "Now"},
            ['spec.podReplacementPolicy: Unsupported value: "Now": supported values: "Failed", "TerminatingOrFailed"'],
        ),
    ],
)
def test_fields_fit_each_other(spec: dict[str, object], told: list[str]) -> None:
    assert refusals(job(**spec)) == told


def test_pods_do_not_restart_for_ever() -> None:
    wanted = 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    assert refusals(changed(job(), *POD, to="Always")) == [wanted]
    policy = {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}]}
    assert refusals(changed(job(podFailurePolicy=policy), *POD, to="OnFailure")) == [
        (
            'spec.template.spec.restartPolicy: Invalid value: "OnFailure": '
            'only "Never" is supported when podFailurePolicy is specified'
        )
    ]
