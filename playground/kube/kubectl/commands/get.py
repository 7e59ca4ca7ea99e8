"""kubectl get. Source: k8s.io/kubectl/pkg/cmd/get/get.go. Tables are drawn here: the server does not send them yet."""

from itertools import groupby

from playground.kube.kubectl.errors import CommandError, KubectlError, ServerError, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import GET_FORMATS, aligned, check_format, rendered, table, table_options
from playground.kube.kubectl.session import Json, Session
from playground.kube.kubectl.sorting import custom_columns, sort
from playground.kube.kubectl.targets import Target, choice_of, resources_for, select

WHAT = (
    "You must specify the type of resource to get. "
    'Use "kubectl api-resources" for a complete list of supported resources.'
)
USAGE = (
    "Required resource not specified.\n"
    'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\n'
    "See 'kubectl get -h' for help and examples"
)
Found = list[tuple[Target, Json]]


def get(session: Session, arguments: Arguments) -> None:
    """Show one object, several, or all of some kinds."""
    if not arguments.positional and not arguments.items("filename"):
        session.warn(f"{WHAT}\n")
        raise CommandError(USAGE)
    if arguments.on("watch") or arguments.on("watch-only"):
        raise CommandError("watching is not part of this simulation")
    targets = select(session, arguments.positional, choice_of(arguments, bare_means_all=True))
    found: Found = []
    failures: list[KubectlError] = []
    for target in targets:
        try:
            found.append((target, target.fetch(session)))
        except ServerError as error:
            if not (arguments.on("ignore-not-found") and error.reason == "NotFound"):
                failures.append(error)
    chosen = check_format(arguments, GET_FORMATS)
    if arguments.text("sort-by"):
        found = [found[place] for place in sort([obj for _, obj in found], arguments.text("sort-by"))]
    if chosen in {"", "wide"}:
        _tables(session, arguments, found, several=_several_kinds(arguments, found))
        _tell_nothing(session, arguments, found, failures)
    else:
        _generic(session, arguments, found, chosen)
    raise_all(failures)


def _several_kinds(arguments: Arguments, found: Found) -> bool:
    """Whether names are told with their kinds: more than one was asked for, even if only one has objects."""
    words = arguments.positional
    listed = len(resources_for(words[0])) if len(words) == 1 and "/" not in words[0] else 0
    return listed > 1 or len({target.resource for target, _ in found}) > 1


def _tables(session: Session, arguments: Arguments, found: Found, *, several: bool) -> None:
    options = table_options(arguments, with_kind=several)
    for index, (resource, group) in enumerate(groupby(found, key=lambda pair: pair[0].resource)):
        if index and not arguments.on("no-headers"):
            session.say("")
        for line in table(session, resource, [obj for _, obj in group], options):
            session.say(line)


def _tell_nothing(session: Session, arguments: Arguments, found: Found, failures: list[KubectlError]) -> None:
    if found or failures or arguments.on("ignore-not-found"):
        return
    everywhere = arguments.on("all-namespaces")
    session.warn("No resources found" + ("" if everywhere else f" in {session.namespace} namespace."))


def _generic(session: Session, arguments: Arguments, found: Found, chosen: str) -> None:
    single = len(found) == 1 and found[0][0].given is None
    objects = [obj for _, obj in found]
    if chosen.startswith("custom-columns="):
        rows = custom_columns(chosen.partition("=")[2], objects)
        for line in aligned(rows[1:] if arguments.on("no-headers") else rows):
            session.say(line)
    elif single:
        session.output.append(rendered(chosen, objects[0]))
    elif chosen == "name":
        session.output += [rendered(chosen, obj) for obj in objects]
    elif objects or not arguments.on("ignore-not-found"):
        whole = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": objects}
        session.output.append(rendered(chosen, whole))
