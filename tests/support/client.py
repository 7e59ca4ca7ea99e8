"""A learner without a browser: HTTP with cookie and CSRF token as docs/api.md has them."""

import secrets
from typing import Any, Self

import requests

from tests.support.stream import StreamReader
from tests.support.wait import until

TIMEOUT = 30.0
ENDED = frozenset({"succeeded", "failed", "cancelled"})


class Refusal(AssertionError):
    """The site answered with an error where success was expected."""

    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        super().__init__(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:600]}")


class Learner:
    """One visitor of the site at *url*. Methods named after calls answer their JSON and raise `Refusal` if refused."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.http.close()

    # --- plain ---

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET, whatever the answer."""
        return self.http.get(self.url + path, timeout=TIMEOUT, **more)

    def send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> requests.Response:
        """A write with the CSRF token, whatever the answer."""
        sent = {"X-CSRFToken": self.csrf(), "Referer": self.url + "/", **(headers or {})}
        return self.http.request(method, self.url + path, headers=sent, timeout=TIMEOUT, **more)

    def csrf(self) -> str:
        """Django compares a cookie with a header: a client without a page makes up the secret for both."""
        if "csrftoken" not in self.http.cookies:
            self.http.cookies.set("csrftoken", secrets.token_hex(16), domain="localhost.local", path="/")
        return self.http.cookies.get("csrftoken") or ""

    def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """A read or write that must succeed."""
        answer = self.get(path, **more) if method == "GET" else self.send(method, path, **more)
        if not answer.ok:
            raise Refusal(answer)
        parsed: dict[str, Any] = answer.json() if answer.content else {}
        return parsed

    # --- what a learner does ---

    def state(self) -> dict[str, Any]:
        """Everything of the learner's workspace."""
        return self.call("GET", "/api/state/")

    def new_project(self, template: str = "hello", name: str = "") -> dict[str, Any]:
        """A project from a template; the first one makes the guest."""
        made: dict[str, Any] = self.call(
            "POST", "/api/projects/", json={"template": template, "name": name or template}
        )
        project: dict[str, Any] = made["project"]
        return project

    def put_file(self, project: str, path: str, content: str | bytes) -> dict[str, Any]:
        """Save a file, over whatever version there is."""
        where = f"/api/projects/{project}/files/{path}"
        before = self.get(where)
        known = {"If-Match": before.headers["ETag"]} if before.ok else {"If-None-Match": "*"}
        data = content.encode() if isinstance(content, str) else content
        return self.call("PUT", where, data=data, headers=known)

    def build(self, project: str, reference: str = "hello:1", **more: Any) -> dict[str, Any]:
        """Ask for a build."""
        asked = self.call("POST", f"/api/projects/{project}/builds/", json={"reference": reference, **more})
        build: dict[str, Any] = asked["build"]
        return build

    def build_of(self, build: str) -> dict[str, Any]:
        """How a build is now."""
        answer: dict[str, Any] = self.call("GET", f"/api/builds/{build}/")["build"]
        return answer

    def built(self, build: str, *, seconds: float = 60) -> dict[str, Any]:
        """Wait for a build's end."""

        def ended() -> dict[str, Any]:
            now = self.build_of(build)
            return now if now["state"] in ENDED else {}

        return until(ended, seconds=seconds, what=f"build {build} has ended", every=0.1)

    def run(self, image: str, command: str = "", **more: Any) -> dict[str, Any]:
        """Start a container from an image."""
        asked = {"image": image, "command": command, "env": {}, "memory": 64 << 20, "cpus": 0.5, **more}
        container: dict[str, Any] = self.call("POST", "/api/containers/", json=asked)["container"]
        return container

    def container(self, container: str) -> dict[str, Any]:
        """How a container is now."""
        found = [c for c in self.call("GET", "/api/containers/")["containers"] if c["id"] == container]
        return found[0] if found else {}

    def cookie_header(self) -> str:
        """The cookies as a browser would send them."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)

    def read(self, stream: str, *, after: int = 0) -> StreamReader:
        """A reader of one of the learner's streams."""
        return StreamReader(self.url, stream, cookies=self.cookie_header(), after=after)


def dockerfile_project(learner: Learner, *lines: str, **files: str) -> str:
    """A project whose Dockerfile is `FROM busybox` and *lines*; answers its id."""
    project: str = learner.new_project()["id"]
    learner.put_file(project, "Dockerfile", "\n".join(("FROM busybox:latest", *lines)) + "\n")
    for path, content in files.items():
        learner.put_file(project, path, content)
    return project
