"""A controller works off its keys, comes back to what failed, names causes, and does not act on stale caches."""

from collections.abc import Mapping

from playground.kube import Cluster
from playground.kube.client.controller import Context, Controller
from playground.kube.client.informers import Handler
from playground.kube.client.workqueue import Item
from playground.kube.programs import Profile
from playground.kube.store import By, Change


class Copier(Controller):
    """Keeps a Secret for each ConfigMap with the label "copy", in the namespace that the label names."""

    name = "copier"

    def handlers(self) -> Mapping[str, Handler]:
        return {"configmaps": self._changed}

    def _changed(self, change: Change) -> None:
        if "copy" in (change.object["metadata"].get("labels") or {}):
            self.enqueue(change.key, change)

    def sync(self, item: Item, by: By) -> None:
        namespace, name = item
        found = self.informers.cache("configmaps").get(namespace, name)
        if found is None:
            return
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"generateName": f"{name}-"}}
        self.api.create(secret, namespace=found["metadata"]["labels"]["copy"], by=by)


PROFILE = Profile("copying", {"copier": Copier})


def manifest(name: str, to: str) -> str:
    """A ConfigMap to be copied."""
    return f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, labels: {{copy: {to}}}}}}}"


def test_what_it_writes_names_actor_cause_and_command() -> None:
    cluster = Cluster(profile=PROFILE)
    cluster.apply(manifest("web", "default"))
    cluster.advance(0)
    change = cluster.changes_since(0)[-1]
    source = next(change for change in cluster.changes_since(0) if change.resource == "configmaps")
    assert (change.resource, change.actor) == ("secrets", "copier")
    assert (change.cause, change.command) == (source.revision, source.command)


def test_what_is_refused_is_tried_again_later_and_later() -> None:
    cluster = Cluster(profile=PROFILE)
    cluster.apply(manifest("web", "nowhere"))
    cluster.advance(1)
    cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: nowhere}}")
    cluster.advance(0)
    assert cluster.list("secrets") == []
    cluster.advance(2)
    assert len(cluster.list("secrets")) == 1


def test_a_restored_cluster_goes_on_with_the_same_back_off() -> None:
    cluster = Cluster(profile=PROFILE)
    cluster.apply(manifest("web", "nowhere"))
    cluster.advance(1)
    again = Cluster.restore(cluster.snapshot(), PROFILE)
    for each in (cluster, again):
        each.apply("{apiVersion: v1, kind: Namespace, metadata: {name: nowhere}}")
        each.advance(2)
    assert [change.record() for change in again.changes_since(0)] == [
        change.record() for change in cluster.changes_since(0)
    ]


def test_it_waits_until_it_has_seen_what_it_wrote() -> None:
    cluster = Cluster(profile=PROFILE)
    copier = Copier(Context(cluster.api, cluster.clock, cluster.names, cluster.informers))
    cluster.apply(manifest("one", "default"))
    cluster.informers.turn()
    copier.queue.add(("default", "one"))
    assert copier.turn()
    copier.queue.add(("default", "one"))
    assert not copier.turn()
    cluster.informers.turn()
    assert copier.turn()
