"""Fields whose feature is off are dropped without a word."""

import copy
from typing import Any

import pytest

from playground.kube.apiserver.defaults.disabled import drop_disabled


@pytest.mark.parametrize(
    ("spec", "kept"),
    [
        ({"schedulingGroup": {"podGroupName": "a"}, "hostname": "h"}, {"hostname": "h"}),
        ({"containers": [{"lifecycle": {"stopSignal": "SIGTERM"}}]}, {"containers": [{}]}),
        (
            {"initContainers": [{"lifecycle": {"stopSignal": "SIGTERM", "preStop": {}}}]},
            {"initContainers": [{"lifecycle": {"preStop": {}}}]},
        ),
        ({"containers": [{"lifecycle": {}}]}, {"containers": [{"lifecycle": {}}]}),
        (
            {
                "volumes": [
                    {"projected": {"sources": [{"clusterTrustBundle": {}}, {"podCertificate": {}}, {"secret": {}}]}}
                ]
            },
            {"volumes": [{"projected": {"sources": [{}, {}, {"secret": {}}]}}]},
        ),
    ],
)
def test_what_is_off_is_dropped(spec: dict[str, Any], kept: dict[str, Any]) -> None:
    given = copy.deepcopy(spec)
    drop_disabled(given)
    assert given == kept
