"""Failed builds in sentences: the engine's texts as both engine versions write them, and what they become."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.dockerfile import Explanation, FailureContext, Ignore, explain, parse

from .support import FILES, IMAGES

TEXT = """FROM busybox AS build
COPY app.py secret.env /x/
RUN step
FROM scratch
RUN nothing
COPY --from=build /gone /x
"""
OLD = "failed to solve with frontend dockerfile.v0: failed to create LLB definition: "
NO_HOST = 'failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1"'
RUN_STEP = "[build 3/3] RUN step"


def explained(
    message: str,
    *,
    step: str | None = None,
    tail: Sequence[str] | None = None,
    text: str = TEXT,
    limits: FailureContext | None = None,
) -> Explanation:
    return explain(
        message,
        dockerfile=parse(text),
        step=step,
        tail=list(tail or ()),
        files={**FILES, "secret.env": 1},
        ignore=Ignore.parse("*.env"),
        images=IMAGES,
        limits=limits,
    )


def exited(code: int, *, old: bool = False) -> str:
    if old:
        return f"executor failed running [/bin/sh -c step]: exit code: {code}"
    return f'process "/bin/sh -c step" did not complete successfully: exit code: {code}'


@pytest.mark.parametrize(
    ("message", "code", "line", "what"),
    [
        (f"{OLD}no build stage in current context", "no-from", None, "no build stage"),
        ("the Dockerfile cannot be empty", "empty-dockerfile", None, "cannot be empty"),
        (f"{OLD}dockerfile parse error line 2: unknown instruction: FOO", "parse-error", 2, "unknown instruction: FOO"),
        ("dockerfile parse error on line 2: unknown flag: foo", "parse-error", 2, "unknown flag: foo"),
        ("failed to read dockerfile: open Dokcerfile: no such file or directory", "no-dockerfile", None, "Dokcerfile"),
        ("open /srv/x/tmp/buildkit-mount12/Dockerfile: no such file or directory", "no-dockerfile", None, "Dockerfile"),
        ("target stage biuld could not be found", "unknown-target", None, "biuld"),
        ('target stage "biuld" could not be found', "unknown-target", None, "biuld"),
        ('failed to parse stage name "Up": invalid reference format', "image-name", None, "Up is not a valid"),
        (
            f"{NO_HOST}: dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host",
            "image-not-available",
            None,
            "nginx:1 is not in the image library",
        ),
        (
            f"nginx:1: failed to resolve source metadata for docker.io/library/nginx:1: {NO_HOST}: no such host",
            "image-not-available",
            None,
            "nginx:1 is not in the image library",
        ),
        (
            "pull access denied for nginx, repository does not exist or may require 'docker login'",
            "image-not-available",
            None,
            "nginx:latest is not",
        ),
        ("write /var/lib/x: no space left on device", "disk-full", None, "disk space"),
        ("write /x: disk quota exceeded", "disk-full", None, "disk space"),
        ("no active sessions", "not-allowed", None, "cannot be handed"),
        ("dial unix /run/lab.sock: connect: connection refused", "engine-lost", None, "not a mistake in your files"),
        ("unexpected EOF", "engine-lost", None, "connection to the build engine"),
        ("context canceled", "cancelled", None, "cancelled"),
        ("something quite new", "unknown", None, "something quite new"),
        ("", "unknown", None, "did not say why"),
        ("\x1b[31m \n", "unknown", None, "did not say why"),
    ],
)
def test_each_engine_error_becomes_a_sentence(message: str, code: str, line: int | None, what: str) -> None:
    explanation = explained(message)
    assert (explanation.code, explanation.line) == (code, line)
    assert what in explanation.what
    assert explanation.what.endswith(".")


def test_a_parse_error_is_told_in_the_words_of_the_editor() -> None:
    explanation = explained("dockerfile parse error on line 2: unknown instruction: RNU", text="FROM busybox\nRNU x")
    assert (explanation.code, explanation.line, explanation.fix) == ("unknown-instruction", 2, "Did you mean RUN?")


def test_an_image_that_is_missing_points_at_the_line_that_names_it() -> None:
    text = "FROM busybox\nCOPY --from=zebra:1 /a /b"
    explanation = explained("docker.io/library/zebra:1: not found", text=text)
    assert (explanation.code, explanation.line) == ("unknown-stage", 2)
    explanation = explained("pull access denied for nginx, repository does not exist", text="ARG A=1\nFROM nginx")
    assert (explanation.code, explanation.line) == ("image-not-available", 2)


@pytest.mark.parametrize(
    "message",
    [
        'failed to compute cache key: "/{}" not found: not found',
        'failed to compute cache key: failed to calculate checksum of ref 0a-b::cd: "/{}": not found',
    ],
)
def test_a_missing_file_is_told_with_its_cause(message: str) -> None:
    ignored = explained(message.format("secret.env"), step="[build 2/3] COPY app.py secret.env /x/")
    assert (ignored.code, ignored.line) == ("copy-source-ignored", 2)
    assert "line 1 of .dockerignore, *.env," in ignored.what
    missing = explained(message.format("ap.py"))
    assert (missing.code, missing.fix) == ("copy-source-missing", "Did you mean app.py?")
    # Without a step's name the line is found by the file.
    assert explained(message.format("secret.env")).line == 2


def test_a_file_missing_in_another_stage_is_not_looked_for_in_the_project() -> None:
    message = 'failed to compute cache key: failed to calculate checksum of ref a::b: "/gone": not found'
    explanation = explained(message, step="[stage-1 2/2] COPY --from=build /gone /x")
    assert explanation.what == "There is no /gone in build, where --from copies from."
    assert explanation.line == 6


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize(
    ("code", "tail", "expected", "what", "fix"),
    [
        (3, ["hello"], "step-failed", "exit code 3", "last lines"),
        (
            127,
            ["/bin/sh: 1: pyhton: not found"],
            "command-not-found",
            "no command pyhton in busybox",
            "Did you mean python",
        ),
        (127, ["/bin/sh: apt-get: not found"], "command-not-found", "apt-get in busybox", "FROM debian:bookworm-slim"),
        (127, ["/bin/sh:", "pip: not found"], "command-not-found", "no command pip", "FROM python:3.11-slim"),
        (
            127,
            ["/bin/bash: line 1: npm: command not found"],
            "command-not-found",
            "npm",
            "No image available here has npm",
        ),
        (127, ["/bin/sh: ./run.sh: not found"], "command-not-found", "./run.sh", "first line names a program"),
        (127, ["env: 'ruby': No such file or directory"], "command-not-found", "ruby", "spelled"),
        (127, [], "command-not-found", "not found in the image", "spelled"),
        (
            126,
            ["/bin/sh: ./run.sh: Permission denied"],
            "not-executable",
            "./run.sh was found",
            "RUN chmod +x ./run.sh",
        ),
        (126, [], "not-executable", "may not be run", "chmod"),
        (137, ["Killed"], "out-of-memory", "too much memory", "fewer processes"),
        (1, ["NewConnectionError: pip._vendor.x"], "no-network", "no network here", "wheels"),
        (
            100,
            ["Err:1 http://mirror.example", "Temporary failure resolving 'mirror.example'"],
            "no-network",
            "",
            "into your",
        ),
        (1, ["wget: bad address 'example.com'"], "no-network", "no network", "COPY it"),
        (1, ["npm ERR! code EAI_AGAIN"], "no-network", "no network", "node_modules"),
        (128, ["fatal: unable to access: Could not resolve host: x.org"], "no-network", "no network", ""),
        (1, ["tar: write error: No space left on device"], "disk-full", "disk space", "same RUN"),
        (1, ["dd: Disk quota exceeded"], "disk-full", "disk space", "same RUN"),
        (100, ["E: Unable to locate package curll"], "apt-package", "curll", "apt-get update"),
        (1, ["ModuleNotFoundError: No module named 'flask'"], "module-not-found", "flask", "install it"),
        (1, ["Error: Cannot find module 'express'"], "module-not-found", "express", "COPY"),
        (1, ["cat: can't open 'x.txt': No such file or directory"], "file-not-found", "x.txt", "COPY it"),
        (
            2,
            ["python: can't open file '/app/x.py': [Errno 2] No such file or directory"],
            "file-not-found",
            "x.py",
            "COPY",
        ),
        (1, ["mkdir: can't create directory '/x': Permission denied"], "permission-denied", "not allowed", "USER"),
        (1, ["touch: /x: Read-only file system"], "read-only", "only be read", "rw"),
        (139, [], "step-failed", "SIGSEGV", "last lines"),
    ],
)
def test_a_failed_step_says_what_its_output_means(
    old: bool, code: int, tail: list[str], expected: str, what: str, fix: str
) -> None:
    explanation = explained(exited(code, old=old), step=RUN_STEP, tail=["earlier", *tail])
    assert (explanation.code, explanation.exit_code, explanation.line) == (expected, code, 3)
    assert what in explanation.what
    assert fix in explanation.fix
    assert explanation.tail == ("earlier", *tail)


@pytest.mark.parametrize(
    ("command", "tail", "way"),
    [
        ("apt-get update", "Temporary failure resolving 'mirror.example'", "an image that already has the program"),
        (
            "apk add curl",
            "fetch https://x.example: temporary error (try again later) network is unreachable",
            "an image",
        ),
        ("pip install x", "NewConnectionError", "pip install --no-index"),
        ("pip install --retries 0 x", "ERROR: No matching distribution found for x", "pip install --no-index"),
        ("apt-get install -y curl", "E: Unable to locate package curl", "an image that already has the program"),
        ("npm ci", "npm ERR! code ENOTFOUND", "node_modules"),
        ("git clone https://x.example/y", "fatal: Could not resolve host: x.example", "COPY them"),
        ("curl https://x.example/", "curl: (6) Could not resolve host: x.example", "COPY it"),
        ("make", "getaddrinfo failed", "COPY it"),
    ],
)
def test_without_a_network_a_failed_step_hears_what_there_is(command: str, tail: str, way: str) -> None:
    message = f"executor failed running [/bin/sh -c {command}]: exit code: 1"
    explanation = explained(message, step=RUN_STEP, tail=[tail])
    assert explanation.code == "no-network"
    assert way in explanation.fix
    assert "the images busybox:latest, debian:bookworm-slim, python" in explanation.fix


def test_with_a_network_a_package_that_is_not_found_is_just_that() -> None:
    message = "executor failed running [/bin/sh -c pip install x]: exit code: 1"
    tail = ["ERROR: No matching distribution found for x"]
    assert explained(message, step=RUN_STEP, tail=tail, limits=FailureContext(network=True)).code == "pip-package"


def test_a_static_wget_that_dies_for_want_of_a_resolver_is_understood() -> None:
    message = "executor failed running [/bin/sh -c wget http://x.example/y]: exit code: 139"
    explanation = explained(message, step=RUN_STEP, tail=["Segmentation fault (core dumped)"])
    assert explanation.code == "no-network"
    assert "no network here" in explanation.what


@pytest.mark.parametrize(
    ("tail", "code", "what"),
    [
        (
            "OSError('Tunnel connection failed: 403 x.example is not on this installation's list: builds reach only')",
            "host-not-allowed",
            "This step asked x.example, and builds here reach only the servers that packages come from.",
        ),
        (
            "E: Failed to fetch http://x.example/y  403  x.example is not on this installation's list: builds [IP: 1]",
            "host-not-allowed",
            "asked x.example,",
        ),
        (
            "curl: (22) 403 This build has fetched 1 GiB, which is all it may",
            "fetch-limit",
            "This build has fetched 1 GiB, which is all it may.",
        ),
        (
            "403 A connection may fetch 512 MiB, and this would be 3 GiB",
            "fetch-limit",
            "A connection may fetch 512 MiB.",
        ),
        ("curl: (7) connect: Network is unreachable", "no-network", "it can only fetch packages, through a proxy"),
    ],
)
def test_where_packages_may_be_fetched_a_refusal_is_told_as_such(tail: str, code: str, what: str) -> None:
    explanation = explained(exited(1), step=RUN_STEP, tail=[tail], limits=FailureContext(network=True))
    assert explanation.code == code
    assert what in explanation.what


def test_what_a_server_answered_to_add_is_told() -> None:
    refused = explained("failed to load cache key: invalid response status 403", limits=FailureContext(network=True))
    assert (refused.code, refused.what) == (
        "remote-add",
        "ADD asked for an address that builds here may not fetch from.",
    )
    assert "answered 404" in explained("failed to load cache key: invalid response status 404").what


def test_scratch_has_no_shell() -> None:
    explanation = explained(exited(127), step="[stage-1 1/2] RUN nothing")
    assert (explanation.code, explanation.line) == ("no-shell", 5)
    assert "scratch is empty" in explanation.what


@pytest.mark.parametrize(
    ("limits", "code", "what"),
    [
        (FailureContext(cancelled=True), "cancelled", "You stopped this build."),
        (FailureContext(timed_out=True, seconds_limit=120), "time-limit", "time limit of 120 seconds."),
        (FailureContext(timed_out=True), "time-limit", "time limit."),
        (FailureContext(out_of_memory=True, memory_mb=512), "out-of-memory", "512 MB"),
        (FailureContext(output_limit=True), "output-limit", "printed too much"),
    ],
)
def test_a_limit_that_was_hit_goes_before_the_engines_own_words(limits: FailureContext, code: str, what: str) -> None:
    explanation = explained(f"{exited(137)}: context canceled", step=RUN_STEP, limits=limits)
    assert (explanation.code, explanation.line) == (code, 3)
    assert what in explanation.what


@pytest.mark.parametrize(
    ("code", "last", "expected", "what"),
    [
        (137, "Drydock: a program of this step was killed: a step may use 512 MiB of memory.", "out-of-memory",
         "A program of this step was killed: a step may use 512 MiB of memory."),
        (1, "Drydock: this step could write no more: a step may write 600 MiB.", "disk-full",
         "This step could write no more: a step may write 600 MiB."),
        (2, "Drydock: this step could not start a program: a step may have 256 processes.", "process-limit",
         "This step could not start a program: a step may have 256 processes."),
        (125, "Drydock refused to run this: its disk has no quota of its own.", "step-refused",
         "The engine refused to run this: its disk has no quota of its own."),
    ],
)  # fmt: skip
def test_a_limit_that_the_engine_names_below_the_output_is_told_with_its_number(
    code: int, last: str, expected: str, what: str
) -> None:
    explanation = explained(exited(code), step=RUN_STEP, tail=["sh: can't fork", last])
    assert (explanation.code, explanation.line, explanation.what) == (expected, 3, what)
    assert explanation.fix


def test_a_layer_that_grew_over_its_quota_is_told_with_the_number() -> None:
    message = "failed to copy files: copy file range failed: disk quota exceeded"
    explanation = explained(message, limits=FailureContext(layer_mb=600))
    assert (explanation.code, "600 MiB" in explanation.what) == ("disk-full", True)
    assert "600 MiB" not in explained("write /x: no space left on device", limits=FailureContext(layer_mb=600)).what


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("open /srv/lab/data/tmp/buildkit-mount99/sub/file: bad", "sub/file: bad"),
        ("mount /var/lib/docker/overlay2/0a1b/merged: failed", "merged: failed"),
        ("mkdir /data/drydock/btrfs/subvolumes/77/etc: failed", "etc: failed"),
        ("open /home/somebody/drydock/var/engine/secret.json: failed", "secret.json: failed"),
        ("lookup x on 10.20.30.40:53: server misbehaving", "lookup x: server misbehaving"),
        ("read tcp 10.0.0.2:41->10.0.0.9:80: odd", "read tcp: odd"),
        ("rpc error: code = Unknown desc = failed to solve: odd thing", "The build failed: odd thing."),
    ],
)
def test_nothing_of_the_machine_is_shown(message: str, kept: str) -> None:
    explanation = explained(message, tail=["/var/lib/docker/overlay2/ab/merged/x", "E: /var/lib/dpkg/lock"])
    assert kept in explanation.what
    assert not re.search(r"/srv|/var/lib/docker|/data|/home|\d+\.\d+\.\d+\.\d+", explanation.what)
    assert explanation.tail == ("x", "E: /var/lib/dpkg/lock")


def test_paths_the_learner_wrote_are_left_alone() -> None:
    text = "FROM busybox\nVOLUME /srv/data/files\n"
    assert "/srv/data/files" in explained("odd volume /srv/data/files", text=text).what


def test_only_the_last_lines_are_kept_without_colours() -> None:
    explanation = explained(exited(1), tail=[f"\x1b[3{n % 8}mline {n}\x1b[0m\r" for n in range(50)])
    assert explanation.tail == tuple(f"line {n}" for n in range(30, 50))


@given(st.text(), st.text(), st.lists(st.text(), max_size=3), st.sampled_from([TEXT, "", "FROM busybox\nRUN a"]))
@settings(max_examples=200, deadline=None)
def test_whatever_comes_there_is_a_sentence(message: str, step: str, tail: list[str], text: str) -> None:
    explanation = explained(message, step=step, tail=tail, text=text)
    assert explanation.what.endswith(".")
    assert explanation.code


def test_an_exit_code_without_a_meaning_of_its_own_is_named_once() -> None:
    why = explain(
        "executor failed running [/bin/sh -c exit 3]: exit code: 3", dockerfile=parse("FROM busybox\nRUN exit 3\n")
    )
    assert why.what == "This step ended with exit code 3."


def test_a_build_over_its_time_that_could_not_fork_says_both() -> None:
    limits = FailureContext(timed_out=True, seconds_limit=120, processes=256)
    said = explained("context canceled", tail=["sh: can't fork: Resource temporarily unavailable"], limits=limits).what
    assert "120 seconds" in said
    assert "256 processes" in said
    assert "processes" not in explained("context canceled", tail=["working"], limits=limits).what
