"""Rules of a Pod as a whole."""

from .support import SUBDOMAIN, changed, pod, refusals, stored


def test_a_pods_name_is_a_subdomain() -> None:
    given = changed(pod(), "metadata", "name", to="My_Pod")
    assert refusals(given) == [f'metadata.name: Invalid value: "My_Pod": {SUBDOMAIN}']


def test_metadata_comes_before_the_spec() -> None:
    given = changed(pod(containers=[]), "metadata", to={"namespace": "default"})
    assert refusals(given) == [
        "metadata.name: Required value: name or generateName is required",
        "spec.containers: Required value",
    ]


def test_a_gated_pod_is_not_on_a_node() -> None:
    assert refusals(pod(nodeName="n", schedulingGates=[{"name": "a"}])) == [
        "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared"
    ]


def test_a_token_is_of_a_service_account() -> None:
    volume = {"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}
    assert refusals(pod(volumes=[volume])) == [
        (
            "spec.volumes[0].projected.sources[0].serviceAccountToken: "
            "Forbidden: must not be specified when serviceAccountName is not set"
        )
    ]
    assert refusals(pod(volumes=[volume], serviceAccountName="a")) == []


def test_a_mirror_pod_has_no_ephemeral_containers() -> None:
    old = changed(stored(pod(nodeName="n")), "metadata", "annotations", to={"kubernetes.io/config.mirror": "x"})
    new = changed(old, "spec", "ephemeralContainers", to=[{"name": "e", "image": "a"}])
    assert refusals(new, old, "ephemeralcontainers") == [
        "[]: Forbidden: static pods do not support ephemeral containers"
    ]


def test_an_update_states_the_version_it_replaces() -> None:
    old = stored(pod())
    assert refusals(changed(old, "metadata", "resourceVersion", to=""), old) == [
        'metadata.resourceVersion: Invalid value: "": must be specified for an update'
    ]
