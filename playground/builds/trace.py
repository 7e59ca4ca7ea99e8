"""Turns what the engine tells of a build into the log's events: steps with their lines, whole lines of output, the cut.

No database, no clock: `take` what comes, `flush` what is ready. One `Trace` a build.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from playground.builds.plan import LONGEST_TITLE, Plan
from playground.dockerfile import Dockerfile
from playground.engine import port
from playground.engine.limits import bytes_text
from playground.events import wire

ENGINE_CLIP = "[output clipped, log limit"
"""How BuildKit says that it has dropped output of a step."""
MOST_LINES = 200
LONGEST_LINE = 4000
TAIL = 20
"""Last lines of a step that are kept for the explanation of a failure."""


@dataclass
class _Step:
    shown: wire.Step
    name: str = ""
    state: str = "waiting"
    started: float = 0.0
    partial: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    left: int = 0


class Trace:
    """The fold. *hide* strips the engine's own names.

    *limit* and *step_limit* are the most bytes of output that are kept of the build and of one step.
    """

    def __init__(
        self,
        dockerfile: Dockerfile,
        *,
        target: str,
        hide: Callable[[str], str],
        begin: float,
        limit: int,
        step_limit: int,
    ) -> None:
        self.tail: dict[str, list[str]] = {}
        self.failed: str | None = None
        self._hide = hide
        self._begin = begin
        self._left = limit
        self._limit = limit
        self._step_limit = step_limit
        self._plan = Plan(dockerfile, target=target, hide=hide)
        self._steps = {shown.id: _Step(shown=shown, left=step_limit) for shown in self._plan.steps}
        self._vertices: dict[str, list[str]] = {}
        self._ready: list[tuple[str, wire.Wire]] = [("build.steps", wire.BuildSteps(steps=self._plan.steps))]
        self._lines: dict[str, list[wire.OutputLine]] = {}

    def take(self, event: port.BuildEvent) -> None:
        """One event of the engine."""
        if isinstance(event, port.StepSeen):
            self._seen(event)
        elif isinstance(event, port.StepChanged):
            self._changed(event)
        elif isinstance(event, port.StepOutput):
            self._output(event)
        elif isinstance(event, port.StepProgress):
            self._progress(event)

    def flush(self) -> list[tuple[str, wire.Wire]]:
        """What is ready for the log, in order; empty when there is nothing."""
        self._flush_lines()
        ready, self._ready = self._ready, []
        return ready

    @property
    def waiting_lines(self) -> int:
        """Lines that the next flush will hold."""
        return sum(len(lines) for lines in self._lines.values())

    def finish(self, state: str) -> None:
        """The build is over: unfinished lines become lines, running steps take *state* (failed or cancelled)."""
        for step_id, step in self._steps.items():
            self._end_lines(step_id, step, step.started)
            if step.state == "running":
                self._emit(step_id, step, state, port.StepChanged(id="", state="failed"))

    def counts(self) -> tuple[int, int]:
        """Numbered steps of the Dockerfile, and how many of them came from the cache."""
        numbered = [step for step in self._steps.values() if step.shown.kind == "step"]
        return len(numbered), sum(step.state == "cached" for step in numbered)

    def name(self, step_id: str | None) -> str | None:
        """A step's name as the engine gave it."""
        return self._steps[step_id].name if step_id in self._steps else None

    def _seen(self, event: port.StepSeen) -> None:
        if event.id in self._vertices:
            return
        claimed = self._plan.claim(event.name)
        if not claimed:
            own = f"e{len(self._vertices)}"
            claimed = [own]
            self._steps[own] = _Step(shown=self._engines_own(own, event.name), left=self._step_limit)
            self._flush_lines()
            self._ready.append(("build.steps", wire.BuildSteps(steps=[self._steps[own].shown])))
        for step_id in claimed:
            self._steps[step_id].name = event.name
        self._vertices[event.id] = claimed

    def _engines_own(self, step_id: str, name: str) -> wire.Step:
        """What the engine does beside the steps: loading the context, looking up images."""
        title = " ".join(self._hide(name).split())[:LONGEST_TITLE]
        return wire.Step(id=step_id, stage="", kind="internal", index=0, total=0, title=title, line=None, inputs=[])

    def _changed(self, event: port.StepChanged) -> None:
        for step_id in self._vertices.get(event.id, ()):
            step = self._steps[step_id]
            if event.started:
                step.started = event.started
            if event.state in {"failed", "cancelled"} and self.failed is None:
                self.failed = step_id
            if event.state not in {"waiting", "running"}:
                self._end_lines(step_id, step, event.completed or step.started)
            # The engine calls the same FROM now done, now cached; it ran nothing either way.
            cached = event.state == "done" and self._plan.takes_base(step_id)
            self._emit(step_id, step, "cached" if cached else event.state, event)

    def _end_lines(self, step_id: str, step: _Step, at: float) -> None:
        """What was written without a line end is a line too, once no more can come."""
        for stream, text in step.partial.items():
            if text:
                self._line(step_id, stream, text, at)
        step.partial.clear()

    def _emit(self, step_id: str, step: _Step, state: str, event: port.StepChanged) -> None:
        self._flush_lines()
        step.state = state
        payload = {
            "id": step_id,
            "state": state,
            "started": self._since(event.started),
            "completed": self._since(event.completed),
            "error": self._hide(event.error)[:2000],
        }
        self._ready.append(("build.step", wire.BuildStep.model_validate(payload)))

    def _since(self, moment: float | None) -> float | None:
        return None if moment is None else max(0.0, round(moment - self._begin, 3))

    def _progress(self, event: port.StepProgress) -> None:
        for step_id in self._vertices.get(event.id, ()):
            progress = wire.BuildProgress(
                id=step_id,
                label=self._hide(event.label)[:200],
                current=event.current,
                total=event.total,
                done=event.done,
            )
            self._ready.append(("build.progress", progress))

    def _output(self, event: port.StepOutput) -> None:
        for step_id in self._vertices.get(event.id, ())[:1]:
            step = self._steps[step_id]
            text = step.partial.get(event.stream, "") + event.text
            *lines, rest = text.replace("\r\n", "\n").split("\n")
            if len(rest) > LONGEST_LINE:  # no line end in sight
                lines, rest = [*lines, rest], ""
            step.partial[event.stream] = rest
            for line in lines:
                self._line(step_id, event.stream, line, event.at)

    def _line(self, step_id: str, stream: str, text: str, at: float) -> None:
        if text.startswith(ENGINE_CLIP):
            if not self._steps[step_id].cut:
                sentence = "The engine left out output of this step from here on: it came too fast."
                self._cut(step_id, "engine", 0, sentence)
            return
        text = self._hide(text.rstrip("\r").rsplit("\r", 1)[-1])
        for start in range(0, len(text) or 1, LONGEST_LINE):  # a very long line is several
            self._keep(step_id, stream, text[start : start + LONGEST_LINE], at)

    def _keep(self, step_id: str, stream: str, text: str, at: float) -> None:
        step = self._steps[step_id]
        self.tail.setdefault(step_id, []).append(text)  # also beyond the cut: a failure is explained by its last lines
        del self.tail[step_id][:-TAIL]
        if step.cut:
            return
        size = len(text.encode()) + 1
        self._left -= size
        step.left -= size
        if min(self._left, step.left) < 0:
            step.cut = True
            what, most = ("step", self._step_limit) if step.left < 0 else ("build", self._limit)
            sentence = f"The log is cut here: a {what} may write {bytes_text(most)}. The build went on."
            self._cut(step_id, "limit", most, sentence)
            return
        began = step.started or self._begin
        self._lines.setdefault(step_id, []).append(
            (max(0.0, round(at - began, 3)), "stderr" if stream == "stderr" else "stdout", text)
        )

    def _cut(self, step_id: str, by: str, limit: int, sentence: str) -> None:
        self._flush_lines()
        cut = wire.OutputCut.model_validate({"id": step_id, "by": by, "limit": limit, "sentence": sentence})
        self._ready.append(("build.cut", cut))

    def _flush_lines(self) -> None:
        for step_id, lines in self._lines.items():
            for at in range(0, len(lines), MOST_LINES):
                self._ready.append(("build.output", wire.BuildOutput(id=step_id, lines=lines[at : at + MOST_LINES])))
        self._lines.clear()
