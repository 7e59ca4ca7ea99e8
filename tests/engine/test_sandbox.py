"""What a learner's wish becomes, to the letter."""

import json

import pytest

from playground.engine import sandbox
from playground.engine.limits import LIMITS
from playground.engine.port import BuildSpec, ContainerSpec, Owner
from playground.engine.sandbox import Refused, RunWish, check_trace_name, engine_reference, hide_engine_names

OWNER = Owner(instance="i1", learner="7", job="build-9")


def build(**wishes: object) -> BuildSpec:
    """A build with these wishes."""
    usual: dict[str, object] = {
        "build_id": "b9", "owner": OWNER, "files": (), "dockerfile_text": "FROM busybox\n",
        "dockerfile_path": "docker/Dockerfile", "tag": "app", "limits": LIMITS,
    }  # fmt: skip
    return sandbox.build_spec(**(usual | wishes))  # type: ignore[arg-type]


def container(*, networked: bool = False, **wish: object) -> ContainerSpec:
    """A container with these wishes."""
    wished = RunWish(**({"image": "sha256:abc"} | wish))  # type: ignore[arg-type]
    return sandbox.container_spec(name="c1", owner=OWNER, wish=wished, limits=LIMITS, networked=networked)


def refused(code: str, field: str) -> "pytest.RaisesExc[Refused]":
    """Expect a refusal with this code about this field."""
    return pytest.raises(Refused, check=lambda error: (error.code, error.field) == (code, field))


# --- builds -------------------------------------------------------------------------------------------------------


def test_the_whole_query_of_a_build() -> None:
    assert build(target="final", no_cache=True, build_args={"WORD": "hi"}).parameters == {
        "version": "2",
        "t": "drydock-i1/7/app:latest",
        "dockerfile": "docker/Dockerfile",
        "networkmode": "none",
        "rm": "1",
        "forcerm": "1",
        "labels": '{"drydock.instance":"i1","drydock.job":"build-9","drydock.owner":"7"}',
        "buildargs": '{"BUILDKIT_CACHE_MOUNT_NS":"i1-7","WORD":"hi"}',
        "target": "final",
        "nocache": "1",
    }


def test_a_build_that_may_fetch_packages_has_a_network_and_its_proxy_and_no_learner_can_set_it() -> None:
    url = "http://l7:pass@10.209.0.1:3128"
    parameters = build(
        proxy=url, build_args={"http_proxy": "http://evil.example", "NO_PROXY": "*", "all_proxy": "x"}
    ).parameters
    assert parameters["networkmode"] == "default"
    args = json.loads(parameters["buildargs"])
    assert {name: value for name, value in args.items() if "proxy" in name.lower()} == {
        "HTTP_PROXY": url, "HTTPS_PROXY": url, "http_proxy": url, "https_proxy": url,
    }  # fmt: skip


def test_without_wishes_neither_target_nor_nocache_is_sent() -> None:
    assert {"target", "nocache"} & build().parameters.keys() == set()


@pytest.mark.parametrize(
    "name",
    ["BUILDKIT_CACHE_MOUNT_NS", "buildkit_cache_mount_ns", "BUILDKIT_SYNTAX", "HTTP_PROXY", "https_proxy", "NO_PROXY",
     "all_proxy", "FTP_PROXY", "SOURCE_DATE_EPOCH"],
)  # fmt: skip
def test_reserved_build_arguments_do_not_reach_the_engine(name: str) -> None:
    args = json.loads(build(build_args={name: "mine", "A": "1"}).parameters["buildargs"])
    assert args == {"A": "1", "BUILDKIT_CACHE_MOUNT_NS": "i1-7"}


@pytest.mark.parametrize(
    ("wishes", "code", "field"),
    [
        ({"tag": "App"}, "bad_reference", "tag"),
        ({"tag": "../../x"}, "bad_reference", "tag"),
        ({"tag": "a:b:c"}, "bad_reference", "tag"),
        ({"tag": "localhost:5000/a"}, "bad_reference", "tag"),
        ({"tag": "a/b/c"}, "bad_reference", "tag"),
        ({"tag": "a" * 81}, "bad_reference", "tag"),
        ({"tag": ""}, "bad_reference", "tag"),
        ({"target": "a b"}, "bad_target", "target"),
        ({"build_args": {"A-B": "1"}}, "bad_name", "build_args"),
        ({"build_args": {"A": "x\0y"}}, "bad_text", "build_args"),
        ({"build_args": {"A": "x" * 5000}}, "too_large", "build_args"),
        ({"build_args": {f"A{n}": "" for n in range(21)}}, "too_large", "build_args"),
        ({"dockerfile_text": "#" * 70_000}, "too_large", "dockerfile"),
    ],
)
def test_a_build_beyond_the_rules_is_refused(wishes: dict[str, object], code: str, field: str) -> None:
    with refused(code, field):
        build(**wishes)


def test_a_refusal_is_a_sentence_with_both_numbers_and_never_repeats_a_flood() -> None:
    with pytest.raises(Refused) as too_large:
        build(dockerfile_text="#" * 70_000)
    assert too_large.value.message == "The Dockerfile has 68.4 KiB; at most 64 KiB are possible."
    with pytest.raises(Refused) as bad_name:
        build(tag="X" * 5000)
    assert len(bad_name.value.message) < 120
    assert bad_name.value.fix


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "engine"),
    [("app", "drydock-i1/7/app:latest"), ("my-app:1.0", "drydock-i1/7/my-app:1.0"), ("a/b:x", "drydock-i1/7/a/b:x")],
)
def test_a_learner_s_name_goes_to_the_engine_and_back(typed: str, engine: str) -> None:
    assert engine_reference("i1", "7", typed) == engine
    assert sandbox.learner_reference(engine) == (typed if ":" in typed else f"{typed}:latest")
    assert sandbox.learner_reference("busybox:latest") == "busybox:latest"


def test_parts_that_we_made_badly_are_a_fault() -> None:
    with pytest.raises(ValueError, match="cannot be part"):
        engine_reference("i1", "7/8", "app")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("[a 1/2] FROM docker.io/library/busybox:latest", "[a 1/2] FROM busybox:latest"),
        ("[1/2] FROM docker.io/drydock-i1/7/app:1", "[1/2] FROM app:1"),
        ("naming to docker.io/drydock-i1/7/app:1", "naming to app:1"),
        ("[2/2] RUN echo drydock-sails", "[2/2] RUN echo drydock-sails"),
    ],
)
def test_the_engine_s_names_are_hidden(told: str, shown: str) -> None:
    assert hide_engine_names(told) == shown


@pytest.mark.parametrize(
    "name",
    [
        "[a 1/2] FROM docker.io/library/busybox",
        "[1/2] FROM docker.io/library/busybox:latest@sha256:00",
        "[internal] load metadata for docker.io/library/busybox:latest",
        "[1/2] FROM docker.io/drydock-i1/7/app:1",
        "docker-image://docker.io/library/busybox:latest",
        "[stage-1 1/1] FROM scratch",
        "[2/3] RUN echo FROM docker.io/library/evil",
        "[internal] load build definition from Dockerfile",
        "exporting to image",
    ],
)
def test_images_that_are_allowed_and_other_steps_pass_the_second_look(name: str) -> None:
    assert check_trace_name(name, ["busybox:latest", "drydock-i1/7/app:1"]) is None


@pytest.mark.parametrize(
    ("name", "stranger"),
    [
        ("[a 1/2] FROM docker.io/library/busybox:1.35", "busybox:1.35"),
        ("[1/2] FROM docker.io/drydock-i1/8/app:1", "app:1"),
        ("FROM docker.io/drydock-i1/8/app:1", "app:1"),
        ("[internal] load metadata for docker.io/library/evil:latest", "evil:latest"),
        ("docker-image://docker.io/library/evil@sha256:00", "evil@sha256:00"),
        ("resolve image config for docker.io/docker/dockerfile:1", "docker.io/docker/dockerfile:1"),
        ("importing cache manifest from evil.example/cache:1", "evil.example/cache:1"),
        ("[1/1] FROM registry.example/busybox:latest", "registry.example/busybox:latest"),
    ],
)
def test_any_other_image_is_named(name: str, stranger: str) -> None:
    assert check_trace_name(name, ["busybox:latest", "drydock-i1/7/app:1"]) == stranger


# --- containers ---------------------------------------------------------------------------------------------------


def test_the_whole_body_of_a_container() -> None:
    spec = container(command=("sh", "-c", "echo hi"), environment={"A": "1"}, memory=64 << 20, millicpus=250)
    assert (spec.name, spec.owner, spec.network) == ("c1", OWNER, None)
    assert spec.body == {
        "Image": "sha256:abc",
        "Labels": {"drydock.instance": "i1", "drydock.owner": "7", "drydock.job": "build-9"},
        "Env": ["A=1"],
        "Cmd": ["sh", "-c", "echo hi"],
        "Tty": False,
        "OpenStdin": False,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "StopTimeout": 2,
        "HostConfig": {
            "NetworkMode": "none",
            "CapDrop": ["ALL"],
            "CapAdd": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETUID", "SETGID", "NET_BIND_SERVICE", "KILL"],
            "SecurityOpt": ["no-new-privileges"],
            "Privileged": False,
            "PidsLimit": 128,
            "Memory": 67108864,
            "MemorySwap": 67108864,
            "NanoCpus": 250000000,
            "Init": True,
            "IpcMode": "private",
            "CgroupnsMode": "private",
            "ReadonlyRootfs": False,
            "Tmpfs": {"/tmp": "size=67108864,mode=1777,nosuid,nodev"},
            "Ulimits": [
                {"Name": "nofile", "Soft": 1024, "Hard": 1024},
                {"Name": "core", "Soft": 0, "Hard": 0},
            ],
            "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "5"}},
            "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
            "OomScoreAdj": 500,
        },
    }


def test_without_wishes_a_container_gets_the_usual_and_the_image_s_command() -> None:
    body = container().body
    assert "Cmd" not in body
    host = body["HostConfig"]
    assert isinstance(host, dict)
    assert (host["Memory"], host["NanoCpus"]) == (128 << 20, 500_000_000)


def test_a_networked_container_is_on_its_learner_s_network_alone() -> None:
    spec = container(networked=True)
    host = spec.body["HostConfig"]
    assert isinstance(host, dict)
    assert spec.network == host["NetworkMode"] == "drydock-i1-7"
    network = sandbox.network_spec(owner=OWNER)
    assert network.name == "drydock-i1-7"
    assert network.body == {
        "Driver": "bridge",
        "Internal": True,
        "Attachable": False,
        "Labels": {"drydock.instance": "i1", "drydock.owner": "7", "drydock.job": "build-9"},
    }


@pytest.mark.parametrize(
    ("wish", "code", "field"),
    [
        ({"memory": 257 << 20}, "out_of_bounds", "memory"),
        ({"memory": 1 << 20}, "out_of_bounds", "memory"),
        ({"memory": -1}, "out_of_bounds", "memory"),
        ({"millicpus": 1001}, "out_of_bounds", "cpus"),
        ({"millicpus": -1}, "out_of_bounds", "cpus"),
        ({"command": ("x",) * 65}, "too_large", "command"),
        ({"command": ("a\0b",)}, "bad_text", "command"),
        ({"environment": {"A=B": "1"}}, "bad_name", "environment"),
        ({"environment": {"A": "\0"}}, "bad_text", "environment"),
        ({"environment": {f"A{n}": "" for n in range(51)}}, "too_large", "environment"),
    ],
)
def test_a_container_beyond_the_rules_is_refused(wish: dict[str, object], code: str, field: str) -> None:
    with refused(code, field):
        container(**wish)  # type: ignore[arg-type]


def test_memory_over_the_limit_is_refused_with_its_bounds() -> None:
    with pytest.raises(Refused) as over:
        container(memory=1 << 30)
    assert over.value.message == "Memory of a container can be from 16 MiB to 256 MiB."
    assert over.value.fix == "Choose less, or leave it empty."
