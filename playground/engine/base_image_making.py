"""Makes the archive of a base image's root file system from Debian's packages. Called by `base_images` only.

Which mirror to ask is the machine's own matter: it is read from apt (apt-get indextargets), never written down here.
"""

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from playground.engine.base_image_recipes import DOCKER_CLEAN, SUITE, Recipe
from playground.engine.daemon_install import install, missing

Progress = Callable[[str, float], None]
EPOCH = 946_684_800  # 2000-01-01: the same packages make the same archive
PACKING_TOOLS = {"mmdebstrap": "mmdebstrap", "dpkg-deb": "dpkg"}
FOLDERS = ("bin", "dev", "etc", "home", "proc", "root", "run", "sys", "tmp", "usr", "var", "var/tmp")
# mmdebstrap(1) names its stages on standard error; the part of the work that each begins
STAGES = {
    "I: running apt-get update": 0.05, "I: downloading packages": 0.15, "I: extracting archives": 0.25,
    "I: installing essential": 0.35, "I: installing remaining": 0.6, "I: cleaning": 0.9, "I: creating tarball": 0.92,
}  # fmt: skip


class CannotMake(Exception):
    """This machine cannot make the image; the message says why, to stand in parentheses."""


def make(recipe: Recipe, archive: Path, progress: Progress) -> None:
    """Write *archive*, whole or not at all. Call it with the image's lock held. Raises `CannotMake`."""
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".making-") as scratch:
        made = Path(scratch) / "rootfs.tar"
        try:
            if recipe.bare:
                _make_bare(recipe, made, Path(scratch), progress)
            else:
                _make_debian(recipe, made, progress)
        except FileNotFoundError as absent:
            raise CannotMake(f"there is no {absent.filename}") from absent
        made.chmod(0o644)
        made.rename(archive)


# --- one package and some files ----------------------------------------------------------------------------------


def _make_bare(recipe: Recipe, made: Path, scratch: Path, progress: Progress) -> None:
    (package,) = recipe.packages
    progress(f"getting Debian's {package}", 0.1)
    scratch.chmod(0o755)  # apt downloads as a user of its own
    command = ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package]
    if not _runs(command, scratch):
        progress("asking for a fresh list of packages", 0.2)
        _runs(["apt-get", "-q", "update"], scratch)
        _run(command, scratch)
    progress("unpacking", 0.7)
    _run(["dpkg-deb", "-x", str(next(scratch.glob("*.deb"))), "tree"], scratch)
    binary = scratch / "tree/bin/busybox"
    if not binary.exists():
        binary = scratch / "tree/usr/bin/busybox"
    applets = _run([str(binary), "--list"], scratch).split()
    with tarfile.open(made, "w", format=tarfile.PAX_FORMAT) as tar:
        for folder in FOLDERS:
            _put(tar, folder, tarfile.DIRTYPE, 0o1777 if folder.endswith("tmp") else 0o755)
        _put(tar, "bin/busybox", tarfile.REGTYPE, 0o755, binary.read_bytes())
        for applet in sorted(set(applets) - {"busybox"}):
            _put(tar, f"bin/{applet}", tarfile.SYMTYPE, 0o777, link="busybox")
        for path, text in recipe.files:
            _put(tar, path, tarfile.REGTYPE, 0o644, text.encode())


def _put(tar: tarfile.TarFile, path: str, kind: bytes, mode: int, content: bytes = b"", *, link: str = "") -> None:
    entry = tarfile.TarInfo(path)
    entry.type, entry.mode, entry.size, entry.linkname, entry.mtime = kind, mode, len(content), link, EPOCH
    tar.addfile(entry, io.BytesIO(content))


# --- a Debian ----------------------------------------------------------------------------------------------------


def _make_debian(recipe: Recipe, made: Path, progress: Progress) -> None:
    try:
        install(missing(PACKING_TOOLS), lambda line: progress(line, 0.01))
    except RuntimeError as failed:
        raise CannotMake(str(failed)) from failed
    sources = mirrors()
    progress("making a Debian from packages", 0.02)
    command = ["mmdebstrap", *_options(recipe), SUITE, str(made), *sources]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)},
    ) as process:  # fmt: skip
        assert process.stderr is not None  # noqa: S101 - PIPE was asked for
        told: list[str] = []
        for line in process.stderr:
            told = [*told[-20:], line.strip()]
            for stage, part in STAGES.items():
                if line.startswith(stage):
                    progress(line.strip().removeprefix("I: ").removesuffix("..."), part)
        if process.wait() != 0:
            errors = [line for line in told if line.startswith("E:")]
            raise CannotMake(f"mmdebstrap failed: {(errors or told or ['it said nothing'])[0]}")


def _options(recipe: Recipe) -> list[str]:
    """mmdebstrap's: an apt-sized system, without documentation (licences stay), devices and traces of this machine."""
    hooks = [
        *(_write(path, text) for path, text in (("etc/apt/apt.conf.d/docker-clean", DOCKER_CLEAN), *recipe.files)),
        *(f'cd "$1" && {command}' for command in recipe.commands),
        'rm -f "$1"/etc/resolv.conf "$1"/etc/hostname "$1"/var/cache/apt/*.bin "$1"/var/log/*.log "$1"/var/log/apt/*',
    ]
    return [
        "--variant=apt", "--format=tar", "--skip=output/dev", "--components=main",
        '--aptopt=Acquire::Languages "none"', *_proxy(),
        *(f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("man", "locale", "doc", "info", "lintian")),
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        *([f"--include={','.join(recipe.packages)}"] if recipe.packages else []),
        *(f"--customize-hook={hook}" for hook in hooks),
    ]  # fmt: skip


def _write(path: str, text: str) -> str:
    """A hook that writes *text* to a file of the new system."""
    return f'mkdir -p "$(dirname "$1/{path}")" && cat > "$1/{path}" <<\'DRYDOCK\'\n{text}DRYDOCK\n'


def _proxy() -> list[str]:
    """The proxy that this machine's apt uses, if it does."""
    told = _run(["apt-config", "dump", "Acquire::http::Proxy"], Path("/"))
    return [f"--aptopt={line.rstrip(';')}" for line in told.splitlines() if line.startswith("Acquire::http::Proxy ")]


def mirrors() -> list[str]:
    """sources.list(5) lines for our suite, from the mirrors this machine's apt has for Debian. Raises `CannotMake`."""
    told = _run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages", "Origin: Debian"],
                Path("/"))  # fmt: skip
    lines: dict[str, None] = {}
    for entry in told.splitlines():
        site, _, release = entry.partition(" ")
        _, dash, kind = release.partition("-")
        if kind in {"", "updates", "security"}:
            lines[f"deb {site} {SUITE}{dash}{kind} main"] = None
    if not lines:
        raise CannotMake("its apt knows no mirror of Debian")
    return list(lines)


def _runs(command: list[str], folder: Path) -> bool:
    return (
        subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0
    )


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, check=False, text=True)
    if done.returncode != 0:
        raise CannotMake(f"{command[0]} failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
    return done.stdout
