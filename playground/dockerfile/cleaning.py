"""Making the engine's messages fit to show: no paths of the machine, no addresses, no layers of prefixes.

Pure string work, used by `explain` for messages and for the last lines of a step's output.
"""

import re

LONGEST_MESSAGE = 400
LONGEST_TAIL_LINE = 500

_PREFIXES = (
    "failed to solve with frontend dockerfile.v0: ",
    "failed to solve: ",
    "failed to create LLB definition: ",
    "failed to build LLB: ",
    "Error response from daemon: ",
    "error during connect: ",
    "build failed: ",
)
_RPC = re.compile(r"rpc error: code = \w+ desc = ")
_COLOURS = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PATH = re.compile(r"(?<![\w.:/])/(?:[^\s/\"'`:;,()\[\]{}]+/)*[^\s/\"'`:;,()\[\]{}]*")
_MOUNT = re.compile(r"(?:^|.*/)buildkit-mount\d*/?(.*)", re.DOTALL)
# Folders that only the engine's own storage has; inside a container nobody meets them.
_ENGINE_FOLDERS = re.compile(
    r"/(?:buildkit[\w-]*|overlay2|containerd[\w-]*|subvolumes|moby|runc[\w-]*|docker-tmp\w*|executor)(?:/|$)"
    r"|/var/lib/docker(?:/|$)|/(?:var/)?run/docker"
)
_ADDRESS = re.compile(
    r"(?: on)? (?:\[[0-9a-fA-F:]+\]|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?:->(?:\[[0-9a-fA-F:]+\]|[\d.]+)(?::\d+)?)?"
)
_REF_ID = re.compile(r"\bof ref [\w-]+::\w+")


def clean_message(message: str, *, known: str = "") -> str:
    """The message without prefixes, paths of the machine and addresses, on one line.

    `known` is text the learner wrote: paths that stand in it are theirs and may stay.
    """
    text = strip_control(message).replace("\n", " ").strip()
    text = _RPC.sub("", text)
    shorter = True
    while shorter:
        shorter = False
        for prefix in _PREFIXES:
            if text.startswith(prefix):
                text, shorter = text.removeprefix(prefix), True
    text = _REF_ID.sub("", text)
    text = _PATH.sub(lambda match: _safe_path(match[0], known=known), text)
    text = re.sub(r"\s+", " ", _ADDRESS.sub("", text)).strip()
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE].rstrip()}…"


def clean_tail(lines: list[str]) -> tuple[str, ...]:
    """Output lines without colours and without the engine's own folders; everything else is the learner's."""
    cleaned = [_PATH.sub(lambda match: _hide_engine_path(match[0]), strip_control(line).rstrip()) for line in lines]
    return tuple(line[:LONGEST_TAIL_LINE] for line in cleaned)


def strip_control(text: str) -> str:
    """Without colours and other control characters, line feeds and tabs excepted."""
    return _CONTROL.sub("", _COLOURS.sub("", text))


def _hide_engine_path(path: str) -> str:
    if mount := _MOUNT.fullmatch(path):
        return mount[1] or "the build context"
    return path.rstrip("/").rpartition("/")[2] if _ENGINE_FOLDERS.search(path) else path


def _safe_path(path: str, *, known: str) -> str:
    hidden = _hide_engine_path(path)
    if hidden != path or path.count("/") == 1 or path in known:
        return hidden
    # Whether this is a path of the machine cannot be told, so only its last part is shown.
    return path.rstrip("/").rpartition("/")[2]
