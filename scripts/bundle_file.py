"""The one file that holds all that a machine without a network needs: how it is written and read. For `bundle`,
`offline` and `compose`.

A plain tar. Its first member is a table of what it was made for and of every other member's size and SHA-256; nothing
is used before it was compared with that table.
"""

import hashlib
import io
import json
import platform
import sys
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from clone import REQUIREMENTS, ROOT
from console import Failed

TABLE = "drydock-bundle.json"
FORMAT = 1
CHUNK = 1 << 20
GZIP = 31  # zlib's word for "with gzip's header"
FRONT_END_SOURCES = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "static/src")


def facts() -> dict[str, str]:
    """What a bundle has to agree with: this Python, this machine, this version of the clone's locked packages."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "machine": platform.machine(),
        "requirements": hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest(),
        "front_end": sources_hash([ROOT / name for name in FRONT_END_SOURCES]),
    }


def sources_hash(paths: Sequence[Path]) -> str:
    """A hash of files and folders that is the same in every clone (`stamps.fingerprint` is not)."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            total.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


# --- writing --------------------------------------------------------------------------------------------------------


def write(path: Path, folder: Path, told: Mapping[str, str]) -> str:
    """Write every file below *folder* to *path*, whole or not at all; answers the SHA-256 of the whole."""
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    files = {name: {"size": (folder / name).stat().st_size, "sha256": sha256(folder / name)} for name in names}
    table = json.dumps({"format": FORMAT, **told, "files": files}, indent=1).encode()
    scratch = path.with_name(f".{path.name}.part")
    try:
        with scratch.open("wb") as out, tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            _put(tar, TABLE, len(table), io.BytesIO(table))
            for name in names:
                with (folder / name).open("rb") as content:
                    _put(tar, name, files[name]["size"], content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return sha256(path)


def _put(tar: tarfile.TarFile, name: str, size: Any, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = int(size), 0o644
    tar.addfile(entry, content)


def sha256(path: Path) -> str:
    """The file's hash, in hexadecimal digits."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# --- reading --------------------------------------------------------------------------------------------------------


class Bundle:
    """A bundle that was opened: it is whole and fits this machine and this clone. Raises `Failed` with one sentence.

    Opening reads the table and the members' headers only, so it takes a moment whatever the size.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                table, self._members = self._open(file)
        except OSError as error:
            raise Failed(f"The bundle {path} cannot be read: {error.strerror}.") from error
        self.files: dict[str, dict[str, Any]] = table["files"]
        self._check(table)

    def names(self, folder: str) -> list[str]:
        """The members in one folder."""
        return [name for name in self.files if name.startswith(f"{folder}/")]

    def take(self, name: str, target: Path, *, unpack: bool = False) -> None:
        """Write a member to *target* (*unpack*: what is in its gzip), there only once its SHA-256 is right."""
        if name not in self.files:
            raise Failed(f"The bundle {self.path} has no {name}.")
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_name(f".{target.name}.part")
        expand = zlib.decompressobj(GZIP) if unpack else None
        total = hashlib.sha256()
        try:
            with scratch.open("wb") as out:
                for chunk in self._chunks(name):
                    total.update(chunk)
                    out.write(expand.decompress(chunk) if expand else chunk)
            if total.hexdigest() != self.files[name]["sha256"]:
                raise Failed(f"The bundle {self.path} is damaged: {name} has not the SHA-256 that its table says.")
            scratch.replace(target)
        except zlib.error as error:
            raise Failed(f"The bundle {self.path} is damaged: {name} cannot be unpacked.") from error
        except OSError as error:
            raise Failed(f"{name} of the bundle cannot be written to {target.parent}: {error.strerror}.") from error
        finally:
            scratch.unlink(missing_ok=True)

    def take_folder(self, folder: str, target: Path) -> list[Path]:
        """Every member of one folder and of those in it, into *target*."""
        made = [target / Path(name).relative_to(folder) for name in self.names(folder)]
        for name, path in zip(self.names(folder), made, strict=True):
            self.take(name, path)
        return made

    def _open(self, file: IO[bytes]) -> tuple[dict[str, Any], dict[str, tarfile.TarInfo]]:
        no_bundle = f"{self.path} is no bundle of Drydock; make one where there is a network: make bundle."
        try:
            tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - it closes nothing: the file is the caller's
            first = tar.next()
            content = tar.extractfile(first) if first is not None and first.name == TABLE else None
            table = json.loads(content.read()) if content is not None else None
        except (tarfile.TarError, ValueError) as error:
            raise Failed(no_bundle) from error
        if not isinstance(table, dict) or not isinstance(table.get("files"), dict):
            raise Failed(no_bundle)
        if table.get("format") != FORMAT:
            raise Failed(f"The bundle {self.path} is of another version of Drydock; make it anew: make bundle.")
        try:
            members = {member.name: member for member in tar.getmembers() if member.name != TABLE}
        except tarfile.TarError as error:
            raise Failed(f"The bundle {self.path} is cut off or damaged; copy it again.") from error
        return table, members

    def _check(self, table: Mapping[str, Any]) -> None:
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in self.files):
            raise Failed(f"The bundle {self.path} has names that lead out of its folders; make it anew.")
        sizes = {name: entry.get("size") for name, entry in self.files.items()}
        if sizes != {name: member.size for name, member in self._members.items() if member.isreg()}:
            raise Failed(f"The bundle {self.path} is cut off or damaged; copy it again.")
        here = facts()
        for key, word in (("python", "Python"), ("machine", "a machine of type")):
            if table.get(key) != here[key]:
                raise Failed(f"The bundle {self.path} is for {word} {table.get(key)}; here it is {here[key]}.")
        if any(table.get(key) != here[key] for key in ("requirements", "front_end")):
            raise Failed(f"The bundle {self.path} is of another version of Drydock than this clone; make it anew.")

    def _chunks(self, name: str) -> Iterator[bytes]:
        member = self._members[name]
        left = member.size
        with self.path.open("rb") as file:
            file.seek(member.offset_data)
            while left and (chunk := file.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk
