"""The first bytes of a real TLS client, for tests of tunnels."""

import ssl


def client_hello(name: str | None) -> bytes:
    """A ClientHello as Python's own ssl writes it, with its record's head; None: it names no server."""
    context = ssl.create_default_context()
    context.check_hostname = False
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake without a server")
