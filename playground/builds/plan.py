"""The build graph as the Dockerfile gives it, and which cell of it each vertex of the engine's trace is.

The graph is drawn from the Dockerfile before the engine has said a word, so it never jumps. The engine's own names
cannot be trusted alone: it shares vertices between builds and then tells the name they had in the other one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playground.dockerfile import Dockerfile, Instruction, Stage, locate, normalise, parse_vertex_name, steps
from playground.dockerfile.stages import needed, sources_of, stage_for
from playground.events import wire

LONGEST_TITLE = 500
EXPORT = "export"
"""The id of the last cell: writing the image."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One numbered step: as the wire has it, and the instruction it stands for."""

    shown: wire.Step
    instruction: Instruction
    base: str | None


class Plan:
    """The cells of the stages that this build needs, in the order of the Dockerfile."""

    def __init__(self, dockerfile: Dockerfile, *, target: str, hide: Callable[[str], str]) -> None:
        self._dockerfile = dockerfile
        self._hide = hide
        self._claimed: set[str] = set()
        wanted = needed(dockerfile, target or None)
        self._last: dict[int, str | None] = {}
        self.cells: list[Cell] = []
        for stage in dockerfile.stages:
            if stage.index in wanted:
                self._add(stage)
        ends = [last for index, last in self._last.items() if index == max(wanted, default=-1) and last]
        self.export = wire.Step(
            id=EXPORT, stage="", kind="export", index=0, total=0, title="exporting to image", line=None, inputs=ends
        )

    @property
    def steps(self) -> list[wire.Step]:
        """Everything that can be announced before the engine has said a word."""
        return [*(cell.shown for cell in self.cells), self.export]

    def takes_base(self, step_id: str) -> bool:
        """Is it a FROM that names an image? It runs nothing: the image is here or it is not."""
        return any(cell.shown.id == step_id and cell.base is not None for cell in self.cells)

    def claim(self, vertex_name: str) -> list[str]:
        """The cells that a vertex of this name is: one, several (the engine merges equal FROMs), or none (its own)."""
        name = parse_vertex_name(vertex_name)
        if name is None:
            return [EXPORT] if vertex_name.startswith("exporting to ") else []
        if name.text.startswith("FROM "):
            base = normalise(self._hide(name.text.split()[1]).partition("@")[0])
            found = [cell for cell in self.cells if cell.base is not None and cell.base == base]
        else:
            found = self._by_place(vertex_name) or self._by_text(name.text)
        ids = [cell.shown.id for cell in found]
        self._claimed.update(ids)
        return ids

    def _by_place(self, vertex_name: str) -> list[Cell]:
        instruction = locate(self._dockerfile, vertex_name)
        return [cell for cell in self._free() if cell.instruction is instruction][:1]

    def _by_text(self, text: str) -> list[Cell]:
        """For a vertex that another build has named: the first free step that does the same."""
        return [cell for cell in self._free() if _plain(cell.shown.title) == _plain(text)][:1]

    def _free(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.shown.id not in self._claimed]

    def _add(self, stage: Stage) -> None:
        numbered = steps(stage)
        before = self._last.get(stage.parent) if stage.parent is not None else None
        for index, instruction in enumerate(numbered, start=1):
            sources = (stage_for(self._dockerfile, name) for name in sources_of(instruction))
            taken = [self._last.get(source.index) for source in sources if source is not None]
            shown = wire.Step(
                id=f"{stage.index}.{index}",
                stage=_stage_name(self._dockerfile, stage),
                kind="step",
                index=index,
                total=len(numbered),
                title=" ".join(f"{instruction.keyword} {instruction.text}".split())[:LONGEST_TITLE],
                line=instruction.line,
                inputs=[one for one in (before, *taken) if one],
            )
            from_image = instruction is stage.opening and stage.parent is None
            base = normalise(stage.resolved_base or "") if from_image else None
            self.cells.append(Cell(shown=shown, instruction=instruction, base=base))
            before = shown.id
        self._last[stage.index] = before


def _stage_name(dockerfile: Dockerfile, stage: Stage) -> str:
    """What the column is called: its name, else "final" for the last and the place for others."""
    return stage.name or ("final" if stage is dockerfile.stages[-1] else stage.label)


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "").replace("'", "").split())
