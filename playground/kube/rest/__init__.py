"""The wire's paths and methods: a Call goes in, a Reply comes out. Sockets, streams and tables are not here."""

from playground.kube.rest.call import Call, Reply
from playground.kube.rest.handler import handle

__all__ = ["Call", "Reply", "handle"]
