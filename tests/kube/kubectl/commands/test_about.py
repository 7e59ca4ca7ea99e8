"""kubectl api-resources, auth can-i and explain."""

import pytest

from tests.kube.kubectl.console import Console


def test_kinds_are_listed(kubectl: Console) -> None:
    assert kubectl.says("api-resources --api-group=policy") == (
        "NAME                   SHORTNAMES   APIVERSION   NAMESPACED   KIND\n"
        "poddisruptionbudgets   pdb          policy/v1    true         PodDisruptionBudget\n"
    )
    names = kubectl.says("api-resources --namespaced=false -o name").splitlines()
    assert "nodes" in names
    assert "pods" not in names
    assert kubectl.says("api-resources --no-headers --sort-by=kind").splitlines()[0].split()[-1] == "Binding"


def test_everything_is_allowed(kubectl: Console) -> None:
    assert kubectl.says("auth can-i create pods") == "yes\n"
    assert kubectl.says("auth can-i get /healthz -q") == ""


@pytest.mark.parametrize(
    ("question", "warning"),
    [
        ("fly pods", "verb 'fly' is not a known verb"),
        ("get nodes", "resource 'nodes' is not namespace scoped"),
        ("get widgets.acme.io", "the server doesn't have a resource type 'widgets' in group 'acme.io'"),
    ],
)
def test_an_odd_question_is_warned_of(kubectl: Console, question: str, warning: str) -> None:
    result = kubectl(f"auth can-i {question}")
    assert (result.stdout, result.stderr) == ("yes\n", f"Warning: {warning}\n\n")


def test_fields_are_explained(kubectl: Console) -> None:
    assert kubectl.says("explain pdb.spec") == (
        "GROUP:      policy\nKIND:       PodDisruptionBudget\nVERSION:    v1\n\n"
        "FIELD: spec <PodDisruptionBudgetSpec>\n\n\n"
        "FIELDS:\n  maxUnavailable\t<string>\n  minAvailable\t<string>\n"
        "  selector\t<LabelSelector>\n  unhealthyPodEvictionPolicy\t<string>\n"
    )
    result = kubectl("explain pod.colour")
    assert (result.rc, result.stderr) == (1, 'error: field "colour" does not exist\n')


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("api-resources x", "unexpected arguments: [x]\nSee 'kubectl api-resources -h' for help and examples"),
        ("api-resources --sort-by=age", "--sort-by accepts only name or kind"),
        ("auth can-i --list", "listing what is allowed is not part of this simulation"),
        ("explain a b", "We accept only this format: explain RESOURCE"),
    ],
)
def test_what_is_no_question_is_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(line).strip() == f"error: {says}"
