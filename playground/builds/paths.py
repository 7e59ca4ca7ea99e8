"""What may be a file's name in a project. Pure: the rules of a build context, with a sentence for each refusal."""

import unicodedata

from playground.accounts.errors import Refused
from playground.builds.limits import limit


def check_path(raw: str) -> str:
    """*raw* as a clean relative path (`src/app.py`). Raises `Refused` naming what is wrong."""
    longest, deepest = limit("path.characters"), limit("path.folders")
    if not raw or not raw.strip("/. "):
        raise _refused("name-empty", "A file needs a name.", "Give it one, for example app.py.")
    if "\0" in raw or any(unicodedata.category(char) in {"Cc", "Cs"} for char in raw):
        raise _refused("name-control", "The name holds a character that cannot be shown.", "Use letters and digits.")
    if "\ufffd" in raw:  # what a decoder leaves where bytes were not UTF-8
        raise _refused("name-not-utf8", "The name is not UTF-8 text.", "Write it in letters that every system knows.")
    if len(raw) > longest or len(raw.encode()) > longest:
        raise _refused("name-too-long", f"The name has {len(raw):,} characters; {longest} are allowed.", "Shorten it.")
    if raw.startswith("/") or "\\" in raw:
        raise _refused("name-absolute", f"“{raw}” is not a path inside the project.", "Leave out the leading / and \\.")
    parts = raw.removesuffix("/").split("/")
    if ".." in parts:
        raise _refused("name-outside", f"“{raw}” would lead out of the project.", "Leave out “..”.")
    if "" in parts or "." in parts or any(part != part.strip() for part in parts):
        raise _refused("name-odd", f"“{raw}” has an empty part or a space at an edge.", "Write it like src/app.py.")
    if len(parts) > deepest:
        raise _refused("name-too-deep", f"{len(parts)} folders deep; {deepest} are allowed.", "Use fewer folders.")
    return "/".join(parts)


def parents(path: str) -> list[str]:
    """Every folder above *path*, outermost first: `a/b/c.txt` → `a`, `a/b`."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _refused(code: str, message: str, fix: str) -> Refused:
    return Refused(code, message, field="path", fix=fix)
