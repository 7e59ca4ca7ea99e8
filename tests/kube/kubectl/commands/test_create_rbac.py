"""kubectl create role, clusterrole, rolebinding and clusterrolebinding."""

import pytest

from tests.kube.kubectl.console import Console

GROUP = "rbac.authorization.k8s.io"


def test_a_role_has_a_rule_for_each_group(kubectl: Console) -> None:
    line = "create role r --verb=get,list --verb=get --resource=rs.apps,pods,pods/log --resource-name=web"
    assert kubectl.says(line) == f"role.{GROUP}/r created\n"
    verbs = {"verbs": ["get", "list"], "resourceNames": ["web"]}
    assert kubectl.stored(f"roles.{GROUP}", "r")["rules"] == [
        {**verbs, "apiGroups": [""], "resources": ["pods", "pods/log"]},
        {**verbs, "apiGroups": ["apps"], "resources": ["replicasets"]},
    ]


def test_an_odd_verb_is_warned_of(kubectl: Console) -> None:
    result = kubectl("create role r --verb=fly --resource=*")
    assert (result.rc, result.stderr) == (0, "Warning: 'fly' is not a standard resource verb\n")


def test_a_cluster_role_is_about_urls_or_other_roles(kubectl: Console) -> None:
    assert kubectl.says("create clusterrole u --verb=get --non-resource-url=/x/*") == f"clusterrole.{GROUP}/u created\n"
    kubectl.says("create clusterrole a --aggregation-rule=team=north")
    made = kubectl.api.get(f"clusterroles.{GROUP}", "a").object
    assert made["aggregationRule"] == {"clusterRoleSelectors": [{"matchLabels": {"team": "north"}}]}


def test_a_binding_has_subjects(kubectl: Console) -> None:
    line = "create rolebinding b --clusterrole=view --user=ann --group=staff --serviceaccount=shop:bot"
    assert kubectl.says(line) == f"rolebinding.{GROUP}/b created\n"
    subjects = kubectl.stored(f"rolebindings.{GROUP}", "b")["subjects"]
    assert [(subject["kind"], subject["name"]) for subject in subjects] == [
        ("User", "ann"),
        ("Group", "staff"),
        ("ServiceAccount", "bot"),
    ]
    assert kubectl.says("create clusterrolebinding b --clusterrole=view") == f"clusterrolebinding.{GROUP}/b created\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("role r", "error: at least one verb must be specified\n"),
        ("role r --verb=get", "error: at least one resource must be specified\n"),
        ("role r --verb=get --resource=foo.bar", 'the server doesn\'t have a resource type "foo" in group "bar"\n'),
        ("role r --verb=bind --resource=pods", "error: can not perform 'bind' on 'pods' in group ''\n"),
        ("clusterrole r --verb=get", "error: one of resource or nonResourceURL must be specified\n"),
        ("clusterrole r --verb=list --non-resource-url=/", "error: invalid verb: 'list' for nonResourceURL\n"),
        ("clusterrole r --verb=get --non-resource-url=x", "error: nonResourceURL should start with /\n"),
        ("rolebinding b", "error: exactly one of clusterrole or role must be specified\n"),
        ("rolebinding b --role=r --serviceaccount=x", "error: serviceaccount must be <namespace>:<name>\n"),
        ("clusterrolebinding b", 'error: required flag(s) "clusterrole" not set\n'),
    ],
)
def test_flags_that_make_nothing_are_told(kubectl: Console, line: str, says: str) -> None:
    assert kubectl.refuses(f"create {line}") == says
