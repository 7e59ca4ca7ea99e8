"""kubectl set image."""

import pytest

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment, pod


def test_images_change_by_name_or_all_at_once(kubectl: Console) -> None:
    kubectl.make(deployment())
    kubectl.make(pod())
    assert kubectl.says("set image deploy/web c=nginx:2") == "deployment.apps/web image updated\n"
    assert kubectl.says("set image deploy/web c=nginx:2") == ""
    assert kubectl.says("set image pod web '*=nginx:3'") == "pod/web image updated\n"
    assert kubectl.stored("pods", "web")["spec"]["containers"][0]["image"] == "nginx:3"


def test_a_cron_jobs_template_is_deeper(kubectl: Console) -> None:
    kubectl.says("create cronjob tick --image=busybox:1 --schedule=@daily")
    assert kubectl.says("set image cronjob/tick tick=busybox:2") == "cronjob.batch/tick image updated\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("set image pod web x=nginx:2", 'error: unable to find container named "x"\n'),
        ("set image pod web", "error: at least one image update is required\n"),
        (
            "set image c=nginx:2",
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n",
        ),
        ("set image pod web c-", "error: invalid image format: c-\n"),
        (
            "set image pod web '*=a' c=b",
            (
                "error: "
                "all containers are already specified by *, but saw more than one container_name=container_image "
                "pairs\n"
            ),
        ),
    ],
)
def test_what_does_not_fit_is_told(kubectl: Console, line: str, says: str) -> None:
    kubectl.make(pod())
    assert kubectl.refuses(line) == says
