"""What in a RUN fetches something from the internet, and what works instead where builds have no network.

Shared by `hints`, which tells it before, and `outputs`, which tells it afterwards.
"""

import re

from playground.dockerfile.library import Library

# Words of programs that fetch; what stays on this machine (a local path, --no-index, a loopback address) is left alone.
FETCHERS = re.compile(
    r"\b(?:apt(?:-get)?\s+(?:-\S+\s+)*(?:update|install|upgrade|dist-upgrade|full-upgrade|build-dep)"
    r"|apk\s+(?:-\S+\s+)*(?:add|update|upgrade)|(?:yum|dnf|microdnf|zypper)\s+(?:-\S+\s+)*(?:install|update)"
    r"|pip3?\s+(?:install|download)(?!.*--no-index)(?!\s+(?:-\S+\s+)*\.)"
    r"|(?:npm|pnpm)\s+(?:ci|install|i|add)|npx\s+(?!--no-install)\S+|yarn\s+(?:install|add)"
    r"|git\s+(?:-c\s+\S+\s+|-\S+\s+)*(?:clone\s[^|;&]*?(?:https?:|git@|ssh:|git:)|fetch|pull|submodule\s+update)"
    r"|go\s+(?:get|install\s+\S+@|mod\s+download)|cargo\s+(?:install|fetch)|gem\s+install|bundle\s+install"
    r"|composer\s+(?:install|require)|poetry\s+install"
    r"|(?:curl|wget)\s[^|;&]*https?://(?!localhost|127\.|\[::1\]))"
)
# By a word of the command: the way that needs no network.
_WAYS = (
    (
        r"\bpip3?\b",
        "Install from files: put the wheels into your project and write pip install --no-index ./wheels/*.",
    ),
    (
        r"\b(?:apt(?:-get)?|apk|yum|dnf|zypper)\b",
        "Start from an image that already has the program, so that nothing needs installing.",
    ),
    (
        r"\b(?:npm|yarn|pnpm|npx)\b",
        "Put node_modules into your project and COPY it, or use what node has built in.",
    ),
    (r"\bgit\b", "Put the files into your project and COPY them."),
    (r"\b(?:wget|curl)\b", "Put the file into your project and COPY it."),
)
_ANY_WAY = "Put what it needs into your project and COPY it."


def instead(command: str, library: Library) -> str:
    """What to do instead of this, and what there is without a network."""
    way = next((way for word, way in _WAYS if re.search(word, command)), _ANY_WAY)
    return f"{way} {library.offline()}"
