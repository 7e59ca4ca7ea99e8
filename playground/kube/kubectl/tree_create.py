"""The commands below `kubectl create`. Source: k8s.io/kubectl/pkg/cmd/create. A new one is one entry here."""

from collections.abc import Mapping
from typing import Final

from playground.kube.kubectl.command import FILES, MAKE, RULE_FLAGS, SELECT, SOURCES, Command, lists, switches, texts
from playground.kube.kubectl.commands import (
    about,
    create_files,
    create_ingress,
    create_kinds,
    create_rbac,
    create_service,
)
from playground.kube.kubectl.flags import Flag


def _service(kind: str, *flags: Flag, required: tuple[str, ...] = ()) -> Command:
    action = create_kinds.creator(create_service.service_of(kind), f"{kind} service")
    return Command(action, (*MAKE, Flag("tcp", "list"), *flags), required=required)


CREATE: Final[Mapping[str, Command]] = {
    "create": Command(create_files.create, (*FILES, *MAKE, SELECT[0], *switches("edit"), *texts("raw"))),
    "create clusterrole": Command(
        create_kinds.creator(create_rbac.cluster_role, "clusterrole", fails_plainly=True),
        (*MAKE, *RULE_FLAGS, *lists("non-resource-url", "aggregation-rule")),
    ),
    "create clusterrolebinding": Command(
        create_kinds.creator(create_rbac.cluster_role_binding, "clusterrolebinding"),
        (*MAKE, *texts("clusterrole"), *lists("user", "group", "serviceaccount")),
        required=("clusterrole",),
    ),
    "create configmap": Command(create_kinds.creator(create_kinds.config_map, "configmap"), (*MAKE, *SOURCES), ("cm",)),
    "create cronjob": Command(
        create_kinds.creator(create_kinds.cron_job, "cronjob"),
        (*MAKE, *texts("image", "schedule", "restart")),
        ("cj",),
        required=("image", "schedule"),
    ),
    "create deployment": Command(
        create_kinds.creator(create_kinds.deployment, "deployment"),
        (*MAKE, Flag("image", "list"), Flag("port", "int", default=-1), Flag("replicas", "int", short="r", default=1)),
        ("deploy",),
        required=("image",),
    ),
    "create ingress": Command(
        create_kinds.creator(create_ingress.ingress, "ingress"),
        (*MAKE, *texts("class", "default-backend"), *lists("rule", "annotation")),
        ("ing",),
    ),
    "create job": Command(create_kinds.creator(create_kinds.job, "job"), (*MAKE, *texts("image", "from"))),
    "create namespace": Command(
        create_kinds.creator(create_kinds.namespace, "namespace", fails_plainly=True), MAKE, ("ns",)
    ),
    "create poddisruptionbudget": Command(
        create_kinds.creator(create_kinds.budget, "poddisruptionbudgets"),
        (*MAKE, *texts("min-available", "max-unavailable", "selector")),
        ("pdb",),
    ),
    "create priorityclass": Command(
        create_kinds.creator(create_kinds.priority_class, "priorityclass"),
        (*MAKE, Flag("value", "int"), *switches("global-default"), *texts("description", "preemption-policy")),
        ("pc",),
    ),
    "create quota": Command(
        create_kinds.creator(create_kinds.quota, "quota"), (*MAKE, *texts("hard", "scopes")), ("resourcequota",)
    ),
    "create role": Command(create_kinds.creator(create_rbac.role, "role", fails_plainly=True), (*MAKE, *RULE_FLAGS)),
    "create rolebinding": Command(
        create_kinds.creator(create_rbac.role_binding, "rolebinding"),
        (*MAKE, *texts("clusterrole", "role"), *lists("user", "group", "serviceaccount")),
    ),
    "create secret": Command(about.group_of_commands),
    "create secret generic": Command(
        create_kinds.creator(create_kinds.secret, "secret"), (*MAKE, *SOURCES, *texts("type"))
    ),
    "create service": Command(about.group_of_commands, (), ("svc",)),
    "create service clusterip": _service("ClusterIP", Flag("clusterip")),
    "create service externalname": _service("ExternalName", Flag("external-name"), required=("external-name",)),
    "create service loadbalancer": _service("LoadBalancer"),
    "create service nodeport": _service("NodePort", Flag("node-port", "int")),
    "create serviceaccount": Command(
        create_kinds.creator(create_kinds.service_account, "serviceaccount"), MAKE, ("sa",)
    ),
}
