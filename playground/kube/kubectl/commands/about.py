"""kubectl api-resources, auth can-i and explain: what the server has and allows.

Source: k8s.io/kubectl/pkg/cmd/{apiresources,auth,explain}. Nobody is refused anything: there is no authorization.
"""

from playground.kube.kubectl.errors import CommandError, Silent
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.output import aligned
from playground.kube.kubectl.session import Session
from playground.kube.kubectl.targets import resource_for
from playground.kube.objects import kinds, schema
from playground.kube.objects.kinds import RESOURCES, Resource
from playground.kube.objects.schema import FieldType

VERBS = frozenset(
    {
        "get",
        "list",
        "watch",
        "create",
        "update",
        "patch",
        "delete",
        "deletecollection",
        "use",
        "bind",
        "impersonate",
        "escalate",
        "approve",
        "sign",
        "*",
        "proxy",
        "attest",
    }
)
HEADINGS = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"]
NAMES = {"integer": "integer", "int32": "integer", "int64": "integer", "number": "number", "boolean": "boolean"}


def api_resources(session: Session, arguments: Arguments) -> None:
    """List the kinds the server has."""
    if arguments.positional:
        told = " ".join(arguments.positional)
        raise CommandError(f"unexpected arguments: [{told}]\nSee 'kubectl api-resources -h' for help and examples")
    if arguments.text("sort-by") not in {"", "name", "kind"}:
        raise CommandError("--sort-by accepts only name or kind")
    chosen = [item for item in RESOURCES if _asked(item, arguments)]
    by = arguments.text("sort-by")
    chosen.sort(
        key=lambda item: item.kind if by == "kind" else item.plural if by == "name" else (item.group, item.plural)
    )
    if arguments.text("output") == "name":
        for item in chosen:
            session.say(item.qualified)
        return
    rows = [] if arguments.on("no-headers") else [HEADINGS]
    rows += [
        [item.plural, ",".join(item.short_names), item.api_version, str(item.namespaced).lower(), item.kind]
        for item in chosen
    ]
    for line in aligned(rows):
        session.say(line)


def _asked(item: Resource, arguments: Arguments) -> bool:
    if "api-group" in arguments.changed and item.group != arguments.text("api-group"):
        return False
    return "namespaced" not in arguments.changed or item.namespaced == arguments.on("namespaced")


def can_i(session: Session, arguments: Arguments) -> None:
    """Everything is allowed; what is odd about the question is still told."""
    words = arguments.positional
    if arguments.on("list"):
        raise CommandError("listing what is allowed is not part of this simulation")
    if len(words) != 2:
        told = "you must specify two arguments: verb resource or verb resource/resourceName."
        raise CommandError(f"{told}\nSee 'kubectl auth can-i -h' for help and examples.")
    verb, what = words
    if not what.startswith("/"):
        _question(session, arguments, verb, what.partition("/")[0])
    if arguments.on("no-headers"):
        raise CommandError("--no-headers cannot be set without --list specified")
    if not arguments.on("quiet"):
        session.say("yes")


def _question(session: Session, arguments: Arguments, verb: str, word: str) -> None:
    found = kinds.find(word.lower())
    if found is None and word != "*":
        name, _, group = word.partition(".")
        session.warn(
            f"Warning: the server doesn't have a resource type '{name}'"
            + (f" in group '{group}'" if group else "")
            + "\n"
        )
    if found is not None and not found.namespaced and not arguments.on("all-namespaces"):
        group = f" in group '{found.group}'" if found.group else ""
        session.warn(f"Warning: resource '{found.plural}' is not namespace scoped{group}\n")
    if verb not in VERBS:
        session.warn(f"Warning: verb '{verb}' is not a known verb\n")


def explain(session: Session, arguments: Arguments) -> None:
    """Show the fields of a kind, or of what a path of fields leads to. Descriptions are not bundled."""
    if not arguments.positional:
        raise CommandError(
            "You must specify the type of resource to explain. "
            'Use "kubectl api-resources" for a complete list of supported resources.\n'
        )
    if len(arguments.positional) > 1:
        raise CommandError("We accept only this format: explain RESOURCE\n")
    word, *path = arguments.positional[0].split(".")
    resource = resource_for(word)
    if resource.group:
        session.say(f"GROUP:      {resource.group}")
    session.say(f"KIND:       {resource.kind}")
    session.say(f"VERSION:    {resource.version}\n")
    fields = schema.of(resource.api_version, resource.kind).fields
    found: FieldType | None = None
    for name in path:
        found = fields.get(name)
        if found is None:
            raise CommandError(f'field "{path[-1]}" does not exist')
        fields = _inside(found)
    if found is not None:
        session.say(f"FIELD: {path[-1]} <{_type_name(found)}>\n\n")
    if fields:
        session.say("FIELDS:")
        for name in sorted(fields):
            session.say(f"  {name}\t<{_type_name(fields[name])}>{' -required-' if fields[name].required else ''}")


def _inside(declared: FieldType) -> dict[str, FieldType]:
    at = declared
    while at.items is not None:
        at = at.items
    return dict(schema.by_name(at.ref).fields) if at.ref else {}


def _type_name(declared: FieldType) -> str:
    if declared.kind == "array" and declared.items is not None:
        return f"[]{_type_name(declared.items)}"
    if declared.kind == "map" and declared.items is not None:
        return f"map[string]{_type_name(declared.items)}"
    if declared.ref:
        return declared.ref.rpartition(".")[2]
    return NAMES.get(declared.kind, "string" if declared.kind not in {"object", "any"} else "Object")


def group_of_commands(session: Session, arguments: Arguments) -> None:
    """`kubectl rollout` alone: its help, which is not bundled; anything after it is not a command it has."""
    del session
    if arguments.positional:
        told = " ".join(arguments.positional)
        raise CommandError(f"unknown command \"{told}\"\nSee '{arguments.path} -h' for help and examples")
    raise Silent("help is not part of this simulation")
