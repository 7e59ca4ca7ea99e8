"""Archives as an attacker packs them: small ones that become large, and ones full of links."""

import bz2
import gzip
import io
import tarfile

MIB = 1 << 20
BLOCK = 64 * MIB


def header(name: str, size: int) -> bytes:
    """A tar's header for a file of *size* bytes."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


def bomb_bz2(size: int) -> bytes:
    """A tar of one file of zeros, packed so well that it passes every limit of an upload: 4 GB in some kilobytes.

    A .bz2 may be several joined ones (bzip2(1)), so one block of zeros is packed once and repeated.
    """
    assert size % BLOCK == 0
    zeros = bz2.compress(bytes(BLOCK))
    return bz2.compress(header("bomb", size)) + zeros * (size // BLOCK) + bz2.compress(bytes(1024))


def bomb_gz(size: int, *, packed_size: int) -> bytes:
    """The same as .gz of about *packed_size* bytes: joined ones are one here, too (RFC 1952, 2.2)."""
    assert size % BLOCK == 0
    zeros = gzip.compress(bytes(BLOCK), compresslevel=1 if packed_size > size // 400 else 9)
    return gzip.compress(header("bomb", size)) + zeros * (size // BLOCK) + gzip.compress(bytes(1024))


def tar_of(*members: tuple[str, str, str]) -> bytes:
    """A .tar of (kind, name, content or target): kinds "file", "symlink", "hardlink", "device"."""
    packed = io.BytesIO()
    kinds = {
        "file": tarfile.REGTYPE,
        "symlink": tarfile.SYMTYPE,
        "hardlink": tarfile.LNKTYPE,
        "device": tarfile.BLKTYPE,
    }
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for kind, name, text in members:
            info = tarfile.TarInfo(name)
            info.type, info.mode = kinds[kind], 0o644
            if kind == "file":
                info.size = len(text.encode())
                tar.addfile(info, io.BytesIO(text.encode()))
            else:
                info.linkname = text
                tar.addfile(info)
    return packed.getvalue()
