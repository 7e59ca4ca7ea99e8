"""Names of objects in addresses: short, lower case, not to be guessed."""

import base64
import secrets


def new_id() -> str:
    """16 characters of a-z2-7: 80 random bits, fit for an address, an image name and a container name."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()
