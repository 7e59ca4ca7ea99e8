"""Revisions, their history, and which ReplicaSet is the new one."""

from __future__ import annotations

from typing import Any

from playground.kube.controllers.deployment import revisions, sizes
from playground.kube.controllers.deployment.revisions import HISTORY, REVISION, Templates
from playground.kube.objects.frozen import freeze
from tests.kube.controllers.workloads import deployment, template


def a_set(uid: str = "a", image: str = "nginx:1", **annotations: str) -> dict[str, Any]:
    made = template(image, {"app": "web", "pod-template-hash": "abc"})
    return {"metadata": {"uid": uid, "name": uid, "annotations": annotations}, "spec": {"template": made}}


def numbered(number: str | None = None, history: str | None = None) -> dict[str, Any]:
    found = {REVISION: number, HISTORY: history}
    return a_set(**{key: text for key, text in found.items() if text is not None})


def test_the_hash_label_does_not_make_templates_different() -> None:
    wanted = freeze(deployment())
    same, other = freeze(a_set()), freeze(a_set("b", "nginx:2"))
    templates = Templates()
    for _ in range(2):
        assert templates.same(wanted, same)
        assert not templates.same(wanted, other)
    assert not templates.same(freeze(deployment(image="nginx:2")), same)


def test_a_new_set_gets_the_next_revision_and_notes_of_the_size() -> None:
    web = {**deployment(replicas=4), "metadata": {"name": "web", "annotations": {"team": "a", REVISION: "7"}}}
    web["spec"]["strategy"] = {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}
    assert revisions.annotated(web, {}, 8, exists=False) == {
        "team": "a",
        REVISION: "8",
        sizes.DESIRED: "4",
        sizes.MAX: "6",
    }


def test_a_set_that_is_up_to_date_stays_as_it_is() -> None:
    assert revisions.annotated(deployment(), numbered("3"), 3, exists=True) is None
    assert revisions.annotated(deployment(), numbered("3"), 2, exists=True) is None


def test_a_set_that_is_taken_up_again_remembers_its_revisions() -> None:
    assert revisions.annotated(deployment(), numbered("1"), 3, exists=True) == {REVISION: "3", HISTORY: "1"}
    assert revisions.annotated(deployment(), numbered("3", "1"), 5, exists=True) == {REVISION: "5", HISTORY: "1,3"}


def test_a_history_that_is_too_long_loses_its_oldest() -> None:
    long = ",".join(str(number) for number in range(1000, 1400))
    found = revisions.annotated(deployment(), numbered("1400", long), 1500, exists=True)
    assert found is not None
    assert len(found[HISTORY]) <= 2000
    assert found[HISTORY].endswith(",1399,1400")
    assert found[HISTORY].startswith("1001,")


def test_a_revision_that_is_no_number_is_left_alone() -> None:
    assert revisions.revision(numbered("first")) is None
    assert revisions.annotated(deployment(), numbered("first"), 3, exists=True) is None
    assert revisions.highest([numbered("first"), numbered("2"), numbered()]) == 2
