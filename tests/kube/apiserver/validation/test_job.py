"""Rules of a Job: its selector and what may change."""

import pytest

from .support import changed, defaulted, refusals, stored, without
from .workloads import MISMATCH, UID, job

TEMPLATE = ("spec", "template", "spec")
IMAGE = (*TEMPLATE, "containers", 0, "image")


def test_a_job_with_its_generated_selector_is_fine() -> None:
    assert refusals(job()) == []


def test_labels_of_the_user_may_not_contradict_the_generated_ones() -> None:
    spoiled = changed(job(), "spec", "template", "metadata", "labels", "job-name", to="other")
    assert refusals(spoiled)[0].startswith("spec.template.metadata.labels[job-name]: Invalid value: {")
    assert refusals(spoiled)[0].endswith("}: must be 'web'")
    missing = without(job(), "spec", "template", "metadata", "labels", "controller-uid")
    assert refusals(missing) == [f"spec.template.metadata.labels[controller-uid]: Required value: must be '{UID}'"]


def test_a_selector_of_another_kind_is_not_the_generated_one() -> None:
    spoiled = changed(job(), "spec", "selector", to={"matchLabels": {"app": "other"}})
    shown = 'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}'
    told = refusals(spoiled)
    assert told[0] == f"{shown}: `selector` not auto-generated"
    assert told[1].endswith(MISMATCH)


def test_a_manual_selector_only_has_to_match() -> None:
    manual = job(manualSelector=True)
    manual = changed(manual, "spec", "selector", to={"matchLabels": {"app": "web"}})
    assert refusals(changed(manual, "spec", "template", "metadata", "labels", to={"app": "web"})) == []


def test_the_last_pod_of_an_indexed_job_needs_a_host_name() -> None:
    long = changed(job(completions=11, completionMode="Indexed"), "metadata", "name", to="a" * 61)
    shown = "a" * 61
    told = f'metadata.name: Invalid value: "{shown}": will not able to create pod with invalid DNS label: {shown}-10'
    assert told in refusals(long)
    fits = changed(job(completions=10, completionMode="Indexed"), "metadata", "name", to="a" * 61)
    assert told[:13] not in [line[:13] for line in refusals(fits)]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("completions", 2, "spec.completions: Invalid value: 2: field is immutable"),
        ("completionMode", "Indexed", 'spec.completionMode: Invalid value: "Indexed": field is immutable'),
        ("managedBy", "a.io/b", 'spec.managedBy: Invalid value: "a.io/b": field is immutable'),
    ],
)
def test_what_a_job_is_stays(name: str, value: object, told: str) -> None:
    old = stored(defaulted(job()))
    old = changed(old, "metadata", "uid", to=UID)
    assert refusals(changed(old, "spec", name, to=value), old) == [told]


def test_an_indexed_job_grows_with_its_parallelism() -> None:
    old = changed(
        stored(defaulted(job(completions=2, parallelism=2, completionMode="Indexed"))), "metadata", "uid", to=UID
    )
    both = changed(changed(old, "spec", "completions", to=3), "spec", "parallelism", to=3)
    assert refusals(both, old) == []
    assert refusals(changed(old, "spec", "completions", to=3), old) == [
        "spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism"
    ]


def test_what_breaks_a_rule_is_told_twice_of_a_replaced_job() -> None:
    old = changed(stored(defaulted(job())), "metadata", "uid", to=UID)
    negative = "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"
    assert refusals(changed(old, "spec", "backoffLimit", to=-1), old) == [negative, negative]


def test_a_running_jobs_template_stays() -> None:
    old = changed(stored(defaulted(job())), "metadata", "uid", to=UID)
    told = refusals(changed(old, *IMAGE, to="nginx:2"), old)
    assert len(told) == 1
    assert told[0].startswith(
        'spec.template: Invalid value: {"labels":{"app":"web","batch.kubernetes.io/controller-uid":'
    )
    assert told[0].endswith(',"SchedulingGroup":null}}: field is immutable')


def test_a_suspended_job_may_say_where_its_pods_go_and_what_they_need() -> None:
    old = changed(stored(defaulted(job(suspend=True))), "metadata", "uid", to=UID)
    moved = changed(old, *TEMPLATE, "nodeSelector", to={"disk": "ssd"})
    bigger = changed(old, *TEMPLATE, "containers", 0, "resources", to={"requests": {"cpu": "1"}})
    assert refusals(moved, old) == refusals(bigger, old) == []
    told = refusals(changed(old, *IMAGE, to="nginx:2"), old)
    assert told[0].startswith("spec.template.spec: Invalid value: {")
