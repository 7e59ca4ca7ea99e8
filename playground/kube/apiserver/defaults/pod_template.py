"""What the API server fills in in the pod template of a workload.

Source: pkg/apis/core/v1/defaults.go, v1.36: a template is given all that a pod's spec is, but not requests from limits.
"""

from playground.kube.apiserver.defaults.pod import default_pod_spec, drop_init_container_annotations
from playground.kube.apiserver.defaults.unset import Fields, child


def default_pod_template(holder: Fields) -> None:
    """Fill in `holder["template"]`; it is made when absent, since Go writes the struct even when it is empty."""
    template = child(holder, "template")
    child(template, "metadata")
    drop_init_container_annotations(template)
    default_pod_spec(child(template, "spec"))
