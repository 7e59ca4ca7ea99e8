"""Paths of the API."""

import pytest

from playground.kube.rest.paths import NoSuchPath, NoSuchResource, parse


@pytest.mark.parametrize(
    ("path", "resource", "namespace", "name", "subresource"),
    [
        ("/api/v1/pods", "pods", None, "", ""),
        ("/api/v1/namespaces/shop/pods", "pods", "shop", "", ""),
        ("/api/v1/namespaces/shop/pods/web", "pods", "shop", "web", ""),
        ("/api/v1/namespaces/shop/pods/web/status", "pods", "shop", "web", "status"),
        ("/api/v1/namespaces", "namespaces", None, "", ""),
        ("/api/v1/namespaces/shop", "namespaces", None, "shop", ""),
        ("/api/v1/namespaces/shop/finalize", "namespaces", None, "shop", "finalize"),
        ("/api/v1/nodes/n1/status", "nodes", None, "n1", "status"),
        ("/apis/apps/v1/namespaces/shop/deployments/web/scale", "deployments.apps", "shop", "web", "scale"),
        (
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/x%3Ay",
            "clusterroles.rbac.authorization.k8s.io",
            None,
            "x:y",
            "",
        ),
    ],
)
def test_a_path_says_what_it_is_about(
    path: str, resource: str, namespace: str | None, name: str, subresource: str
) -> None:
    place = parse(path)
    assert (place.resource.qualified, place.namespace, place.name, place.subresource) == (
        resource, namespace, name, subresource,
    )  # fmt: skip


def test_the_old_way_to_watch_is_noticed() -> None:
    assert parse("/api/v1/watch/namespaces/shop/pods").watch


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/podz",
        "/apis/apps/v2/deployments",
        "/api/v1/namespaces/shop/nodes",
        "/api/v1/pods/web",
        "/api/v1/namespaces/shop/pods/web/scale",
        "/api/v1/namespaces/shop/pods/web/status/x",
        "/api/v1",
    ],
)
def test_a_resource_that_is_not_served_is_told_apart(path: str) -> None:
    with pytest.raises(NoSuchResource):
        parse(path)


@pytest.mark.parametrize("path", ["/", "/api", "/api/v2/pods", "/apis/foo/v1/bars", "/healthz", ""])
def test_from_a_path_that_is_nowhere(path: str) -> None:
    with pytest.raises(NoSuchPath):
        parse(path)
