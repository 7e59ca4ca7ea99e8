"""A web app of one page, with nothing but Python's standard library."""

import json
import sys
from wsgiref.simple_server import make_server

with open("settings.json", encoding="utf-8") as file:
    settings = json.load(file)


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{settings['greeting']} You asked for {environ['PATH_INFO']}.\n".encode()]


if "--check" in sys.argv:
    answer = b"".join(app({"PATH_INFO": "/"}, lambda status, headers: print(status)))
    print(answer.decode().strip())
else:
    print(f"Listening on port {settings['port']}.")
    make_server("", settings["port"], app).serve_forever()
