"""What servers answer, by flavour."""

import pytest

from playground.kube.runtime import answers
from playground.kube.runtime.protocol import Request
from tests.kube.runtime.starts import start


@pytest.mark.parametrize(
    ("flavour", "image", "said"),
    [
        ("nginx", "nginx", "Welcome to nginx!"),
        ("httpd", "httpd", "It works!"),
        ("whoami", "traefik/whoami", "Hostname: web-1"),
        ("hello-app", "gcr.io/google-samples/hello-app:2.0", "Version: 2.0.0"),
        ("bootcamp", "x", "Running on: web-1 |"),
        ("ok", "registry.k8s.io/hpa-example", "OK!"),
        ("", "me/app:v2", "me/app:v2 in pod web-1: /"),
    ],
)
def test_a_flavour_has_its_own_answer(flavour: str, image: str, said: str) -> None:
    found = answers.http(flavour, start(image), Request(80), {})
    assert found.status == 200
    assert said in found.body


def test_a_document_root_answers_with_its_files_and_no_others() -> None:
    files = {"/usr/share/nginx/html/a/index.html": "A"}
    assert answers.http("nginx", start("nginx"), Request(80, "/a/?x=1"), files).body == "A"
    assert answers.http("nginx", start("nginx"), Request(80, "/b"), files).status == 404
    assert (
        answers.http("nginx", start("nginx"), Request(80, "/"), files).status == 403
    )  # a mounted folder hides the page


@pytest.mark.parametrize("args", [("-text=hi",), ("-text", "hi"), ("--text=hi",), ('-text="hi"',)])
def test_http_echo_says_its_text(args: tuple[str, ...]) -> None:
    assert answers.http("http-echo", start("hashicorp/http-echo", args=args), Request(5678), {}).body == "hi\n"
