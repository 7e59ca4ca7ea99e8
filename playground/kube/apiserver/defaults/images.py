"""How the name of an image tells when to pull it.

Source: SetDefaults_Container in pkg/apis/core/v1/defaults.go, ParseImageName in pkg/util/parsers, and the reference
grammar of github.com/distribution/reference.
"""

import re
from typing import Final

COMPONENT: Final = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
DOMAIN: Final = rf"(?:{COMPONENT}(?:\.{COMPONENT})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
PART: Final = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*"
DIGEST: Final = "sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}"
REFERENCE: Final = re.compile(
    rf"({DOMAIN}/{PART}(?:/{PART})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?(?:@({DIGEST}))?"
)
IDENTIFIER: Final = re.compile("[a-f0-9]{64}")
MAX_NAME: Final = 255


def pull_policy(image: str) -> str:
    """Pull each time what may change under its name: the tag latest, or neither tag nor digest.

    A name that is no image's at all gets IfNotPresent, as from the real server; the kubelet will complain.
    """
    found = None if IDENTIFIER.fullmatch(image) else REFERENCE.fullmatch(_with_domain(image))
    if found is None or len(found[1]) > MAX_NAME:
        return "IfNotPresent"
    _, tag, digest = found.groups()
    return "Always" if tag == "latest" or not (tag or digest) else "IfNotPresent"


def _with_domain(image: str) -> str:
    """`nginx` is `docker.io/library/nginx`: the first part is a domain if it looks like one."""
    head, slash, _ = image.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost" or head.lower() != head):
        return image
    return f"docker.io/{image}" if slash else f"docker.io/library/{image}"
