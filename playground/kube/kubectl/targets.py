"""What a command is about: words such as `pod web`, `deploy/web`, `pods -l app=x` or files become objects.

Source: k8s.io/cli-runtime/pkg/resource/builder.go, with its complaints.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from playground.kube.kubectl import files
from playground.kube.kubectl.errors import CommandError, KubectlError, raise_all
from playground.kube.kubectl.flags import Arguments
from playground.kube.kubectl.session import Json, Session
from playground.kube.objects import kinds
from playground.kube.objects.kinds import RESOURCES, Resource

SEPARATE: Final = (
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
    "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
)
NOTHING: Final = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""


@dataclass(frozen=True, slots=True)
class Target:
    """One object a command is about. `given` is it, where it was listed or read from a file; `source` is that file."""

    resource: Resource
    namespace: str
    name: str
    given: Json | None = None
    source: str = ""

    def fetch(self, session: Session) -> Json:
        """Return the object as the server has it."""
        if self.given is not None and not self.source:
            return self.given
        return session.get(self.resource, self.name, self.namespace)


def resource_for(word: str) -> Resource:
    """Return what a word such as `po` or `deployments.apps` names. Raises CommandError."""
    found = kinds.find(word.lower())
    if found is None or not found.plural:
        raise CommandError(f'the server doesn\'t have a resource type "{word.partition(".")[0]}"')
    return found


def resources_for(words: str) -> list[Resource]:
    """Return the resources of `pods,svc` or `all`, each once."""
    found: list[Resource] = []
    for word in words.split(","):
        group = [item for item in RESOURCES if word in item.categories]
        found += group or [resource_for(word)]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Choice:
    """How a command chooses its objects. `bare_means_all`: a type alone stands for all objects of it."""

    selector: str = ""
    fields: str = ""
    select_all: bool = False
    all_namespaces: bool = False
    bare_means_all: bool = False
    filenames: tuple[str, ...] = ()


def choice_of(arguments: Arguments, *, bare_means_all: bool = False) -> Choice:
    """Read the usual flags: -l, --field-selector, --all, -A, -f."""
    return Choice(
        selector=arguments.text("selector"),
        fields=arguments.text("field-selector"),
        select_all=arguments.on("all"),
        all_namespaces=arguments.on("all-namespaces"),
        bare_means_all=bare_means_all,
        filenames=tuple(arguments.items("filename")),
    )


def select(session: Session, words: Sequence[str], choice: Choice) -> list[Target]:
    """Return what the words and flags choose; lists are fetched, single objects are not yet. Raises KubectlError."""
    if choice.filenames:
        if words:
            raise CommandError(
                "when paths, URLs, or stdin is provided as input, you may not specify a resource by arguments as well"
            )
        return _from_files(session, choice.filenames)
    words = _spread(words)
    if words and all("/" in word for word in words):
        return _by_tuples(session, words, choice)
    if any("/" in word for word in words):
        raise CommandError(SEPARATE)
    chosen = choice.selector or choice.fields or choice.select_all or (choice.bare_means_all and len(words) == 1)
    if chosen:
        return _by_selector(session, words, choice)
    return _by_name(session, words, choice)


def _spread(words: Sequence[str]) -> Sequence[str]:
    """`pods,svc web` is `pods/web svc/web`."""
    if len(words) < 2 or "," not in words[0]:
        return words
    return [f"{kind}/{name}" for kind in words[0].split(",") for name in words[1:]]


def _by_tuples(session: Session, words: Sequence[str], choice: Choice) -> list[Target]:
    if choice.selector or choice.fields or choice.select_all:
        raise CommandError("selectors and the all flag cannot be used when passing resource/name arguments")
    pairs = []
    for word in words:
        kind, *rest = word.split("/")
        if len(rest) > 1:
            raise CommandError("arguments in resource/name form may not have more than one slash")
        if not kind or not rest[0] or "," in kind:
            raise CommandError("arguments in resource/name form must have a single resource and name")
        pairs.append((resource_for(kind), rest[0]))
    return [_named(session, resource, name, choice) for resource, name in pairs]


def _named(session: Session, resource: Resource, name: str, choice: Choice) -> Target:
    if resource.namespaced and choice.all_namespaces:
        raise CommandError("a resource cannot be retrieved by name across all namespaces")
    return Target(resource, session.namespace if resource.namespaced else "", name)


def _by_selector(session: Session, words: Sequence[str], choice: Choice) -> list[Target]:
    if len(words) > 1:
        raise CommandError("name cannot be provided when a selector is specified")
    if not words:
        raise CommandError("at least one resource must be specified to use a selector")
    found = []
    for resource in resources_for(words[0]):
        place = "" if choice.all_namespaces or not resource.namespaced else session.namespace
        for item in session.list(resource, place, labels=choice.selector, fields=choice.fields):
            metadata = item["metadata"]
            found.append(Target(resource, metadata.get("namespace") or "", metadata["name"], item))
    return found


def _by_name(session: Session, words: Sequence[str], choice: Choice) -> list[Target]:
    if not words:
        raise CommandError(NOTHING)
    resources = resources_for(words[0])
    if len(words) == 1:
        raise CommandError("resource(s) were provided, but no name was specified")
    return [_named(session, resources[0], name, choice) for name in words[1:]]


def _from_files(session: Session, filenames: Sequence[str]) -> list[Target]:
    return [
        Target(
            resource,
            obj["metadata"].get("namespace") or session.namespace,
            obj["metadata"].get("name") or "",
            obj,
            path,
        )
        for path, resource, obj in files.read_all(session, filenames)
    ]


def each(targets: Iterable[Target], act: Callable[[Target], None]) -> None:
    """Do it to all, going on after a failure; then fail with all that went wrong."""
    failures: list[KubectlError] = []
    for target in targets:
        try:
            act(target)
        except KubectlError as failure:
            failures.append(failure)
    raise_all(failures)
