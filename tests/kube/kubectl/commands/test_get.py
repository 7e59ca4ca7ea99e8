"""kubectl get."""

from tests.kube.kubectl.console import Console
from tests.kube.kubectl.samples import deployment, node, pod


def test_objects_are_listed(kubectl: Console) -> None:
    kubectl.make(pod())
    kubectl.now += 90
    assert (
        kubectl.says("get pods") == "NAME   READY   STATUS    RESTARTS   AGE\nweb    0/1     Pending   0          90s\n"
    )
    assert kubectl.says("get pods --no-headers") == "web   0/1   Pending   0     90s\n"


def test_kinds_are_told_when_there_are_several(kubectl: Console) -> None:
    kubectl.make(pod())
    kubectl.make(deployment())
    assert kubectl.says("get pods,deploy") == (
        "NAME      READY   STATUS    RESTARTS   AGE\n"
        "pod/web   0/1     Pending   0          0s\n"
        "\n"
        "NAME                  READY   UP-TO-DATE   AVAILABLE   AGE\n"
        "deployment.apps/web   0/2     0            0           0s\n"
    )


def test_labels_and_namespaces_may_be_shown(kubectl: Console) -> None:
    kubectl.make(pod(labels={"b": "2", "a": "1"}))
    assert kubectl.says("get pods -A --show-labels") == (
        "NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   LABELS\n"
        "shop        web    0/1     Pending   0          0s    a=1,b=2\n"
    )


def test_a_label_may_have_a_column(kubectl: Console) -> None:
    kubectl.make(node("n1"))
    kubectl.says("label node n1 topology.kubernetes.io/zone=a")
    lines = kubectl.says("get nodes -L topology.kubernetes.io/zone,x").splitlines()
    assert lines[0].split() == ["NAME", "STATUS", "ROLES", "AGE", "VERSION", "ZONE", "X"]
    assert lines[1].split()[-1] == "a"


def test_nothing_found_is_no_error(kubectl: Console) -> None:
    assert kubectl("get pods").stderr == "No resources found in shop namespace.\n"
    assert kubectl("get pods -A").stderr == "No resources found\n"
    assert kubectl.says("get pods --ignore-not-found") == ""


def test_what_is_there_is_shown_beside_what_is_not(kubectl: Console) -> None:
    kubectl.make(node())
    result = kubectl("get node n0 n1")
    assert (result.rc, result.stdout.splitlines()[1].split()[0]) == (1, "n1")
    assert result.stderr == 'Error from server (NotFound): nodes "n0" not found\n'


def test_objects_are_selected_by_fields(kubectl: Console) -> None:
    kubectl.make(pod("a"))
    kubectl.make(pod("b"))
    assert kubectl.says("get pods --field-selector metadata.name=b -o name") == "pod/b\n"


def test_watching_is_left_out(kubectl: Console) -> None:
    assert kubectl.refuses("get pods -w") == "error: watching is not part of this simulation\n"
