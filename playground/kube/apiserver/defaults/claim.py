"""What the API server fills in in the spec of a PersistentVolumeClaim, wherever it stands.

Source: SetDefaults_PersistentVolumeClaimSpec in pkg/apis/core/v1/defaults.go, v1.36.
"""

from playground.kube import quantity
from playground.kube.apiserver.defaults.unset import Fields, fill


def default_claim_spec(spec: Fields) -> None:
    """Fill in the volume mode; sizes are rounded up to thousandths."""
    fill(spec, volumeMode="Filesystem")
    for amounts in (spec.get("resources") or {}).values():
        for name, amount in amounts.items():
            amounts[name] = str(quantity.parse(amount).rounded_up(-3))
