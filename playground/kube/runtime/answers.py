"""What a server answers: the body, by the image's flavour; a file in its document root comes first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from playground.kube.runtime.protocol import Request, Response, Start

_WELCOME: Final = (
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n"
    "</body>\n</html>\n"
)
_ROOTS: Final[Mapping[str, str]] = {
    "nginx": "/usr/share/nginx/html",
    "httpd": "/usr/local/apache2/htdocs",
    "caddy": "/usr/share/caddy",
    "files": "",
}
_HOMES: Final[Mapping[str, str]] = {
    "nginx": _WELCOME,
    "httpd": "<html><body><h1>It works!</h1></body></html>\n",
    "caddy": "<!DOCTYPE html>\n<html><head><title>Caddy works!</title></head></html>\n",
    "files": "<!DOCTYPE HTML>\n<html><head><title>Directory listing for /</title></head></html>\n",
}


def echo(start: Start, request: Request, files: Mapping[str, str]) -> str:
    """Return as JSON text who answered and what it was given: env and mounted files."""
    told = {
        "pod": start.pod,
        "namespace": start.namespace,
        "node": start.node,
        "ip": start.ip,
        "container": start.name,
        "image": start.image,
        "restarts": start.restarts,
        "request": {"method": request.method, "path": request.path, "port": request.port},
        "env": dict(sorted(start.env.items())),
        "files": dict(sorted(files.items())),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def http(flavour: str, start: Start, request: Request, files: Mapping[str, str]) -> Response:
    """Return what a web server answers, without how long it takes."""
    path = request.path.partition("?")[0]
    if flavour in _ROOTS:
        return _document(flavour, path, files)
    said = _SAID.get(flavour)
    return Response(200, said(start, request) if said else f"{start.image} in pod {start.pod}: {path}\n")


def _document(flavour: str, path: str, files: Mapping[str, str]) -> Response:
    root = _ROOTS[flavour]
    name = root + (path + "index.html" if path.endswith("/") else path)
    if name in files:
        return Response(200, files[name])
    if path in {"/", "/index.html"}:
        inside = [each for each in files if each.startswith(f"{root}/")] if root else []
        return Response(403, "403 Forbidden\n") if inside else Response(200, _HOMES[flavour])
    return Response(404, "404 Not Found\n")


def _whoami(start: Start, request: Request) -> str:
    return (
        f"Hostname: {start.pod}\nIP: {start.ip}\nGET {request.path} HTTP/1.1\n"
        f"Server address: {start.ip}:{request.port}\nServer name: {start.pod}\n"
    )


def _hello_app(start: Start, request: Request) -> str:
    del request
    version = start.image.rpartition(":")[2] if ":" in start.image else "1.0"
    return f"Hello, world!\nVersion: {version}.0\nHostname: {start.pod}\n"


def _http_echo(start: Start, request: Request) -> str:
    del request
    words = dict(zip(start.args, (*start.args[1:], ""), strict=False))
    said = next((arg.partition("=")[2] for arg in start.args if arg.lstrip("-").startswith("text=")), None)
    return f"{said if said is not None else words.get('-text', words.get('--text', 'hello-world'))}\n".replace('"', "")


def _agnhost(start: Start, request: Request) -> str:
    path = request.path.partition("?")[0]
    return "ok" if path == "/healthz" else start.pod


_SAID: Final[Mapping[str, Callable[[Start, Request], str]]] = {
    "whoami": _whoami,
    "hello-app": _hello_app,
    "http-echo": _http_echo,
    "agnhost": _agnhost,
    "bootcamp": lambda start, request: f"Hello Kubernetes bootcamp! | Running on: {start.pod} | v=1\n",
    "ok": lambda start, request: "OK!",
}
