"""Every attack that is tried, by key, and the places it is tried at. The tests' marks, the records and docs/security.md
all name these; a test of the scripts holds that nothing is missing.
"""

from dataclasses import dataclass
from typing import Literal

Place = Literal["RUN", "run", "build", "upload", "API", "page", "straight"]
PLACES: dict[Place, str] = {
    "RUN": "a RUN step of a build",
    "run": "a container that was run",
    "build": "other instructions of a Dockerfile",
    "upload": "files sent to the site",
    "API": "the site's API",
    "page": "the pages in a browser",
    "straight": "straight to the engine, as if the site's own checks were not there",
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: *title* as the table shows it."""

    key: str
    title: str
    places: tuple[Place, ...]


CATALOGUE = (
    Attack("fork-bomb", "Fork bomb", ("RUN", "run")),
    Attack("memory", "3 GB of memory", ("RUN", "run")),
    Attack("disk", "dd of 50 GB", ("RUN", "run")),
    Attack("disk-volume", "dd of 50 GB into a VOLUME", ("run",)),
    Attack("disk-hosts", "dd of 50 GB into /etc/hosts", ("RUN", "run")),
    Attack("disk-layers", "Layers without end, each below its limit", ("build",)),
    Attack("files", "400,000 files", ("RUN", "run")),
    Attack("tar-bomb", "ADD of a tar bomb", ("upload", "build", "straight")),
    Attack("huge-copy", "COPY of a huge file", ("upload", "build", "straight")),
    Attack("cpu", "CPU hog on all cores", ("RUN", "run")),
    Attack("yes", "Output without end: yes", ("RUN", "run")),
    Attack("long-lines", "Lines of 10 MB", ("RUN", "run")),
    Attack("sleep", "Sleep for ever, deaf to signals", ("RUN", "run")),
    Attack("add-loopback", "ADD http://127.0.0.1: a service beside the engine or the site", ("build", "straight")),
    Attack("add-metadata", "ADD http://169.254.169.254: the metadata address", ("build", "straight")),
    Attack("reach", "Loopback, metadata address and the world from inside", ("RUN", "run")),
    Attack("gateway", "Ports at the gateway address of the network", ("run",)),
    Attack("image-name", "Another learner's image by its name", ("build", "straight")),
    Attack("image-id", "Another learner's image by its id", ("build", "API", "straight")),
    Attack("image-copy", "Another learner's image by COPY --from", ("build", "straight")),
    Attack("image-mount", "Another learner's image by --mount=from", ("build", "straight")),
    Attack("cache", "Another learner's cache mount", ("RUN", "straight")),
    Attack("container", "Another learner's container", ("API",)),
    Attack("network", "Another learner's network", ("API", "run")),
    Attack("volume", "Another learner's volume", ("API", "run")),
    Attack("socket", "The engine's socket", ("RUN", "run", "build")),
    Attack("privileged", "Privileged", ("API", "build", "straight")),
    Attack("host-network", "The host's network", ("API", "build", "straight")),
    Attack("host-pid", "The host's processes", ("API", "straight")),
    Attack("host-userns", "The host's user name space", ("API", "straight")),
    Attack("bind", "Bind mount of the host's files", ("API", "build", "straight")),
    Attack("device", "A device of the host", ("API", "RUN", "run", "straight")),
    Attack("capabilities", "More capabilities", ("API", "RUN", "run", "straight")),
    Attack("security-opt", "Security options: seccomp off", ("API", "straight")),
    Attack("cgroup-parent", "Another parent cgroup", ("API", "straight")),
    Attack("sysctls", "Kernel settings (sysctls)", ("API", "RUN", "run", "straight")),
    Attack("links-context", "Links and .. in the build context", ("upload", "build")),
    Attack("links-copy", "Links and .. in the targets of COPY and ADD", ("build",)),
    Attack("names", "Image names that look like someone else's", ("API", "build")),
    Attack("escapes", "Terminal escape codes and HTML in logs and names", ("RUN", "run", "page")),
    Attack("onbuild", "ONBUILD: what a later build would do", ("build",)),
    Attack("chains", "Deep FROM chains and endless Dockerfiles", ("build",)),
)
BY_KEY = {attack.key: attack for attack in CATALOGUE}
