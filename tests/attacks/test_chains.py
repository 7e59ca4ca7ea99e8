"""What a later build would do: ONBUILD, images on images on images, Dockerfiles without end."""

import time

import pytest

from tests.attacks.siege import IN_FORCE, Siege
from tests.attacks.test_network import SECRET, service
from tests.attacks.test_other_learners import MARKER, Victim
from tests.support.client import Learner

WEB_MAY_TAKE = 5.0
"""Seconds in which the site has to have refused or taken a Dockerfile of the largest size."""


@pytest.fixture
def victim(siege: Siege) -> Victim:
    """Another learner with an image that holds a secret."""
    who = siege.attacker()
    end = siege.build_project(
        who, project_of(who, f"FROM busybox:latest\nRUN echo {MARKER} > /secret\n"), name="private:1"
    )
    digest = end["image"]["digest"]
    told = siege.view.get(f"/images/{digest}/json")
    return Victim(who, end["image"]["id"], told["RepoTags"][0], digest, told["Config"]["Labels"])


def project_of(who: Learner, dockerfile: str) -> str:
    """A project with that Dockerfile."""
    project: str = who.new_project()["id"]
    who.put_file(project, "Dockerfile", dockerfile)
    return project


@pytest.mark.attack("onbuild", "build", limit="the same rules for what ONBUILD adds")
def test_onbuild_brings_nothing_in_that_is_refused_elsewhere(siege: Siege, victim: Victim) -> None:
    digest = victim.digest.removeprefix("sha256:")
    with siege, service(siege) as (port, asked):
        triggers = (
            f"ONBUILD ADD http://127.0.0.1:{port}/secret /got",
            f"ONBUILD COPY --from={victim.name} /secret /got",
            f"ONBUILD COPY --from={digest} /secret /got",
            f"ENV U=http://127.0.0.1:{port}/secret",
        )
        said = [later(siege, trigger) for trigger in triggers]
    assert not asked
    siege.record(
        "the first build or the later one ends as failed; nothing was handed out", " ".join(dict.fromkeys(said))
    )


def later(siege: Siege, trigger: str) -> str:
    """Build an image with that trigger, and one on it, which must not get anything; answers what was said."""
    who = siege.attacker()
    project = project_of(who, f"FROM busybox:latest\n{trigger}\n")
    answer = who.send("POST", f"/api/projects/{project}/builds/", json={"reference": "base:1"})
    if not answer.ok:
        return str(answer.json()["error"]["message"])
    who.built(answer.json()["build"]["id"])
    add = "ADD $U /got\n" if trigger.startswith("ENV") else ""
    who.put_file(project, "Dockerfile", f"FROM base:1\n{add}RUN cat /got\n")
    answer = who.send("POST", f"/api/projects/{project}/builds/", json={"reference": "later:1"})
    if not answer.ok:
        return str(answer.json()["error"]["message"])
    end = siege.end_of(who, answer.json()["build"])
    assert end["state"] == "failed", f"{trigger}: {end['text']}"
    assert MARKER not in end["text"]
    assert SECRET not in end["text"]
    return str(end["failure"]["what"])


@pytest.mark.attack("chains", "build", limit="dockerfile.bytes")
def test_dockerfiles_without_end_neither_stop_the_site_nor_the_worker(siege: Siege) -> None:
    most = IN_FORCE["dockerfile.bytes"].value
    many = IN_FORCE["dockerfile.instructions"].value
    stages = "".join(f"FROM s{number} AS s{number + 1}\n" for number in range(2600))
    shapes = {
        "too long": "FROM busybox:latest\n" + "RUN true\n" * (most // 9 + 1),
        "steps": "FROM busybox:latest\n" + "RUN :\n" * (most // 6 - 10),
        "most steps": "FROM busybox:latest\n" + "RUN :\n" * (many - 1),
        "stages": f"FROM busybox:latest AS s0\n{stages}"[:most].rpartition("\n")[0] + "\n",
        "one line": ("FROM busybox:latest\nRUN " + "\\\n" * (most // 2))[: most - 1] + "\n",
        "variables": "FROM busybox:latest\n"
        + "".join(f"ENV a{n}=${{a{n - 1}}}${{a{n - 1}}}\n" for n in range(1, 2000)),
        "doubling": "FROM busybox:latest\nENV a0=0123456789\n"
        + "".join(f"ENV a{n}=${{a{n - 1}}}${{a{n - 1}}}\n" for n in range(1, 40)),
        "many values": f"FROM busybox:latest\nENV b={'x' * 4000}\n"
        + "".join(f"ENV a{n}=$b\nRUN :\n" for n in range(30)),
    }
    said = {}
    with siege:
        for name, dockerfile in shapes.items():
            said[name] = endless(siege, dockerfile)
    assert f"{most:,} bytes" in said["too long"], said
    siege.record(
        "refused, built or stopped at their time: " + "; ".join(f"{k}: {v[:60]}" for k, v in said.items()),
        said["too long"],
    )


def endless(siege: Siege, dockerfile: str) -> str:
    """What is said to it, which has to come soon."""
    who = siege.attacker()
    project = project_of(who, dockerfile)
    began = time.monotonic()
    answer = who.send("POST", f"/api/projects/{project}/builds/", json={"reference": "evil:1"})
    took = time.monotonic() - began
    assert took < WEB_MAY_TAKE, f"the site took {took:.1f} s: {answer.text[:200]}"
    if not answer.ok:
        return str(answer.json()["error"]["message"])
    end = who.built(answer.json()["build"]["id"], seconds=IN_FORCE["build.seconds"].value + 20)
    return str(end["failure"]["what"]) if end["failure"] else "built"
