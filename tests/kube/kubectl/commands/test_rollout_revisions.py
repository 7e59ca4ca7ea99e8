"""kubectl rollout history and undo for what keeps ControllerRevisions."""

from typing import Any

import pytest

from playground.kube.controllers.history import Archive
from playground.kube.store import By
from tests.kube.kubectl.console import PLACE, Console
from tests.kube.kubectl.samples import pod

BY = By("controller")


def workload(kind: str, image: str) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "w"}}, "spec": {"containers": [{"name": "c", "image": image}]}}
    spec: dict[str, Any] = {"selector": {"matchLabels": {"app": "w"}}, "template": template}
    if kind == "StatefulSet":
        spec["serviceName"] = "w"
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "w"}, "spec": spec}


def revise(shop: Console, resource: str, image: str, number: int) -> None:
    """Change the image, and leave the revision that the controller would leave."""
    assert shop(f"set image {resource}/w c={image}").rc == 0
    Archive(shop.api).create(shop.stored(resource, "w"), number, 0, BY)


@pytest.fixture(params=["StatefulSet", "DaemonSet"])
def resource(kubectl: Console, request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    kubectl.make(workload(kind, "nginx:1"))
    found = f"{kind.lower()}s.apps"
    Archive(kubectl.api).create(kubectl.stored(found, "w"), 1, 0, BY)
    return found


def head(resource: str) -> str:
    return resource.replace("s.apps", ".apps") + "/w"


def test_revisions_are_listed(kubectl: Console, resource: str) -> None:
    revise(kubectl, resource, "nginx:2", 2)
    assert kubectl.says(f"rollout history {resource}/w") == (
        f"{head(resource)} \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"
    )


def test_the_last_but_one_comes_back(kubectl: Console, resource: str) -> None:
    revise(kubectl, resource, "nginx:2", 2)
    template = kubectl.stored(resource, "w")["spec"]["template"]
    assert kubectl.says(f"rollout undo {resource}/w --dry-run=server").endswith("rolled back (server dry run)\n")
    assert kubectl.stored(resource, "w")["spec"]["template"] == template
    assert kubectl.says(f"rollout undo {resource}/w") == f"{head(resource)} rolled back\n"
    assert kubectl.stored(resource, "w")["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1"


def test_a_revision_may_be_chosen(kubectl: Console, resource: str) -> None:
    revise(kubectl, resource, "nginx:2", 2)
    revise(kubectl, resource, "nginx:3", 3)
    assert "rolled back" in kubectl.says(f"rollout undo {resource}/w --to-revision=1")
    assert kubectl.says(f"rollout undo {resource}/w --to-revision=1") == (
        f"{head(resource)} skipped rollback (current template already matches revision 1)\n"
    )
    assert kubectl.refuses(f"rollout undo {resource}/w --to-revision=7") == (
        "error: unable to find specified revision 7 in history\n"
    )


def test_a_revision_can_be_looked_at(kubectl: Console, resource: str) -> None:
    revise(kubectl, resource, "nginx:2", 2)
    assert "image: nginx:1\n" in kubectl.says(f"rollout history {resource}/w --revision=1 -o yaml")
    both = kubectl.says(f"rollout history {resource}/w -o yaml")
    assert both.index("image: nginx:1\n") < both.index("image: nginx:2\n")
    assert kubectl.refuses(f"rollout history {resource}/w --revision=7") == (
        "error: unable to find the specified revision\n"
    )
    words = kubectl.says(f"rollout history {resource}/w --revision=1")
    assert words.startswith(f"{head(resource)} with revision #1\nPod Template:\n")
    assert "    Image:\tnginx:1\n" in words
    assert "positive integer: -1" in kubectl.refuses(f"rollout history {resource}/w --revision=-1")


def test_without_a_past_there_is_no_way_back(kubectl: Console, resource: str) -> None:
    assert kubectl.refuses(f"rollout undo {resource}/w") == "error: no last revision to roll back to\n"


def test_other_kinds_have_no_revisions(kubectl: Console) -> None:
    kubectl.make(pod())
    name = pod()["metadata"]["name"]
    assert 'no history viewer has been implemented for "Pod"' in kubectl.refuses(f"rollout history pod/{name}")
    assert 'no rollbacker has been implemented for "Pod"' in kubectl.refuses(f"rollout undo pod/{name}")
    assert kubectl.api.list("pods", PLACE)["items"]
