"""A package index of the test's own on the loopback interface, with one small wheel: greeting 1.0."""

import functools
import http.server
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WHEEL = "greeting-1.0-py3-none-any.whl"


@contextmanager
def package_index(folder: Path) -> Iterator[int]:
    """Serve it from *folder* meanwhile; answers the port, pip's address is http://127.0.0.1:PORT/simple."""
    write_package(folder)
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def write_package(folder: Path) -> None:
    """The page and the wheel (PEP 503, PEP 427)."""
    simple = folder / "simple" / "greeting"
    simple.mkdir(parents=True)
    with zipfile.ZipFile(simple / WHEEL, "w") as wheel:
        wheel.writestr("greeting.py", "text = 'hello from a package'\n")
        wheel.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
        wheel.writestr("greeting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("greeting-1.0.dist-info/RECORD", "")
    (simple / "index.html").write_text(f"<a href='{WHEEL}'>{WHEEL}</a>")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name is http.server's
        """Say nothing."""
