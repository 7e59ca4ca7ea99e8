"""Servers of a test whose connections are waited for at its end: a loop that is closed over them complains."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Connections:
    """Counts those that *handle* serves."""

    handle: Handle
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What a server calls for each."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        try:
            await self.handle(reader, writer)
        finally:
            writer.close()


@asynccontextmanager
async def serving(handle: Handle, *, port_of: str = "127.0.0.1", limit: int = 1 << 16) -> AsyncIterator[int]:
    """A server on a free port; at the end all its connections have ended by themselves, within five seconds."""
    connections = Connections(handle)
    server = await asyncio.start_server(connections.serve, port_of, 0, limit=limit)
    async with server:
        yield server.sockets[0].getsockname()[1]
    if connections.tasks:
        _, left = await asyncio.wait(connections.tasks, timeout=5)
        assert not left, "a connection that does not end"
