"""`apply FILE…`: applies manifests to a new cluster, plays a script, prints timeline, tables and explanations."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from playground.kube.cluster import Cluster
from playground.kube.commands import actions, nodes, script, tables, timeline
from playground.kube.errors import ApiError
from playground.kube.log import lines
from playground.kube.manifests import ManifestError, read
from playground.kube.objects import kinds

Say = Callable[[str], None]

BOOT = 10.0  # seconds until the nodes are ready and the control plane has settled


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="manifests in YAML or JSON; - is standard input")
    parser.add_argument("--nodes", type=int, default=0, metavar="N", help="start with N nodes of 4 CPUs and 8Gi")
    parser.add_argument("--script", type=Path, metavar="FILE", help="actions to play afterwards, one a line")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the seed of names and uids (0)")
    parser.add_argument("--namespace", "-n", default="default", help="for objects that name none (default)")
    parser.add_argument("--story", action="store_true", help="tell what happened in sentences")
    parser.add_argument("--events", action="store_true", help="show core Events, too, and in a story its details")
    parser.add_argument("--explain", action="store_true", help="explain every pod, not only those that wait")
    parser.add_argument("--log", action="store_true", help="print the log (JSON lines) and nothing else")
    usages = "\n".join(f"  {action.usage}" for action in actions.ACTIONS.values())
    parser.epilog = f"actions of a script, each with `at TIME` before it or `-n NAMESPACE` in it, if wanted:\n{usages}"


def run(args: argparse.Namespace, say: Say) -> int:
    """Play it; the exit status is 1 where something was refused, 2 where a file cannot be read."""
    told: Say = _nowhere if args.log else say
    try:
        texts = [_text(name) for name in args.files]
        steps = script.parse(args.script.read_text(encoding="utf-8")) if args.script else []
    except (OSError, UnicodeDecodeError, script.ScriptError) as error:
        say(f"error: {error}")
        return 2
    cluster = Cluster(seed=args.seed)
    for node in nodes.fleet(args.nodes):
        cluster.apply(node)
    cluster.advance(BOOT)
    begun = cluster.revision
    refused = [text for text in texts if not _apply(cluster, text, args.namespace, told)]
    cluster.run_until_quiet()
    folder = args.script.parent if args.script else Path()
    stage = actions.Stage(cluster, told, lambda name: (folder / name).read_text(encoding="utf-8"))
    fine = script.run(steps, stage) and not refused
    if args.log:
        for line in lines(cluster.changes_since(0)):
            say(line)
    else:
        _report(cluster, begun, args, say)
    return 0 if fine else 1


def _report(cluster: Cluster, begun: int, args: argparse.Namespace, say: Say) -> None:
    """Timeline, tables, and a sentence or more on every pod that waits (or on every pod)."""
    changes = cluster.changes_since(begun)
    if changes:
        say("")
    for line in _told(cluster, begun, args):
        say(line)
    for resource in kinds.RESOURCES:
        touched = {change.key for change in changes if change.resource == resource.qualified}
        if resource.qualified == "events" or not (touched or resource.qualified == "nodes"):
            continue
        shown = tables.table(resource.qualified, cluster.list(resource.qualified), cluster.clock.now)
        for line in ["", *shown] if shown else []:
            say(line)
    for pod in cluster.list("pods", fields="" if args.explain else "spec.nodeName="):
        say(f"\npod {pod['metadata']['namespace']}/{pod['metadata']['name']}:")
        for sentence in actions.explained(cluster, pod["metadata"]["name"], pod["metadata"]["namespace"]):
            say(f"  {sentence}")


def _told(cluster: Cluster, begun: int, args: argparse.Namespace) -> Iterator[str]:
    """What happened, as fields that changed or in sentences."""
    changes = cluster.changes_since(begun)
    start = changes[0].time if changes else 0.0
    if not args.story:
        yield from timeline.timeline(changes, start, events=args.events)
        return
    for sentence in cluster.narrate(begun):
        if args.events or not sentence.detail:
            yield f"{sentence.time - start:+10.3f}s  {sentence.text}"


def _apply(cluster: Cluster, text: str, namespace: str, say: Say) -> bool:
    """Apply a text's objects one by one, as kubectl does: a refusal does not keep the others back."""
    fine = True
    try:
        manifests = read(text)
    except ManifestError as error:
        say(f"error: {error}")
        return False
    for manifest in manifests:
        try:
            for applied in cluster.apply(manifest.object, namespace=namespace):
                say(str(applied))
                for warning in applied.warnings:
                    say(f"Warning: {warning}")
        except ApiError as error:
            fine = False
            say(f"Error from server ({error.reason}): line {manifest.line}: {error.message}")
            for cause in error.status.get("details", {}).get("causes", ()):
                if cause.get("field"):
                    say(f"  line {manifest.line_of(cause['field'])}: {cause['field']}: {cause['message']}")
    return fine


def _text(name: str) -> str:
    """A file's text, or standard input's."""
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


def _nowhere(line: str) -> None:
    """Say nothing: only the log is wanted."""
    del line
