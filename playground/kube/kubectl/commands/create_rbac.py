"""kubectl create role, clusterrole, rolebinding and clusterrolebinding. Nobody enforces roles here.

Source: k8s.io/kubectl/pkg/cmd/create/create_{role,clusterrole,rolebinding,clusterrolebinding}.go.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from playground.kube.kubectl.commands.create_kinds import obj_of
from playground.kube.kubectl.errors import CommandError, Plain
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session
from playground.kube.objects import kinds

GROUP: Final = "rbac.authorization.k8s.io"
VERSION: Final = f"{GROUP}/v1"
VERBS: Final = (
    *("*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection"),
    *("use", "bind", "escalate", "impersonate"),
)
URL_VERBS: Final = ("*", "get", "post", "put", "delete", "patch", "head", "options")
ROLES: Final = ((GROUP, "roles"), (GROUP, "clusterroles"))
# Verbs that only make sense for some resources, by group and plural.
SPECIAL_VERBS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "use": (("policy", "podsecuritypolicies"), ("extensions", "podsecuritypolicies")),
    "bind": ROLES,
    "escalate": ROLES,
    "impersonate": (
        *(("", name) for name in ("users", "serviceaccounts", "groups")),
        ("authentication.k8s.io", "userextras"),
    ),
}


def role(session: Session, arguments: Arguments, name: str) -> Json:
    """A Role of one rule for each API group."""
    verbs = _verbs(arguments)
    if not verbs:
        raise CommandError("at least one verb must be specified")
    _warn_of(session, verbs)
    words = _split(arguments, "resource")
    if not words:
        raise CommandError("at least one resource must be specified")
    rules = _rules(words, verbs, list(dict.fromkeys(arguments.items("resource-name"))))
    return obj_of(VERSION, "Role", name, rules=rules)


def cluster_role(session: Session, arguments: Arguments, name: str) -> Json:
    """A ClusterRole, which may also be about URLs, or gather the rules of others."""
    verbs, words, urls = _verbs(arguments), _split(arguments, "resource"), _split(arguments, "non-resource-url")
    names = list(dict.fromkeys(arguments.items("resource-name")))
    gathered = dict(pair.split("=", 1) for given in arguments.items("aggregation-rule") for pair in given.split(","))
    if gathered:
        if verbs or words or urls or names:
            told = "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            raise CommandError(told)
        selectors = [{"matchLabels": gathered}]
        return obj_of(VERSION, "ClusterRole", name, aggregationRule={"clusterRoleSelectors": selectors}, rules=None)
    if not verbs:
        raise CommandError("at least one verb must be specified")
    if not words and not urls:
        raise CommandError("one of resource or nonResourceURL must be specified")
    rules: list[Json] = []
    if words:
        _warn_of(session, verbs)
        rules = _rules(words, verbs, names)
    if urls:
        _check_urls(verbs, urls)
        rules.append({"verbs": verbs, "nonResourceURLs": urls})
    return obj_of(VERSION, "ClusterRole", name, rules=rules)


def _split(arguments: Arguments, flag: str) -> list[str]:
    return list(dict.fromkeys(word for given in arguments.items(flag) for word in given.split(",")))


def _verbs(arguments: Arguments) -> list[str]:
    verbs = _split(arguments, "verb")
    return ["*"] if "*" in verbs else verbs


def _warn_of(session: Session, verbs: Iterable[str]) -> None:
    for verb in verbs:
        if verb not in VERBS:
            session.warn(f"Warning: '{verb}' is not a standard resource verb")


def _rules(words: Sequence[str], verbs: list[str], names: list[str]) -> list[Json]:
    """Return one rule for each API group, in the order of their names. Raises KubectlError."""
    groups: dict[str, list[str]] = {}
    for word in ["*"] if "*" in words else words:
        kind, _, subresource = word.partition("/")
        group, plural = _resource(kind, verbs)
        groups.setdefault(group, []).append(f"{plural}/{subresource}" if subresource else plural)
    rules = []
    for group in sorted(groups):
        rule: Json = {"verbs": verbs, "apiGroups": [group], "resources": list(dict.fromkeys(groups[group]))}
        rules.append(rule | ({"resourceNames": names} if names else {}))
    return rules


def _resource(word: str, verbs: Sequence[str]) -> tuple[str, str]:
    """Return the group and the plural of `rs.apps`; a star stands for itself."""
    plural, _, group = word.partition(".")
    if not plural:
        raise CommandError("resource must be specified if apiGroup/subresource specified")
    if plural == "*":
        return group, plural
    found = kinds.find(word.lower())
    place = (found.group, found.plural) if found is not None else (group, plural)
    special = False
    for verb in verbs:
        if verb in SPECIAL_VERBS:
            if place not in SPECIAL_VERBS[verb]:
                raise CommandError(f"can not perform '{verb}' on '{place[1]}' in group '{place[0]}'")
            special = True
    if found is None and not special:
        within = f' in group "{group}"' if group else ""
        raise Plain(f'the server doesn\'t have a resource type "{plural}"{within}')
    return place


def _check_urls(verbs: Iterable[str], urls: Iterable[str]) -> None:
    for verb in verbs:
        if verb not in URL_VERBS:
            raise CommandError(f"invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url != "*" and not url.startswith("/"):
            raise CommandError("nonResourceURL should start with /")
        if "*" in url[:-1]:
            raise CommandError("nonResourceURL only supports wildcard matches when '*' is at the end")


def role_binding(session: Session, arguments: Arguments, name: str) -> Json:
    """A RoleBinding of users, groups and service accounts."""
    del session
    own, shared = arguments.text("role"), arguments.text("clusterrole")
    if bool(own) == bool(shared):
        raise CommandError("exactly one of clusterrole or role must be specified")
    return _binding("RoleBinding", name, "Role" if own else "ClusterRole", own or shared, arguments)


def cluster_role_binding(session: Session, arguments: Arguments, name: str) -> Json:
    """A ClusterRoleBinding of users, groups and service accounts."""
    del session
    return _binding("ClusterRoleBinding", name, "ClusterRole", arguments.text("clusterrole"), arguments)


def _binding(kind: str, name: str, role_kind: str, role_name: str, arguments: Arguments) -> Json:
    subjects = [{"kind": "User", "apiGroup": GROUP, "name": user} for user in arguments.items("user")]
    subjects += [{"kind": "Group", "apiGroup": GROUP, "name": group} for group in arguments.items("group")]
    for account in arguments.items("serviceaccount"):
        place, _, bare = account.partition(":")
        if not place or not bare or ":" in bare:
            raise CommandError("serviceaccount must be <namespace>:<name>")
        subjects.append({"kind": "ServiceAccount", "namespace": place, "name": bare})
    reference = {"apiGroup": GROUP, "kind": role_kind, "name": role_name}
    return obj_of(VERSION, kind, name, roleRef=reference) | ({"subjects": subjects} if subjects else {})
