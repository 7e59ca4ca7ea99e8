"""The few btrfs calls we need, by ioctl, so that nobody has to start a program for each layer. Needs root.

Numbers and structures: the kernel's include/uapi/linux/btrfs.h.
"""

import fcntl
import os
import struct
from pathlib import Path

RESIZE = 0x50009403  # struct btrfs_ioctl_vol_args: s64 fd, char name[4088]
QUOTA_CTL = 0xC0109428  # struct btrfs_ioctl_quota_ctl_args: u64 cmd, u64 status
QGROUP_LIMIT = 0x8030942B  # struct btrfs_ioctl_qgroup_limit_args: u64 qgroup; u64 flags, max_rfer, max_excl, rsv_*
ENABLE, ENABLE_SIMPLE = 1, 4
MAX_EXCL = 2
SUBVOLUME_INODE = 256  # every subvolume's root folder has this inode number


def enable_quotas(mounted: Path) -> str:
    """Switch quotas on, twice does no harm. Simple ones (Linux 6.7: what a layer itself wrote) cost next to nothing,
    so they are tried first. Answers "simple" or "full"; raises `OSError`."""
    try:
        _call(mounted, QUOTA_CTL, struct.pack("<QQ", ENABLE_SIMPLE, 0))
    except OSError:
        _call(mounted, QUOTA_CTL, struct.pack("<QQ", ENABLE, 0))
        return "full"
    return "simple"


def limit(subvolume: Path, size: int) -> None:
    """Let this subvolume hold *size* bytes of its own (shared ones are the layers' below). Raises `OSError`."""
    _call(subvolume, QGROUP_LIMIT, struct.pack("<6Q", 0, MAX_EXCL, 0, size, 0, 0))


def grow(mounted: Path) -> None:
    """Let the file system fill its device. Raises `OSError`."""
    _call(mounted, RESIZE, struct.pack("<q4088s", 0, b"max"))


def is_subvolume(folder: Path) -> bool:
    """Whether this folder is the root of a subvolume (and not one inside it)."""
    try:
        return folder.is_dir() and folder.stat().st_ino == SUBVOLUME_INODE
    except OSError:
        return False


def _call(folder: Path, request: int, argument: bytes) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, request, bytearray(argument))
    finally:
        os.close(fd)
