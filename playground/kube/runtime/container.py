"""A running container: what was decided when it started (plan.py), what happened to it (history.py), and the answers.

Nothing ticks: memory, CPU, the end and every answer are functions of the time and of these two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from playground.kube.runtime import answers, capacity, images, logs
from playground.kube.runtime.capacity import Capacity, Performance
from playground.kube.runtime.history import History
from playground.kube.runtime.plan import Plan, commands_of, host_of
from playground.kube.runtime.protocol import Ending, Json, Line, Request, Response, Signal, Start, Why
from playground.kube.runtime.shell.host import Host
from playground.kube.runtime.shell.lexer import NotUnderstood
from playground.kube.runtime.shell.program import Program, rendered
from playground.kube.runtime.shell.run import Run

KILLED: Final = 137  # 128 + SIGKILL
CANNOT_START: Final = 128
PROBE: Final = "kube-probe"
# Programs of servers' images that ask the server whether it is well.
_TOOLS: Final = frozenset(
    {"redis-cli", "valkey-cli", "pg_isready", "psql", "mysqladmin", "mysql", "mongosh", "mongo", "rabbitmq-diagnostics",
     "nginx", "httpd", "healthcheck.sh", "grpc_health_probe"}
)  # fmt: skip


class DefaultContainer:
    """A container of DefaultRuntime. See protocol.Container for what each question means."""

    def __init__(self, start: Start, started_at: float, plan: Plan, past: History) -> None:
        self.start = start
        self.started_at = started_at
        self.plan = plan
        self._past = past
        self._does = plan.behaviour
        self._capacity = Capacity(
            capacity.cores_of(start.cpu_limit, self._does.workers), self._does.cost, self._does.burn, self._does.queue
        )

    # How it ends.

    def ending(self) -> Ending | None:
        """Return how it will end as things stand: the earliest of what would end it."""
        ends = [end for end in (self._own_end(), self._killed(), self._terminated(), self._out_of_memory()) if end]
        return min(ends, key=lambda end: end.at, default=None)

    def _own_end(self) -> Ending | None:
        if self.plan.cannot:
            return Ending(self.started_at, CANNOT_START, "ContainerCannotRun", message=self.plan.cannot)
        program = self.plan.program
        lasts, code = (program.ends, program.code) if program is not None else (self._does.lasts, self._does.code)
        return None if lasts == math.inf else _ended(self.started_at + lasts, code)

    def _killed(self) -> Ending | None:
        at = self._past.killed
        return None if at is None else Ending(at, KILLED, "Error", 9)

    def _terminated(self) -> Ending | None:
        """How SIGTERM ends it, if it does: a trap runs when the command before it is done, as in a shell."""
        at, program = self._past.term, self.plan.program
        if at is None:
            return None
        if program is not None and program.trap is not None and program.serves is None:
            if program.trap.ignores:
                return None
            return _ended(at + _until_free(program, at - self.started_at) + program.trap.seconds, program.trap.code)
        return _ended(at + self._does.stop, self._does.term) if self._does.obeys else None

    def _out_of_memory(self) -> Ending | None:
        limit, past = self.start.memory_limit, self._past
        if past.out_of_memory is not None:
            return Ending(past.out_of_memory, KILLED, "OOMKilled", 9)
        if limit is None:
            return None
        at, now = past.settled, self._bytes(past.settled)
        serving = self.started_at + self._does.start
        if at < serving and now < limit:  # until it serves, it leaks at another rate
            slope = self._slope(at)
            if slope > 0 and at + (limit - now) / slope < serving:
                return Ending(at + (limit - now) / slope, KILLED, "OOMKilled", 9)
            at, now = serving, self._bytes(serving)
        slope = self._slope(at)
        if now >= limit:
            return Ending(at, KILLED, "OOMKilled", 9)
        return Ending(at + (limit - now) / slope, KILLED, "OOMKilled", 9) if slope > 0 else None

    def _over(self, now: float) -> bool:
        end = self.ending()
        return now < self.started_at or (end is not None and end.at <= now)

    # Memory and CPU.

    def memory(self, now: float) -> int:
        """Return the bytes in use."""
        if self._over(now):
            return 0
        limit = self.start.memory_limit
        used = int(self._bytes(now))
        return used if limit is None else min(used, limit)

    def _bytes(self, now: float) -> float:
        inside = self._performed(now).inside if self._does.per_request else 0.0
        return self._does.memory + self._does.per_request * inside + self._leaked(now)

    def _leaked(self, now: float) -> float:
        """Return what has leaked up to a time, over the moment at which it began to serve."""
        total, at = self._past.leaked, self._past.settled
        serving = self.started_at + self._does.start
        if at < serving < now:
            total, at = total + (serving - at) * self._slope(at), serving
        return total + max(0.0, now - at) * self._slope(at)

    def _slope(self, now: float) -> float:
        """Return by how many bytes a second its memory grows."""
        return self._does.leak + ((each := self._does.leak_per_request) and each * self._performed(now).answered)

    def cpu(self, now: float) -> float:
        """Return the cores in use."""
        if self._over(now):
            return 0.0
        wanted = self._performed(now).cpu if self._serves(now) else self._does.burn
        if self.plan.program is not None:
            wanted += self.plan.program.cpu(now - self.started_at)
        limit = self.start.cpu_limit
        return wanted if limit is None else min(wanted, limit)

    # Load.

    def load(self, requests: float, now: float) -> None:
        """Take so many requests a second from now on."""
        if self._does.talk == "none":
            return
        past = self._past
        past.leaked, past.settled = self._leaked(now), now
        past.loaded(now, requests, 0.0)
        past.loaded(now, requests, self._performed(now).answered)
        limit = self.start.memory_limit
        if limit is not None and self._bytes(now) >= limit and not self._over(now):
            past.out_of_memory = now

    def performance(self, now: float) -> Performance:
        """Return what becomes of the load at this time; beyond the protocol, for the traffic's counts."""
        offered = self._past.requests
        if self._over(now) or not self._serves(now):
            return Performance(offered, refused=offered)
        return self._performed(now)

    def _performed(self, now: float) -> Performance:
        """Return what becomes of the load while it serves; nothing is answered before that."""
        offered = self._past.requests
        if not offered or not self._serves(now):
            return Performance(offered, refused=offered, cpu=self._does.burn)
        found = capacity.perform(self._capacity, offered)
        bad = now >= self.started_at + self._does.sick or self._does.status >= 500
        return replace(found, answered=0.0, late=found.late + found.answered) if bad else found

    def _serves(self, now: float) -> bool:
        return self._does.talk != "none" and now >= self.started_at + self._does.start

    def changes_at(self, now: float) -> float | None:
        """Return when a probe's answer or a slope changes next by itself."""
        times = [self.started_at + self._does.start, self.started_at + self._does.sick]
        if self.plan.program is not None:
            times += [self.started_at + each.at for each in self.plan.program.before if each.path]
            times += [self.started_at + at for begin, end, _ in self.plan.program.busy for at in (begin, end)]
        return min((at for at in times if now < at < math.inf), default=None)

    # Questions from outside.

    def answer(self, request: Request, now: float) -> Response:
        """Answer a request; a load slows it down, and a full queue refuses it."""
        if not self.accepts(request.port, now):
            return Response(0, "connection refused\n")
        if self._does.talk == "tcp":
            return Response(0, "malformed HTTP response\n")
        found = self._answered(request, now)
        agent = request.headers.get("User-Agent", PROBE)
        if not agent.startswith(PROBE):
            self._past.ask(now, request.method, request.path, found.status)
        return found

    def _answered(self, request: Request, now: float) -> Response:
        does, load = self._does, self._performed(now)
        seconds = load.seconds or (capacity.alone(self._capacity) if does.cost else 0.0)
        if load.refused > load.offered / 2:
            return Response(503, "the queue is full\n", seconds)
        if self._past.failing and request.headers.get("User-Agent", PROBE).startswith(PROBE):
            return Response(503, "made to fail\n", seconds)
        if now >= self.started_at + does.sick:
            return Response(500, f"error: {now - self.started_at:.3f}s\n", seconds)
        if does.status != 200:
            return Response(does.status, f"status {does.status}\n", seconds)
        if does.talk == "echo":
            return Response(200, answers.echo(self.start, request, self._files(now)), seconds)
        return replace(answers.http(does.flavour, self.start, request, self._files(now)), seconds=seconds)

    def accepts(self, port: int, now: float) -> bool:
        """Tell whether somebody listens on a port."""
        return self._serves(now) and port in self._does.ports and not self._over(now)

    def execute(self, command: tuple[str, ...], now: float) -> int:
        """Run a command inside and return its exit code; what it does to files stays."""
        if self._over(now) or not command or self._past.failing:
            return 1
        return self._run(command, now)[0]

    def takes(self, command: tuple[str, ...], now: float) -> float:
        """Return how many seconds a command would take inside: a hook with `sleep 10` takes ten."""
        return 0.0 if self._over(now) or not command else self._run(command, now)[1]

    def _run(self, command: tuple[str, ...], now: float) -> tuple[int, float]:
        short = command[0].rpartition("/")[2]
        if short in _TOOLS:
            return 0 if any(self.accepts(port, now) for port in self._does.ports) else 1, 0.0
        run = self._shell(now)
        if short not in run.commands and not run.host.anything:
            return 127, 0.0
        try:
            done = run.finish(lambda: setattr(run, "code", run.command([(word,) for word in command])))
        except (NotUnderstood, RecursionError):
            return 0, 0.0
        for each in done.before:
            if each.path:
                self._past.written[each.path] = None if each.text is None else rendered(each.text, 0, now)
        return done.code, done.ends

    def _shell(self, now: float) -> Run:
        known = images.known(images.Reference.of(self.start.image)) or images.UNKNOWN
        host: Host = host_of(self.start, known, lambda url: self._reached(url, now))
        return Run(replace(host, own={}), self.start.env, self._files(now), commands_of(known))

    def _reached(self, url: str, now: float) -> int | None:
        """Return the exit code of a request that a command sends: known of this container only."""
        place, _, path = url.partition("://")[2].partition("/") if "://" in url else url.partition("/")
        host, _, port = place.partition(":")
        if host not in {"localhost", "127.0.0.1", "0.0.0.0", self.start.ip}:  # noqa: S104  an address to compare with
            return None
        status = self.answer(Request(int(port) if port.isdecimal() else 80, f"/{path}"), now).status
        return 0 if 200 <= status < 400 else 1

    def _files(self, now: float) -> dict[str, str]:
        """Return the files that matter: mounted ones, and what its script or commands from outside made of them."""
        files = dict(self.start.files)
        program = self.plan.program
        changed: dict[str, str | None] = {}
        if program is not None:
            for path in {each.path: None for each in (*program.before, *program.round) if each.path}:
                last = program.file(path, now - self.started_at)
                if last is not None:
                    at, turn, text = last
                    changed[path] = None if text is None else rendered(text, turn, self.started_at + at)
        for path, content in {**changed, **self._past.written}.items():
            if content is None:
                files.pop(path, None)
            else:
                files[path] = content
        return files

    def signal(self, signal: Signal, now: float) -> None:
        """Send it a signal; the first of each kind counts."""
        if signal == "SIGKILL" and self._past.killed is None:
            self._past.killed = now
        elif signal == "SIGTERM" and self._past.term is None:
            self._past.term = now

    def disturb(self, what: str, now: float) -> None:
        """Let its probes fail, or heal them."""
        del now
        if what in {"fail-probes", "heal-probes"}:
            self._past.failing = what == "fail-probes"

    def lines(self, since: float, until: float) -> Iterable[Line]:
        """Return what it wrote in a span of time, both ends included."""
        told = logs.lines(self.start, self.started_at, self.plan, self._past, until, self.ending())
        return [line for line in told if line.at >= since]

    def state(self) -> Json:
        """Return what happened to it as JSON."""
        return self._past.state()


def _ended(at: float, code: int) -> Ending:
    why: Why = "Error" if code else "Completed"
    return Ending(at, code, why)


def _until_free(program: Program, since: float) -> float:
    """Return how long the command that runs at a second still takes, about: up to the next thing that happens."""
    if since >= program.begins:
        return program.period - (since - program.begins) % program.period
    if program.ends == math.inf and program.begins == math.inf:
        return 0.0
    later = [each.at for each in program.before if each.at > since]
    return min([*later, min(program.ends, program.begins)]) - since
