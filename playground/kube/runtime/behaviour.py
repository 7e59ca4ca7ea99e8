"""What a container does, as a few words: "serve port=80 cpu=1ms memory=10Mi". Images have such words (images.py), and
so may a pod: the annotation drydock.dev/behaviour, or drydock.dev/behaviour.CONTAINER for one container of several.

    serve              answers HTTP                          port=8080        where (else the pod's containerPorts)
    echo               answers HTTP with its env and files   tcp              takes connections, speaks no HTTP
    works=30s          works so long, then exits 0           crashes=20s      runs so long, then exits 1
    exit=3             with another exit code                sleep            runs for ever and does nothing
    start=15s          answers only after that time          sick=60s         answers 500 after that time
    status=503         answers with another status           ignore-sigterm   ends at SIGKILL only
    stop=5s            takes so long to end after SIGTERM    term=143         ends on SIGTERM with this code
    cpu=10ms           CPU time of one request               burn=500m        uses that CPU whatever happens
    workers=4          cores it can use at most              queue=100        requests it holds at most
    memory=20Mi        uses that memory                      per-request=1Mi  and so much for each request inside
    leak=1Mi           more memory every second              leak-per-request=10Ki
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

from playground.kube.runtime import amounts, capacity

ANNOTATION: Final = "drydock.dev/behaviour"
Talk = Literal["none", "tcp", "http", "echo"]
TERMINATED: Final = 143  # 128 + SIGTERM


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a container does. Times in seconds, memory in bytes, CPU in cores; see the module for each word."""

    talk: Talk = "none"
    ports: tuple[int, ...] = ()
    lasts: float = math.inf
    code: int = 0
    start: float = 0.1
    sick: float = math.inf
    status: int = 200
    obeys: bool = True
    stop: float = 0.1
    term: int = 0
    cost: float = 0.002
    burn: float = 0.0
    workers: float = capacity.WORKERS
    queue: int = capacity.ROOM
    memory: int = 10 * 1024**2
    per_request: int = 64 * 1024
    leak: float = 0.0
    leak_per_request: float = 0.0
    flavour: str = ""  # whose answers and log lines it gives: "nginx", "whoami", …


_FLAGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "serve": {"talk": "http"},
    "echo": {"talk": "echo"},
    "tcp": {"talk": "tcp"},
    "sleep": {"lasts": math.inf},
    "ignore-sigterm": {"obeys": False},
}
_VALUES: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "port": ("ports", lambda text: tuple(int(part) for part in text.split("+"))),
    "works": ("lasts", amounts.seconds),
    "crashes": ("lasts", amounts.seconds),
    "exit": ("code", int),
    "start": ("start", amounts.seconds),
    "sick": ("sick", amounts.seconds),
    "status": ("status", int),
    "stop": ("stop", amounts.seconds),
    "term": ("term", int),
    "cpu": ("cost", amounts.seconds),
    "burn": ("burn", amounts.cores),
    "workers": ("workers", amounts.cores),
    "queue": ("queue", lambda text: max(1, int(text))),
    "memory": ("memory", amounts.size),
    "per-request": ("per_request", amounts.size),
    "leak": ("leak", amounts.size),
    "leak-per-request": ("leak_per_request", amounts.size),
    "flavour": ("flavour", str),
}


def read(words: str, base: Behaviour) -> tuple[Behaviour, list[str]]:
    """Return the behaviour that words make of another one, and what is wrong with those that are left out."""
    found, wrong = _read(words, base)
    return found, list(wrong)


@lru_cache(maxsize=256)
def _read(words: str, base: Behaviour) -> tuple[Behaviour, tuple[str, ...]]:
    found, wrong = base, []
    for word in words.replace(",", " ").split():
        try:
            found = replace(found, **_meaning(word))
        except ValueError as error:
            wrong.append(f"{ANNOTATION}: {word!r} is left out: {error}")
    return found, tuple(wrong)


def _meaning(word: str) -> dict[str, Any]:
    """Return the fields that one word sets; raises ValueError."""
    name, equals, value = word.partition("=")
    if not equals and name in _FLAGS:
        return dict(_FLAGS[name])
    if equals and name in _VALUES:
        field, reads = _VALUES[name]
        code = {"works": {"code": 0, "term": TERMINATED}, "crashes": {"code": 1, "term": TERMINATED}}
        return {field: reads(value), **code.get(name, {})}
    raise ValueError(_advice(name))


def _advice(name: str) -> str:
    if name in _VALUES:
        return f"it needs a value: {name}=…"
    if name in _FLAGS:
        return "it takes no value"
    close = difflib.get_close_matches(name, (*_FLAGS, *_VALUES), 1)
    return f"no such word{f'; is it {close[0]}?' if close else ''}"


def annotated(annotations: Mapping[str, str], container: str) -> Iterable[str]:
    """Return what a pod's annotations say of a container: of all first, then of this one."""
    return [text for key in (ANNOTATION, f"{ANNOTATION}.{container}") if (text := annotations.get(key))]
