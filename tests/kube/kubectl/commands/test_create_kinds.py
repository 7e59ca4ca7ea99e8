"""kubectl create KIND."""

import pytest

from tests.kube.kubectl.console import Console


def test_a_deployment_is_made_of_images(kubectl: Console) -> None:
    assert (
        kubectl.says("create deployment web --image=acme/nginx:1,redis --replicas=3") == "deployment.apps/web created\n"
    )
    spec = kubectl.stored("deployments.apps", "web")["spec"]
    assert [container["name"] for container in spec["template"]["spec"]["containers"]] == ["nginx", "redis"]
    assert (spec["replicas"], spec["selector"]["matchLabels"]) == (3, {"app": "web"})


def test_a_command_follows_two_dashes(kubectl: Console) -> None:
    kubectl.says("create job once --image=busybox -- date -u")
    (container,) = kubectl.stored("jobs.batch", "once")["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["date", "-u"]


def test_a_job_may_come_of_a_cron_job(kubectl: Console) -> None:
    assert kubectl.says("create cronjob tick --image=busybox --schedule=@hourly") == "cronjob.batch/tick created\n"
    assert kubectl.says("create job now --from=cronjob/tick") == "job.batch/now created\n"
    made = kubectl.stored("jobs.batch", "now")["metadata"]
    assert made["annotations"]["cronjob.kubernetes.io/instantiate"] == "manual"
    assert made["ownerReferences"][0]["name"] == "tick"


def test_data_comes_of_literals_and_files(kubectl: Console) -> None:
    kubectl.says("create configmap c --from-literal=a=b --from-file=key=notes.yaml", notes="text")
    assert kubectl.stored("configmaps", "c")["data"] == {"a": "b", "key": "text"}
    kubectl.says("create secret generic s --from-env-file=env.yaml", env="# note\nuser=ann\n")
    assert kubectl.stored("secrets", "s")["data"] == {"user": "YW5u"}


def test_policies_are_made_of_flags(kubectl: Console) -> None:
    assert kubectl.says("create pdb p --selector=app=web --max-unavailable=30%") == (
        "poddisruptionbudget.policy/p created\n"
    )
    assert kubectl.stored("poddisruptionbudgets.policy", "p")["spec"]["maxUnavailable"] == "30%"
    kubectl.says("create quota q --hard=cpu=2,pods=7")
    assert kubectl.stored("resourcequotas", "q")["spec"]["hard"] == {"cpu": "2", "pods": "7"}
    assert kubectl.says("create priorityclass high --value=5") == "priorityclass.scheduling.k8s.io/high created\n"
    assert kubectl.says("create namespace north") == "namespace/north created\n"
    assert kubectl.says("create serviceaccount bot") == "serviceaccount/bot created\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "create deployment a b --image=x",
            "exactly one NAME is required, got 2\nSee 'kubectl create deployment -h' for help and examples",
        ),
        ("create deployment a --image=x,y -- sh", "cannot specify multiple --image options and command"),
        ("create job j", "either --image or --from must be specified"),
        ("create configmap c --from-literal=a", "invalid literal source a, expected key=value"),
        ("create configmap c --from-file=gone", "error reading gone: no such file or directory"),
        (
            "create configmap c --from-literal=a=1 --from-literal=a=2",
            'cannot add key "a", another key by that name already exists in Data for ConfigMap "c"',
        ),
        ("create quota q --hard=cpu", "Invalid argument syntax cpu, expected <resource>=<value>"),
        ("create pdb p --min-available=1", "a selector must be specified"),
        ("create pdb p --selector=a=b", "one of min-available or max-unavailable must be specified"),
    ],
)
def test_flags_that_make_nothing_are_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line) == f"error: {says}\n"


def test_a_refusal_tells_what_was_not_created(kubectl: Console) -> None:
    kubectl.says("create configmap c")
    assert kubectl.refuses("create configmap c") == (
        'error: failed to create configmap: configmaps "c" already exists\n'
    )
