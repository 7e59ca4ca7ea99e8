"""What a learner is told about broken YAML: the line to change and the smallest fix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.kube.manifests import ManifestError, read

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: c
    image: nginx:1.25
    args: ["-c", "echo hi"]
    env:
    - name: A
      value: "1"
"""


def complaint(text: str) -> ManifestError | None:
    """Return what is said about a text, None when it is sound."""
    try:
        read(text)
    except ManifestError as error:
        return error
    return None


def broken(old: str, new: str) -> ManifestError:
    """Return what is said about the pod after one change."""
    assert old in POD
    with pytest.raises(ManifestError) as caught:
        read(POD.replace(old, new, 1))
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("    image:", "\timage:", (10, 1), "this line is indented with a tab; YAML takes only spaces.",
         "Replace the tab by spaces, two for each level."),
        ("  labels:", "  \tlabels:", (5, 3), "this line is indented with a tab; YAML takes only spaces.",
         "Replace the tab by spaces, two for each level."),
        ("kind: Pod", "kind Pod", (2, 1), "there is no ':' after 'kind'.", "Write `kind: Pod`."),
        ("kind: Pod", "kind:Pod", (2, 1), "after 'kind:' there has to be a space before the value.",
         "Write `kind: Pod`."),
        ("metadata:", "metadata", (3, 1), "there is no ':' after 'metadata'.", "Write `metadata:`."),
        ("  - name: c\n", "  - name c\n", (9, 3), "there is no ':' after 'name'.", "Write `name: c`."),
        ("    image: nginx:1.25", "    image nginx:1.25", (10, 5), "there is no ':' after 'image'.",
         "Write `image: nginx:1.25`."),
        ("    image: nginx", "   image: nginx", (10, 4),
         "this line is indented by 3 spaces, which fits none of the levels above it.",
         "Indent it by 4 spaces, as line 9."),
        ("  labels:", " labels:", (5, 2), "this line is indented by 1 space, which fits none of the levels above it.",
         "Indent it by 2 spaces, as line 4."),
        ("  labels:", "   labels:", (5, 4), "this line is indented deeper than line 4, which has its value already.",
         "Indent it by 2 spaces, as line 4."),
        ("nginx:1.25", "nginx: 1.25", (10, 17),
         "the value on this line has a ': ' in it, which reads as a second field.",
         'Put the value in quotes: "nginx: 1.25".'),
        ("app: web", "app: @web", (6, 10), "a value cannot begin with '@'.", "Put the whole value in quotes."),
        ("app: web", 'app: "web', (6, 5), "the quotes opened on line 6 are not closed there.",
         "Add the closing quote at the end of the value."),
        ('      value: "1"', '      value: "1', (14, 14), "the quotes opened on line 14 are never closed.",
         'Add " at the end of the value.'),
        ("app: web", 'app: "web" 2', (6, 16), "'2' stands behind a value that is complete.",
         "Put the whole value in one pair of quotes, or take the rest away."),
        ("app: web", r'app: "\web"', (6, 11),
         r"inside double quotes a backslash begins a code such as \n, and this one is none.",
         r"Write \\ for a backslash, or use single quotes."),
        ("app: web", "app: *web", (6, 10), "'*web' repeats an anchor that is not there.",
         "Write &web before the value to repeat, or quote a real '*'."),
        ("app: web", "app: *", (6, 11), "'*' and '&' have a meaning in YAML.", "Put the value in quotes."),
        ("app: web", "app: {{ x }}-1", (6, 17),
         "this looks like a template: {{ }} has to be filled in before Kubernetes reads it.",
         "Put the value in its place, or quote the line's value."),
        ("app: web", "app: {{ x }}", (6, 11), "a list or a map stands where the name of a field belongs.",
         "A template such as {{ name }} must be filled in first, or stand in quotes."),
        ('"echo hi"]', '"echo hi"', (12, 5), "the '[' of line 11 has no ']' before this place, or a ',' is missing.",
         "Add ']', or ',' between the entries."),
        ("    env:\n", "    env: - name: A\n", (12, 10), "a list's first '-' stands on the line of its name.",
         "Move it to a line of its own."),
        ("  - name: c\n", "    name: c\n  - name: d\n", (10, 3),
         "an item of a list ('-') stands among the fields that begin on line 8.",
         "Give the list a name of its own, or make the lines above items too, each with '- ' at its start."),
        ("  labels:\n", "  - labels:\n", (5, 3),
         "an item of a list ('-') stands among the fields that begin on line 4.",
         "Give the list a name of its own, or make the lines above items too, each with '- ' at its start."),
        ("    app: web", "    : web", (6, 5), "a field has no name before its ':'.", "Write the name."),
        ("spec:", "- spec:", (7, 1), "an item of a list ('-') stands among the fields that begin on line 1.",
         "Give the list a name of its own, or make the lines above items too, each with '- ' at its start."),
        ("app: web", "app: \x07", (6, 10),
         "there is a character here that cannot be seen and that YAML does not allow.",
         "Delete it and type the place anew."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_its_fix(
    old: str, new: str, place: tuple[int, int], message: str, hint: str
) -> None:
    error = broken(old, new)
    assert ((error.line, error.column), error.message, error.hint) == (place, message, hint)


def test_a_field_among_items_is_told_as_such() -> None:
    error = complaint("- a\nb: c\n")
    assert error is not None
    assert (error.line, error.message) == (2, "a field stands among the items of the list that begins on line 1.")


def test_the_sound_pod_is_sound() -> None:
    (manifest,) = read(POD)
    assert manifest.object["spec"]["containers"][0]["image"] == "nginx:1.25"


def test_an_error_prints_as_one_sentence_after_another() -> None:
    assert str(broken("kind: Pod", "kind Pod")) == "line 2, column 1: there is no ':' after 'kind'. Write `kind: Pod`."


def test_a_fault_in_a_later_document_has_its_own_line() -> None:
    with pytest.raises(ManifestError) as caught:
        read(POD + "---\n" + POD.replace("kind: Pod", "kind Pod"))
    assert caught.value.line == 17


@given(
    st.integers(0, len(POD) - 1),
    st.sampled_from(["", " ", "\t", ":", "-", '"', "[", "{", "*", "&", "@", "\n", "'", "%"]),
)
def test_any_slip_of_the_hand_is_read_or_told_within_the_text(position: int, typed: str) -> None:
    text = POD[:position] + typed + POD[position + 1 :]
    error = complaint(text)
    if error is not None:
        assert 1 <= error.line <= text.count("\n") + 2
        assert error.column >= 1
        assert error.message.endswith(".")
