"""A learner who saves, builds and runs without pause, whatever happens to the site, and notes what was promised."""

import contextlib
import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.support.client import Learner, Refusal
from tests.support.stream import StreamReader
from tests.support.wait import until

LINES = 30
BUILD_WITHIN = 150.0
RUN_WITHIN = 90.0
DOCKERFILE = (
    "FROM busybox:latest\n"
    f"RUN i=0; while [ $i -lt {LINES} ]; do echo built-$i; i=$((i+1)); sleep 0.1; done\n"
    "COPY note.txt /note.txt\n"
    f'CMD ["sh", "-c", "i=0; while [ $i -lt {LINES} ]; do echo ran-$i; i=$((i+1)); sleep 0.1; done; cat /note.txt"]\n'
)


@dataclass
class BusyLearner:
    """Runs in a thread of its own until `over` is set; `problems` must be empty in the end."""

    url: str
    over: threading.Event
    problems: list[str] = field(default_factory=list)
    rounds: int = 0
    attempts: int = 0
    drops: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)

    def work(self) -> None:
        """Round after round."""
        self.learner = Learner(self.url)
        try:
            self.project: str = self._patiently(self.learner.new_project)["id"]
            self._save("Dockerfile", DOCKERFILE)
            for number in itertools.count():
                if self.over.is_set():
                    return
                self._round(number)
                self.rounds += 1
        except Exception as error:  # noqa: BLE001 - a thread's end has to be told to the test
            self.problems.append(f"{type(error).__name__}: {error}")

    def _round(self, number: int) -> None:
        note = f"note {number}"
        self._save("note.txt", note + "\n")
        kept = self._patiently(lambda: self.learner.get(f"/api/projects/{self.project}/files/note.txt")).text
        assert kept == note + "\n", f"a saved file holds {kept!r}, not {note!r}"
        build = self._patiently(lambda: self.learner.build(self.project, f"app:{number % 3}", no_cache=True))
        with self.learner.read(build["stream"]) as reader:
            events = reader.to_end(seconds=BUILD_WITHIN)
        self._check_build(build["id"], events, reader)
        image = events[-1]["data"]["image"]
        if image is not None:
            self._run(image["id"], note)

    def _check_build(self, build: str, events: list[dict[str, Any]], reader: StreamReader) -> None:
        """One beginning, one end, the attempts counted, and the last attempt's lines each once and in order."""
        self.drops += reader.drops
        kinds = [event["type"] for event in events]
        assert kinds.count("build.queued") == kinds.count("build.finished") == 1, kinds
        assert kinds[-1] == "build.finished", kinds
        started = [index for index, kind in enumerate(kinds) if kind == "build.started"]
        numbers = [events[index]["data"]["attempt"] for index in started]
        assert numbers == sorted(set(numbers)), numbers  # one that died before its first word is not told of
        self.attempts += len(numbers)
        end = events[-1]["data"]
        row = self._patiently(lambda: self.learner.build_of(build))
        assert row["state"] == end["state"], f"the row says {row['state']}, the log {end['state']}"
        if end["state"] == "succeeded":
            lines = output(events[started[-1] :], "built-")
            assert lines == [f"built-{n}" for n in range(LINES)], lines
        else:
            assert end["failure"]["code"] == "worker-lost", end
            self.failed.append(end["failure"])

    def _run(self, image: str, note: str) -> None:
        before = {found["id"] for found in self._containers()}
        with contextlib.suppress(requests.RequestException, Refusal):  # asked once: it may have been done all the same
            self.learner.run(image, cpus=1.0)
        new = [found for found in self._containers() if found["id"] not in before]
        assert len(new) <= 1, "one wish, two containers"
        if not new:
            return
        with self.learner.read(new[0]["stream"]) as reader:
            reader.until(
                lambda event: event["type"] == "container.changed" and event["data"]["container"]["state"] == "exited",
                seconds=RUN_WITHIN, what="the container has ended",
            )  # fmt: skip
        self.drops += reader.drops
        assert output(reader.events, "ran-") == [f"ran-{n}" for n in range(LINES)], reader.text()
        assert reader.text().endswith(note), reader.text()
        path = f"/api/containers/{new[0]['id']}/remove/"
        self._patiently(lambda: self.learner.call("POST", path))

    def _containers(self) -> list[dict[str, Any]]:
        found = self._patiently(lambda: self.learner.call("GET", "/api/containers/"))["containers"]
        return [container for container in found if container["state"] not in {"removing", "removed"}]

    def _save(self, path: str, content: str) -> None:
        self._patiently(lambda: self.learner.put_file(self.project, path, content))

    def _patiently(self, call: Any) -> Any:
        """The same call again while the web process is away: every call used here may be made twice."""

        def once() -> Any:
            try:
                return (call(),)
            except requests.RequestException:
                return None
            except Refusal as refusal:
                if refusal.answer.status_code in {409, 429, 502, 503}:
                    return None
                raise

        return until(once, seconds=90, what="the site answers", every=0.2)[0]


def output(events: list[dict[str, Any]], start: str) -> list[str]:
    """The lines of output that begin with *start*."""
    lines = [line[2] for event in events for line in event["data"].get("lines", ())]
    return [line for line in lines if line.startswith(start)]
