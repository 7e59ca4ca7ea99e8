"""Names of images: their parts, their one full spelling, and advice about names that will not do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.dockerfile import check_tag, normalise, parse_reference

DIGEST = f"sha256:{'0a' * 32}"


@pytest.mark.parametrize(
    ("text", "domain", "path", "tag", "digest"),
    [
        ("busybox", "docker.io", "library/busybox", None, None),
        ("busybox:1.36", "docker.io", "library/busybox", "1.36", None),
        ("team/app", "docker.io", "team/app", None, None),
        ("docker.io/busybox", "docker.io", "library/busybox", None, None),
        ("index.docker.io/team/app", "docker.io", "team/app", None, None),
        ("localhost/app:x", "localhost", "app", "x", None),
        ("localhost:5000/team/app:v1.0_2-3", "localhost:5000", "team/app", "v1.0_2-3", None),
        ("ghcr.io/a/b/c", "ghcr.io", "a/b/c", None, None),
        ("[::1]:5000/app", "[::1]:5000", "app", None, None),
        (f"busybox@{DIGEST}", "docker.io", "library/busybox", None, DIGEST),
        (f"busybox:1@{DIGEST}", "docker.io", "library/busybox", "1", DIGEST),
        ("a__b/c--d.e_f", "docker.io", "a__b/c--d.e_f", None, None),
    ],
)
def test_a_name_is_taken_apart(text: str, domain: str, path: str, tag: str | None, digest: str | None) -> None:
    reference = parse_reference(text)
    assert reference is not None
    assert (reference.domain, reference.path, reference.tag, reference.digest) == (domain, path, tag, digest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Busybox",
        "busy box",
        "busybox:",
        ":tag",
        "busybox:-x",
        f"busybox:{'x' * 129}",
        "a" * 256,
        "-a",
        "a-",
        "a..b",
        "a___b",
        "a//b",
        "/a",
        "a/",
        "busybox@sha256:short",
        "0a" * 32,
        "büsybox",
        "busybox\n",
        "https://x.org/a",
    ],
)
def test_what_docker_refuses_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None
    assert normalise(text) is None


@pytest.mark.parametrize("text", ["busybox", "busybox:latest", "library/busybox", "docker.io/library/busybox:latest"])
def test_all_spellings_of_one_image_are_equal(text: str) -> None:
    assert normalise(text) == "docker.io/library/busybox:latest"


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("docker.io/library/busybox", "busybox:latest"),
        ("team/app:1", "team/app:1"),
        ("library/team/app", "library/team/app:latest"),
        ("x.org/library/app", "x.org/library/app:latest"),
        (f"busybox@{DIGEST}", f"busybox@{DIGEST}"),
    ],
)
def test_the_familiar_name_is_the_short_one(text: str, familiar: str) -> None:
    reference = parse_reference(text)
    assert reference is not None
    assert reference.familiar() == familiar


@pytest.mark.parametrize(
    ("name", "message", "suggestion"),
    [
        ("My App", "Image names are lower case: try my-app.", "my-app"),
        ("my app", "Image names have no spaces: try my-app.", "my-app"),
        ("", "An image needs a name: try my-app.", "my-app"),
        ("app:", "There is no tag after the colon: try app.", "app"),
        ("app:my tag", "Image names have no spaces: try app:my-tag.", "app:my-tag"),
        ("app:täg", "A tag holds letters, digits, dots, dashes and underscores only: try app:t-g.", "app:t-g"),
        (f"app@{DIGEST}", "A name you give to an image has no @ part: try app.", "app"),
        ("Ünï/App:V1", "Image names are lower case: try uni/app:V1.", "uni/app:V1"),
    ],
)
def test_a_bad_name_brings_a_sentence_and_a_better_one(name: str, message: str, suggestion: str) -> None:
    advice = check_tag(name)
    assert advice is not None
    assert (advice.message, advice.suggestion) == (message, suggestion)


@pytest.mark.parametrize("name", ["app", "app:1.0", "team/app:latest", "localhost:5000/app"])
def test_a_good_name_needs_no_advice(name: str) -> None:
    assert check_tag(name) is None


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_every_suggestion_is_itself_acceptable(name: str) -> None:
    advice = check_tag(name)
    if advice is not None:
        assert check_tag(advice.suggestion) is None
        assert advice.message.endswith(".")


def test_a_name_that_reads_like_an_image_id_is_refused_with_another() -> None:
    advice = check_tag("sha256:" + "0" * 64)
    assert advice is not None
    assert "sha256" in advice.message
    assert advice.suggestion == "my-app"
