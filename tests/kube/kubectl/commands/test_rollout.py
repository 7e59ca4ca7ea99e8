"""kubectl rollout."""

from typing import Any

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment, pod


@pytest.fixture
def shop(kubectl: Console) -> Console:
    kubectl.make(deployment())
    kubectl.make(pod())
    return kubectl


def revision(shop: Console, number: int, image: str, cause: str = "") -> None:
    """The ReplicaSet that the controller would have left of a revision."""
    uid = shop.stored("deployments.apps", "web")["metadata"]["uid"]
    made: dict[str, Any] = {**deployment(image=image), "kind": "ReplicaSet"}
    made["metadata"]["name"] = f"web-{number}"
    made["spec"]["template"]["metadata"]["labels"]["pod-template-hash"] = str(number)
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": uid, "controller": True}
    annotations = {"deployment.kubernetes.io/revision": str(number)}
    annotations |= {"kubernetes.io/change-cause": cause} if cause else {}
    made["metadata"] |= {"ownerReferences": [owner], "annotations": annotations}
    shop.make(made)


def test_restarting_writes_the_time(shop: Console) -> None:
    assert shop.says("rollout restart deploy/web") == "deployment.apps/web restarted\n"
    template = shop.stored("deployments.apps", "web")["spec"]["template"]
    assert template["metadata"]["annotations"] == {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}


def test_a_rollout_is_paused_once(shop: Console) -> None:
    assert shop.says("rollout pause deploy/web") == "deployment.apps/web paused\n"
    assert shop.refuses("rollout pause deploy/web") == 'error: deployments.apps "web" is already paused\n'
    assert "can't restart paused deployment" in shop.refuses("rollout restart deploy/web")
    assert shop.says("rollout resume deploy/web") == "deployment.apps/web resumed\n"
    assert shop.refuses("rollout resume deploy/web") == 'error: deployments.apps "web" is not paused\n'


def test_revisions_are_listed(shop: Console) -> None:
    assert shop.says("rollout history deploy/web") == "deployment.apps/web \nNo rollout history found.\n"
    revision(shop, 1, "nginx:0", "first")
    revision(shop, 2, "nginx:1")
    assert shop.says("rollout history deploy/web").splitlines()[1:] == [
        "REVISION  CHANGE-CAUSE",
        "1         first",
        "2         <none>",
        "",
    ]


def test_a_rollout_is_undone(shop: Console) -> None:
    assert shop.refuses("rollout undo deploy/web") == 'error: no rollout history found for deployment "web"\n'
    revision(shop, 1, "nginx:0")
    revision(shop, 2, "nginx:1")
    shop.says("annotate deploy/web deployment.kubernetes.io/revision=2 kubernetes.io/change-cause=new")
    assert shop.says("rollout undo deploy/web") == "deployment.apps/web rolled back\n"
    assert shop.stored("deployments.apps", "web")["metadata"]["annotations"] == {
        "deployment.kubernetes.io/revision": "2"
    }
    template = shop.stored("deployments.apps", "web")["spec"]["template"]
    assert template["spec"]["containers"][0]["image"] == "nginx:0"
    assert "pod-template-hash" not in template["metadata"]["labels"]
    assert shop.says("rollout undo deploy/web --to-revision=1") == (
        "deployment.apps/web skipped rollback (current template already matches revision 1)\n"
    )
    assert shop.refuses("rollout undo deploy/web --to-revision=9") == (
        "error: unable to find specified revision 9 in history\n"
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("rollout status", "required resource not specified"),
        ("rollout status pod/web", "no status viewer has been implemented for Pod"),
        ("rollout restart pod/web", 'pods "web" restarting is not supported'),
        ("rollout pause pod/web", 'pods "web" pausing is not supported'),
        ("rollout history pod/web", 'no history viewer has been implemented for "Pod"'),
        ("rollout undo pod/web", 'no rollbacker has been implemented for "Pod"'),
    ],
)
def test_not_everything_rolls_out(shop: Console, line: str, says: str) -> None:
    assert shop.refuses(line) == f"error: {says}\n"


def test_a_rollout_that_goes_on_times_out(shop: Console) -> None:
    result = shop("rollout status deploy/web")
    assert result.stdout == "Waiting for deployment spec update to be observed...\n"
    assert result.stderr == "error: timed out waiting for the condition\n"
    assert shop("rollout status deploy/web --watch=false").rc == 0
