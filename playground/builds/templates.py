"""What a new project can start from. The files themselves are in `starters/<key>/`."""

from dataclasses import dataclass
from pathlib import Path

STARTERS = Path(__file__).parent / "starters"


@dataclass(frozen=True, slots=True)
class Template:
    """A start: *image* is the base image it needs, *files* path → content."""

    key: str
    title: str
    about: str
    image: str

    @property
    def files(self) -> dict[str, bytes]:
        """Every file of the start, in the order of paths; not what compiling our own code has left beside it."""
        root = STARTERS / self.key
        found = [path for path in sorted(root.rglob("*")) if path.is_file() and path.parent.name != "__pycache__"]
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


TEMPLATES: dict[str, Template] = {
    template.key: template
    for template in (
        Template("hello", "My first image", "Three instructions and a greeting. Builds in seconds.", "busybox:latest"),
        Template("static-site", "Static site", "A web page served by a tiny web server.", "busybox:latest"),
        Template("python-web", "Python web app", "A small app, its settings and a test step.", "python:3.11-slim"),
        Template("c-program", "C program in two stages", "Compile in one image, ship in another.", "gcc:12"),
        Template("broken", "Broken on purpose", "Three mistakes: build, read, mend, then run it.", "busybox:latest"),
    )
}
