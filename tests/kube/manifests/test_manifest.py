"""Where every field stands."""

import pytest

from playground.kube.manifests import read

TEXT = """\
# a pod
apiVersion: v1
kind: Pod
metadata:
  labels:
    app.kubernetes.io/name: web
    app: x
spec:
  containers:
  - name: c
    resources:
      limits:
        cpu: "1"
        nvidia.com/gpu: 1
  - {name: d,
     image: e}
"""


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("kind", (3, 1)),
        ("spec.containers", (9, 3)),
        ("spec.containers[0]", (10, 5)),
        ("spec.containers[0].name", (10, 5)),
        ("spec.containers[0].resources.limits[cpu]", (13, 9)),
        ("spec.containers[0].resources.limits.cpu", (13, 9)),
        ("spec.containers[0].resources.limits[nvidia.com/gpu]", (14, 9)),
        ("spec.containers[1].image", (16, 6)),
        ("metadata.labels[app.kubernetes.io/name]", (6, 5)),
        ("metadata.labels.app", (7, 5)),
        ("metadata.labels.app.kubernetes.io/name", (6, 5)),
        ("metadata.name", (4, 1)),  # absent: the place of what is around it
        ("spec.containers[7].name", (9, 3)),
        ("spec.containers[0].ports[0].containerPort", (10, 5)),
        ("status.phase", (2, 1)),
        ("", (2, 1)),
    ],
)
def test_a_field_is_found_by_the_name_that_errors_give_it(field: str, place: tuple[int, int]) -> None:
    (manifest,) = read(TEXT)
    assert manifest.place_of(field) == place
    assert manifest.line_of(field) == place[0]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"), 14),
        (("spec", "containers", -1, "image"), 16),
        (("spec", "containers", 5), 9),
        (("spec", "containers", "x"), 9),
        ((), 2),
    ],
)
def test_a_field_is_found_by_its_path(path: tuple[str | int, ...], line: int) -> None:
    (manifest,) = read(TEXT)
    assert manifest.line_of(path) == line
