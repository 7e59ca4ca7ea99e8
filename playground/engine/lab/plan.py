"""What the starter decided and the processes of the engine carry out, as one JSON file; and the limits as the shim and
the watcher read them. Pure but for the reading and writing.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from playground.engine.lab.cgroups import Bounds
from playground.engine.lab.disk import Disk
from playground.engine.lab.notes import Missing
from playground.engine.limits import Limit

OF_CONTAINERS = frozenset({"run.memory_most", "run.cpus_most", "run.processes", "run.disk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One start of the engine. *disk*: None where there is none; *egress*: builds may
    install packages; *missing*: what the starter could not have."""

    state: Path
    group: str
    limits: Mapping[str, Mapping[str, int | str]]
    learners: Bounds
    disk: Disk | None = None
    cgroups: str = ""
    swap: bool = False
    egress: bool = False
    missing: tuple[Missing, ...] = ()


def limits_of(table: Mapping[str, Limit]) -> dict[str, dict[str, int | str]]:
    """The limits of a RUN step and of a container; for a container the most that a learner may ask for."""
    return {
        "build": {
            "memory": table["build.memory"].value,
            "memory_text": table["build.memory"].text,
            "millicpus": table["build.cpus"].value,
            "processes": table["build.processes"].value,
            "disk": table["build.disk"].value,
            "disk_text": table["build.disk"].text,
        },
        "run": {
            "memory": table["run.memory_most"].value,
            "millicpus": table["run.cpus_most"].value,
            "processes": table["run.processes"].value,
            "disk": table["run.disk"].value,
        },
    }


def names_ours(keys: Collection[str]) -> bool:
    """Whether an operator's overrides concern the engine, and not only what Drydock itself sees to."""
    return any(key.startswith(("build.", "engine.")) or key in OF_CONTAINERS for key in keys)


def write(file: Path, plan: Plan) -> None:
    """All of it."""
    told = {**asdict(plan), "state": str(plan.state)}
    if plan.disk is not None:
        told["disk"]["file"] = str(plan.disk.file)
    file.write_text(json.dumps(told, indent=1))


def read(file: Path) -> Plan:
    """The same again. Raises `OSError`, `ValueError`, `KeyError` for what is none."""
    told = json.loads(file.read_text())
    disk = told.pop("disk")
    return Plan(
        state=Path(told.pop("state")),
        learners=Bounds(**told.pop("learners")),
        missing=tuple(Missing(**one) for one in told.pop("missing")),
        disk=None if disk is None else Disk(**{**disk, "file": Path(disk["file"])}),
        **told,
    )
