"""Defaults of discovery.k8s.io/v1: EndpointSlice.

Source: pkg/apis/discovery/v1/defaults.go, pkg/registry/discovery/endpointslice/strategy.go, v1.36.
"""

from playground.kube.apiserver.defaults.unset import Fields, fill, items


def default_endpoint_slice(obj: Fields) -> None:
    """A port without a name is called "", and is TCP."""
    for port in items(obj, "ports"):
        fill(port, name="", protocol="TCP")
    for endpoint in items(obj, "endpoints"):
        # v1 only reads this field; what a client writes to it is dropped.
        endpoint.pop("deprecatedTopology", None)
