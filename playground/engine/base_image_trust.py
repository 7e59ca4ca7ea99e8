"""What a base image gets of this machine so that package installs work in it: the certificates of its own authorities
(behind which many schools and companies put the internet), and the indexes that it was told to use. Only where builds
may install packages at all. Called by whoever calls `base_images.ensure`; cached archives stay as they are.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.engine.lab import egress_npm, egress_pip, egress_setup
from playground.engine.lab.egress_origins import Machine, origin
from playground.engine.lab.egress_sources import this_machine

# update-ca-certificates(8): an administrator's own, what is made of all, and links by which OpenSSL finds each
OWN = "usr/local/share/ca-certificates"
CERTS = "etc/ssl/certs"
BUNDLE = f"{CERTS}/ca-certificates.crt"
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----")
LINK = re.compile(r"[0-9a-f]{8}\.\d{1,3}")
LARGEST = 1 << 20
EPOCH = 946_684_800  # as in `base_image_making`: the same content makes the same archive


@dataclass(frozen=True, slots=True)
class Trust:
    """*certificates* by file name, *links* by name to a file name of those, further small *files* by path."""

    certificates: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.certificates or self.files)

    @property
    def hash(self) -> str:
        """Eight hexadecimal digits that change with anything in it; '' for nothing."""
        told = repr((self.certificates, self.links, self.files)).encode()
        return hashlib.sha256(told).hexdigest()[:8] if self else ""


NOTHING = Trust()


def trust_of(env: Mapping[str, str], machine: Machine | None = None) -> Trust:
    """What images get on this machine: nothing, unless builds may install packages."""
    if not egress_setup.wanted(env):
        return NOTHING
    machine = machine or this_machine(env)
    certificates = _certificates(machine.at(f"/{OWN}"))
    named = {name for name, _ in certificates}
    return Trust(certificates, _links(machine, named), _indexes(machine))


def extended(archive: Path, trust: Trust, target: Path) -> Path:
    """*target*: the archive of an image with all of *trust* in it, each path once (the engine refuses a second one)."""
    with tarfile.open(archive) as tar:
        entries = tar.getmembers()
        end = tar.offset
        bundle = next((entry for entry in entries if _path(entry) == BUNDLE), None)
        content = tar.extractfile(bundle) if bundle else None
        ours = _written(trust, content.read().decode() if content else "")
    told = io.BytesIO()
    with tarfile.open(fileobj=told, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, (text, link) in ours.items():
            _put(tar, path, text, link=link)
    ends = [*(entry.offset for entry in entries[1:]), end]
    with archive.open("rb") as source, target.open("wb") as out:
        for entry, until in zip(entries, ends, strict=True):
            if _path(entry) not in ours:
                source.seek(entry.offset)
                out.write(source.read(until - entry.offset))
        out.write(told.getvalue())
    return target


def _path(entry: tarfile.TarInfo) -> str:
    return entry.name.removeprefix("./")


def _written(trust: Trust, bundle: str) -> dict[str, tuple[str, str]]:
    """By path: a file's text and a link's target."""
    files = {f"{OWN}/{name}": (text, "") for name, text in trust.certificates}
    if bundle:  # without it the image has no ca-certificates yet, and whoever installs them gets ours, too
        files[BUNDLE] = (bundle + "".join(text for _, text in trust.certificates), "")
        files |= {f"{CERTS}/{link}": ("", f"/{OWN}/{name}") for link, name in trust.links}
    return files | {path: (text, "") for path, text in trust.files}


def _put(tar: tarfile.TarFile, path: str, text: str = "", *, link: str = "") -> None:
    entry = tarfile.TarInfo(path)
    content = text.encode()
    entry.size, entry.mtime, entry.mode = len(content), EPOCH, 0o644
    if link:
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, link, 0o777
    tar.addfile(entry, io.BytesIO(content))


def _certificates(folder: Path) -> tuple[tuple[str, str], ...]:
    """Only certificates: what else such a file holds is nobody's business."""
    found = []
    for file in sorted(folder.rglob("*.crt")):
        try:
            text = file.read_text() if file.stat().st_size <= LARGEST else ""
        except (OSError, UnicodeDecodeError):
            continue
        blocks = CERTIFICATE.findall(text)
        if blocks:
            name = str(file.relative_to(folder)).replace("/", "-")
            found.append((name, "".join(f"{block}\n" for block in blocks)))
    return tuple(found)


def _links(machine: Machine, names: set[str]) -> tuple[tuple[str, str], ...]:
    """The links that this machine's own update-ca-certificates made for its certificates."""
    folder = machine.at(f"/{OWN}").resolve()
    found = []
    for link in sorted(machine.at(f"/{CERTS}").glob("*.*")):
        if LINK.fullmatch(link.name) and link.resolve().is_relative_to(folder):
            name = str(link.resolve().relative_to(folder)).replace("/", "-")
            if name in names:
                found.append((link.name, name))
    return tuple(found)


def _indexes(machine: Machine) -> tuple[tuple[str, str], ...]:
    """Configuration by which pip and npm ask the same servers as here; an address with a password stays here."""
    files = []
    index, registry = egress_pip.index_url(machine), egress_npm.registry(machine)
    if origin(index, "pip") and "@" not in index:
        files.append(("etc/pip.conf", f"[global]\nindex-url = {index}\n"))
    if origin(registry, "npm") and "@" not in registry:
        files.append(("etc/npmrc", f"registry={registry}\n"))
    return tuple(files)
