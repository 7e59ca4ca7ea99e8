"""Who may open the socket of our own engine: root, and a group that only workers and the gateway are in. For `daemon`.

The group is made by what starts the site (`make run`); without it the socket stays root's. An engine that was started
before the group was made is handed over by its next user.
"""

import grp
import os
from pathlib import Path

GROUP = "drydock-engine"


def hand_over(socket: Path, *, group: str = GROUP) -> bool:
    """Give *socket* to the group, readable and writable. False: there is no such group, so nothing was changed."""
    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError:
        return False
    found = socket.stat()
    if (found.st_gid, found.st_mode & 0o777) != (gid, 0o660):
        os.chown(socket, -1, gid)
        socket.chmod(0o660)
    return True
