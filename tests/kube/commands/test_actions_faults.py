"""The script's actions for faults say what the faults say."""

from playground.kube import Cluster
from playground.kube.commands import script
from playground.kube.commands.actions import Stage
from playground.kube.commands.actions_faults import FAULTS
from playground.kube.faults import Faults
from playground.kube.programs import LEARNER

STORY = """
stop-node n1
cut-network n2
faults
start-node n1
mend-network n2
slow-registry 3x
mend-registry
stop scheduler
start scheduler
faults
stop-node n9
"""


def test_a_story_of_faults() -> None:
    cluster = Cluster(profile=LEARNER)
    for name in ("n1", "n2"):
        cluster.apply({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "spec": {}})
    cluster.advance(1)
    said: list[str] = []
    assert not script.run(script.parse(STORY), Stage(cluster, said.append, str))
    assert [line.strip() for line in said if not line.startswith(">")] == [
        "Machine n1 was switched off.",
        "The network of machine n2 was cut.",
        "Machine n1 is switched off.",
        "The network of machine n2 is cut.",
        "Machine n1 was switched on.",
        "The network of machine n2 was mended.",
        "The image registry became 3 times as slow.",
        "The image registry works again.",
        "Program default-scheduler was stopped.",
        "Program default-scheduler was started.",
        "Nothing is broken.",
        "line 12: there is no machine n9; there is n1, n2",
    ]


def test_every_fault_has_its_action() -> None:
    methods = {name for name in vars(Faults) if not name.startswith("_")} - {"state", "now"}
    assert {name.replace("-", "_") for name in FAULTS} - {"faults"} == methods
