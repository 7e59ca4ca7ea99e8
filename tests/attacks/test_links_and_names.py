"""Paths and names that pretend: links, .. and absolute paths in context and targets, images named like others'."""

import uuid
from pathlib import Path

import pytest

from tests.attacks.archives import tar_of
from tests.attacks.siege import Siege
from tests.support.client import dockerfile_project

HOSTILE_ARCHIVES = {
    "symlink": tar_of(("symlink", "inside", "/etc/passwd")),
    "symlinked folder": tar_of(("symlink", "d", "/etc"), ("file", "d/evil", "x")),
    "hard link": tar_of(("hardlink", "inside", "/etc/passwd")),
    "device": tar_of(("device", "disk", "")),
    "..": tar_of(("file", "../../../etc/evil", "x")),
    "absolute": tar_of(("file", "/etc/evil", "x")),
}


@pytest.mark.attack("links-context", "upload", limit="files and folders only")
def test_archives_with_links_devices_and_dots_are_refused_whole(siege: Siege) -> None:
    who, project = siege.project()
    before = who.call("GET", f"/api/projects/{project}/")["project"]["files"]
    said = []
    for content in HOSTILE_ARCHIVES.values():
        answer = who.send(
            "POST", f"/api/projects/{project}/upload/", files={"file": ("a.tar", content)}, data={"unpack": "1"}
        )
        assert answer.status_code == 422, answer.text
        said.append(answer.json()["error"]["message"])
    assert who.call("GET", f"/api/projects/{project}/")["project"]["files"] == before
    siege.told(said[0], "is a link or a device", happened="refused whole, nothing was written")


@pytest.mark.attack("links-context", "build", limit="COPY sees the project only")
def test_no_source_leads_out_of_the_context(siege: Siege) -> None:
    sources = ("../../../etc/shadow", "/etc/shadow", "/proc/1/root/etc/shadow", "a/../../../../etc/shadow")
    said = [siege.refused(f"COPY {source} /x")["message"] for source in sources]
    who, project = siege.project()
    for name in ("../Dockerfile", "/etc/passwd", "../../etc/shadow"):
        asked = {"reference": "evil:1", "dockerfile": name}
        assert who.send("POST", f"/api/projects/{project}/builds/", json=asked).status_code == 422
    siege.told(said[0], "project", happened="refused before it was queued")


@pytest.mark.attack("links-copy", "build", limit="the engine stays inside the layer")
def test_no_target_leads_out_of_the_image(siege: Siege) -> None:
    marker = f"drydock-attack-{uuid.uuid4().hex[:8]}"
    own = Path("/etc/hostname").read_text().strip()
    escaping = tar_of(
        ("symlink", "out", "../../../../../../../../etc"), ("file", f"out/{marker}", "x"),
        ("symlink", "up", "/proc/1/root/etc"), ("file", f"up/{marker}", "x"),
        ("hardlink", "machine", "/etc/hostname"), ("file", f"../../../../etc/{marker}", "x"),
    )  # fmt: skip
    tries = (
        ("RUN ln -s /proc/1/root/etc /l", f"COPY greeting.txt /l/{marker}"),
        ("RUN ln -s ../../../../../../../../etc /l", f"COPY greeting.txt /l/{marker}"),
        (f"COPY greeting.txt ../../../../../../../../etc/{marker}",),
        ("WORKDIR ../../../../../..", f"COPY greeting.txt etc/{marker}"),
        ("RUN mkdir /p && ln -s /proc/self/fd/1 /p/x", f"COPY greeting.txt /p/x/../../../etc/{marker}"),
        ("RUN rm -rf /etc && ln -s /proc/1/root/etc /etc", f"COPY greeting.txt /etc/{marker}"),
        ("ADD evil.tar /", "RUN cat /machine || true"),
    )
    ends = []
    with siege:
        for lines in tries:
            who = siege.attacker()
            project = dockerfile_project(who, *lines)
            who.put_file(project, "evil.tar", escaping)
            ends.append(siege.build_project(who, project))
    assert not [place for place in places(siege) if (place / marker).exists()]
    assert own not in {line.strip() for end in ends for line in end["text"].splitlines()}
    states = [end["state"] for end in ends]
    failed = next((end["failure"]["what"] for end in ends if end["failure"]), "")
    siege.record(
        f"{states.count('succeeded')} of {len(states)} built, all inside the image; nothing was written outside", failed
    )


def places(siege: Siege) -> list[Path]:
    """Where a file would lie that got out: this machine's folders, and the same as the engine sees them."""
    roots = [Path("/"), *(Path(f"/proc/{pid}/root") for pid in (siege.view.daemon(),) if pid)]
    return [root / folder for root in roots for folder in ("etc", "tmp", "", "root", "var/lib", "etc/docker")]


LOOKALIKES = (
    "docker.io/library/busybox:latest", "busуbox:latest", "Busybox:latest", "drydock-x/y/app:1", "localhost:5000/app:1",
    "busybox@sha256:" + "0" * 64, "../busybox:1", "busybox:latest\n", "busybox\u200b:latest", "a/../../library/busybox",
    "sha256:" + "0" * 64, "-app:1", "app:1:2", "",
)  # fmt: skip


@pytest.mark.attack("names", "API", limit="small letters, digits and . _ - in at most two parts")
def test_names_that_pretend_are_refused_with_one_that_would_do(siege: Siege) -> None:
    who, project = siege.project()
    said = []
    for name in LOOKALIKES:
        answer = who.send("POST", f"/api/projects/{project}/builds/", json={"reference": name})
        assert answer.status_code == 422, (name, answer.text)
        assert answer.json()["error"]["fix"]
        said.append(answer.json()["error"]["message"])
    siege.told(said[0], "name", happened="refused, with a name that would do")


@pytest.mark.attack("names", "build", limit="every learner has a name space for images")
def test_an_image_named_like_a_base_or_another_s_is_only_one_s_own(siege: Siege) -> None:
    victim = siege.attacker()
    own = siege.build_project(victim, dockerfile_project(victim, "RUN echo true > /mine"), name="app:1")
    before = {name: siege.view.get(f"/images/{name}/json")["Id"] for name in ("busybox:latest", own["image"]["digest"])}
    label = siege.view.get(f"/images/{own['image']['digest']}/json")["RepoTags"][0].split("/")
    with siege:
        for name in ("busybox:latest", "library/busybox:latest", "app:1", f"{label[0]}/{label[1]}:1"):
            who, project = siege.project("RUN echo false > /mine; echo evil > /evil")
            end = siege.build_project(who, project, name=name)
            assert end["state"] == "succeeded", end["failure"]
    after = {name: siege.view.get(f"/images/{name}/json")["Id"] for name in before}
    assert after == before
    looked = siege.build_project(victim, dockerfile_project(victim, "RUN ls /evil || echo clean"), name="look:1")
    again = siege.run_image(victim, own["image"]["id"], "cat /mine")
    assert "clean" in looked["text"]
    assert again["text"].strip() == "true"
    siege.record(
        "built under the builder's own names; base image and the other learner's image stayed as they were", ""
    )
