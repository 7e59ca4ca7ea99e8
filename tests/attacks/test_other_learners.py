"""What belongs to another learner: images, cache mounts, containers, networks, volumes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from playground.engine import sandbox
from playground.engine.labels import INSTANCE, OWNER
from playground.engine.port import StepSeen
from tests.attacks.siege import Siege
from tests.attacks.test_disk_by_instructions import engines
from tests.contracts.workbench import Story
from tests.support.client import Learner, dockerfile_project
from tests.support.wait import until

MARKER = "only-for-the-victim"
BASES = ("busybox:latest", "docker.io/library/busybox:latest")


@dataclass(frozen=True)
class Victim:
    """Another learner with an image: its id on the site, and the engine's name and id of it."""

    learner: Learner
    image: str
    name: str
    digest: str
    labels: dict[str, str]


@pytest.fixture
def victim(siege: Siege) -> Iterator[Victim]:
    """Somebody who has built an image with a secret, has a cache with one, and is still here."""
    who = siege.attacker()
    lines = (f"RUN echo {MARKER} > /secret", f"RUN --mount=type=cache,id=shared,target=/c echo {MARKER} > /c/secret")
    end = siege.build_project(who, dockerfile_project(who, *lines, 'CMD ["sleep", "300"]'), name="private:1")
    assert end["state"] == "succeeded", end["failure"]
    digest = end["image"]["digest"]
    told = siege.view.get(f"/images/{digest}/json")
    yield Victim(who, end["image"]["id"], told["RepoTags"][0], digest, told["Config"]["Labels"])
    assert siege.view.get(f"/images/{digest}/json")["RepoTags"] == told["RepoTags"], "the victim's image was changed"


def check_refused(siege: Siege, *lines: str) -> str:
    """Every line refused before it is queued; answers the sentence for the first."""
    said = [str(siege.refused(line)["message"]) for line in lines]
    return said[0]


@pytest.mark.attack("image-name", "build", limit="own and base images only")
def test_from_another_learner_s_image_by_name_is_refused(siege: Siege, victim: Victim) -> None:
    said = check_refused(siege, f"FROM {victim.name}", f"FROM docker.io/{victim.name}", "FROM private:1")
    siege.told(said, "not in the image library", happened="refused before it was queued")


@pytest.mark.attack("image-id", "build", limit="own and base images only")
def test_from_another_learner_s_image_by_id_is_refused(siege: Siege, victim: Victim) -> None:
    bare = victim.digest.removeprefix("sha256:")
    said = check_refused(
        siege, f"FROM {bare}", f"FROM {bare[:12]}", f"FROM busybox@{victim.digest}", f"FROM {victim.digest}"
    )
    siege.told(said, "image", happened="refused before it was queued")


@pytest.mark.attack("image-copy", "build", limit="own and base images only")
def test_copy_from_another_learner_s_image_is_refused(siege: Siege, victim: Victim) -> None:
    bare = victim.digest.removeprefix("sha256:")
    said = check_refused(
        siege, *(f"COPY --from={name} /secret /x" for name in (victim.name, bare, "private:1", bare[:12]))
    )
    siege.told(said, "no stage and no image", happened="refused before it was queued")


@pytest.mark.attack("image-mount", "build", limit="own and base images only")
def test_mounting_another_learner_s_image_is_refused(siege: Siege, victim: Victim) -> None:
    bare = victim.digest.removeprefix("sha256:")
    names = (victim.name, bare, bare[:12])
    said = check_refused(siege, *(f"RUN --mount=from={name},target=/x cat /x/secret" for name in names))
    siege.told(said, "no stage and no image", happened="refused before it was queued")


@pytest.mark.attack("image-id", "API", limit="own images only")
def test_running_tagging_and_removing_another_learner_s_image_finds_none(siege: Siege, victim: Victim) -> None:
    who, _ = siege.project()
    said = ""
    for name in (victim.image, victim.digest, victim.name, "private:1"):
        answer = who.send("POST", "/api/containers/", json={"image": name, "command": "cat /secret"})
        assert answer.status_code == 404, answer.text
        said = answer.json()["error"]["message"]
        assert who.send("DELETE", f"/api/images/{name}/").status_code == 404
    assert who.send("POST", f"/api/images/{victim.image}/tag/", json={"reference": "mine:1"}).status_code == 404
    siege.told(said, "not yours", happened="the same answer as for none")


# --- the layer behind: the names that the engine announces are looked at as well --------------------------------------


def caught(story: Story) -> list[str]:
    """What the second look at image names finds in the steps that the engine announced."""
    seen = (event.name for event in story.events if isinstance(event, StepSeen))
    return [found for name in seen if (found := sandbox.check_trace_name(name, BASES)) is not None]


def straight(siege: Siege, dockerfile: str) -> None:
    """Past the first check: the engine would do it, the second look catches it."""
    with siege:
        story = siege.bench.build(dockerfile, no_cache=True)
    given = any(MARKER in getattr(event, "text", "") for event in story.events)
    assert caught(story) or not given, [event.name for event in story.events if isinstance(event, StepSeen)]
    if given:
        siege.record("the engine gives it out; our second look, at the names announced, ends it", caught(story)[0])
    else:
        siege.record("the engine does not give it out", engines(story.failure))


@pytest.mark.attack("image-name", "straight", limit="the names that the engine announces")
def test_the_second_look_catches_an_image_s_name(siege: Siege, victim: Victim) -> None:
    straight(siege, f"FROM {victim.name}\nRUN cat /secret\n")


@pytest.mark.attack("image-id", "straight", limit="the names that the engine announces")
def test_the_second_look_catches_an_image_s_id(siege: Siege, victim: Victim) -> None:
    straight(siege, f"FROM {victim.digest.removeprefix('sha256:')}\nRUN cat /secret\n")


@pytest.mark.attack("image-copy", "straight", limit="the names that the engine announces")
def test_the_second_look_catches_copy_from(siege: Siege, victim: Victim) -> None:
    straight(siege, f"FROM busybox\nCOPY --from={victim.name} /secret /x\nRUN cat /x\n")


@pytest.mark.attack("image-mount", "straight", limit="the names that the engine announces")
def test_the_second_look_catches_a_mount(siege: Siege, victim: Victim) -> None:
    straight(siege, f"FROM busybox\nRUN --mount=from={victim.name},target=/x cat /x/secret\n")


# --- caches -----------------------------------------------------------------------------------------------------------


def cache_ids(victim: Victim) -> tuple[str, ...]:
    """Ways to write the victim's cache: its id, its name space in front, up and down again."""
    space = f"{victim.labels[INSTANCE]}-{victim.labels[OWNER]}"
    return "shared", f"{space}/shared", f"../{space}/shared", f"/{space}/shared", f"//../{space}/shared"


@pytest.mark.attack("cache", "RUN", limit="every learner has a name space for caches")
def test_another_learner_s_cache_is_not_found(siege: Siege, victim: Victim) -> None:
    space = cache_ids(victim)[1].partition("/")[0]
    steps = [f"RUN --mount=type=cache,id={name},target=/c cat /c/secret || true" for name in cache_ids(victim)]
    with siege:
        end = siege.build(f"ARG BUILDKIT_CACHE_MOUNT_NS={space}", f"ENV BUILDKIT_CACHE_MOUNT_NS={space}", *steps)
    assert end["state"] == "succeeded", end["failure"]
    assert MARKER not in end["text"].replace(f"echo {MARKER}", "")
    siege.record("five ways to write its name, each an empty cache", "")


@pytest.mark.attack("cache", "straight", limit="every learner has a name space for caches")
def test_another_learner_s_cache_is_not_found_without_our_name_space(siege: Siege, victim: Victim) -> None:
    steps = "".join(f"RUN --mount=type=cache,id={name},target=/c cat /c/secret || true\n" for name in cache_ids(victim))
    with siege:
        story = siege.bench.build(f"FROM busybox\n{steps}", no_cache=True)
    found = any(MARKER in getattr(event, "text", "") for event in story.events)
    assert not found
    siege.record("empty caches, too, from another installation on the same engine", "")


# --- containers, networks, volumes ------------------------------------------------------------------------------------


@pytest.mark.attack("container", "API", limit="own containers only")
def test_another_learner_s_container_cannot_be_seen_or_touched(siege: Siege, victim: Victim) -> None:
    container = victim.learner.run(victim.image, "sleep 30")
    who, _ = siege.project()
    said = ""
    with siege:
        for wish in ("start", "stop", "restart", "remove"):
            answer = who.send("POST", f"/api/containers/{container['id']}/{wish}/")
            assert answer.status_code == 404
            said = answer.json()["error"]["message"]
        with who.read(container["stream"]) as reader:
            assert reader.refused_with() == 4404
        assert who.call("GET", "/api/containers/")["containers"] == []
    assert victim.learner.container(container["id"])["state"] in {"creating", "starting", "running"}
    siege.told(said, "not yours", happened="the same answer as for none; its output cannot be read")


SERVE = 'ip -4 -o addr show eth0 | sed "s/.* inet //; s,/.*,,"; while :; do nc -l -p 8080 -e echo hello; done'


@pytest.mark.attack("network", "run", limit="every learner has a network")
def test_another_learner_s_network_is_not_reached(siege: Siege, victim: Victim) -> None:
    address = served(siege, victim)
    with siege:
        end = siege.run("", f"CMD nc -w 3 {address} 8080 </dev/null && echo reached; echo tried", network="own")
    assert "tried" in end["text"]
    assert "reached" not in end["text"]
    assert "hello" not in end["text"]
    siege.record("nothing answered", "")


def served(siege: Siege, victim: Victim) -> str:
    """Let the victim serve on a network of their own; answers the address, at which the victim's own are answered."""
    lines = (f"CMD {SERVE}",)
    end = siege.build_project(victim.learner, dockerfile_project(victim.learner, *lines), name="server:1")
    container = victim.learner.run(end["image"]["id"], network="own")
    with victim.learner.read(container["stream"]) as reader:
        reader.of_type("container.output", seconds=20)
        address = reader.text().split()[0]
    asked = f"for i in 1 2 3 4 5; do nc -w 2 {address} 8080 </dev/null && break; sleep 1; done"
    friend = siege.run_image(victim.learner, end["image"]["id"], asked, network="own")
    assert "hello" in friend["text"], "the victim's own container is not answered either"
    return address


def refused_wish(siege: Siege, who: Learner, image: str, **wish: Any) -> str:
    """A field that a container's wish may not have; answers the sentence."""
    answer = who.send("POST", "/api/containers/", json={"image": image, **wish})
    assert answer.status_code in {400, 422}, answer.text
    said: str = answer.json()["error"]["message"]
    assert next(iter(wish)) in said
    return said


@pytest.mark.attack("network", "API", limit="none or the own network")
def test_another_learner_s_network_cannot_be_asked_for(siege: Siege, victim: Victim) -> None:
    who, project = siege.project("RUN true")
    image = siege.build_project(who, project)["image"]["id"]
    name = sandbox.network_name(victim.labels[INSTANCE], victim.labels[OWNER])
    said = [refused_wish(siege, who, image, network=wanted) for wanted in (name, "bridge", f"container:{name}")]
    siege.told(said[0], "network", happened="refused")


@pytest.mark.attack("volume", "API", limit="no volumes are offered")
def test_volumes_cannot_be_asked_for(siege: Siege) -> None:
    who, project = siege.project("RUN true")
    image = siege.build_project(who, project)["image"]["id"]
    said = [
        refused_wish(siege, who, image, **{field: wanted})
        for field, wanted in (("volumes", ["v:/v"]), ("mounts", []), ("volumes_from", ["x"]), ("binds", ["v:/v"]))
    ]
    siege.told(said[0], "volumes", happened="refused")


@pytest.mark.attack("volume", "run", limit="a volume for each container")
def test_another_learner_s_volume_is_not_found(siege: Siege) -> None:
    owner, project = siege.project("VOLUME /data", f"CMD echo {MARKER} > /data/secret; sleep 8")
    image = siege.build_project(owner, project)["image"]["id"]
    owner.run(image)
    until(lambda: owner.state()["containers"][0]["state"] == "running", seconds=20, what="it runs", every=0.1)
    with siege:
        end = siege.run("", "VOLUME /data", "CMD ls -A /data; find / -xdev -name secret; echo looked")
    assert end["text"].split() == ["looked"]
    siege.record("each container has an empty one of its own", "")
