"""What a build needs from outside its Dockerfile: images, stages, files, the engine; and the advice given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .support import FILES, check_text, codes, only

# Joined by bars, since some of the words hold blanks.
MIXTURE = (
    "FROM|busybox|$A|${A:-b}|AS|b|\n|COPY|--from=b|--from=9|.|../x|[a|*|<<E|E|ENV|ARG|A=1|RUN|RUN --mount=from=|pip|CMD"
    "|install -r requirements.txt|apt-get install x|'x|ENTRYPOINT|WORKDIR|HEALTHCHECK|\\|# syntax=x|cd /x"
)


@given(st.lists(st.sampled_from(MIXTURE.split("|"))).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_checking_never_raises(text: str) -> None:
    problems = check_text(text, ignore="*.py\n!src", target="b", build_args={"A": "x"}, heredocs=False)
    assert [one.line for one in problems] == sorted(one.line for one in problems)


@pytest.mark.parametrize(
    "base",
    [
        "busybox",
        "busybox:latest",
        "library/busybox",
        "docker.io/library/busybox:latest",
        "index.docker.io/busybox",
        "scratch",
        "python:3.11-slim",
    ],
)
def test_every_spelling_of_an_available_image_will_do(base: str) -> None:
    assert check_text(f"FROM {base}") == ()


@pytest.mark.parametrize(
    ("base", "code", "fix"),
    [
        ("python:3.13", "image-not-available", "Use python:3.11-slim, "),
        ("python", "image-not-available", "Use python:3.11-slim, "),
        ("debain:bookworm-slim", "image-not-available", "Use debian:bookworm-slim, "),
        ("ghcr.io/x/busybox", "image-not-available", "busybox:latest"),
        ("Busybox", "image-name", "Write busybox."),
        ("busybox:la:test", "image-name", "busybox:latest"),
        (f"busybox@sha256:{'a' * 64}", "image-not-available", "Write busybox without the @ part."),
        ("$VERSION", "image-unknown", "ARG VERSION=value"),
        ("python:${VERSION", "image-unknown", "${VERSION}"),
    ],
)
def test_a_base_that_is_not_here_is_an_error_that_names_what_is(base: str, code: str, fix: str) -> None:
    problem = only(check_text(f"FROM {base}"), code)
    assert problem.severity == "error"
    assert fix in problem.fix


def test_at_most_six_images_are_named() -> None:
    images = [f"app{letter}:1" for letter in "abcdefgh"]
    assert only(check_text("FROM zzz", images=images), "image-not-available").fix.endswith("and 2 more.")


def test_an_arg_without_default_needs_a_build_argument() -> None:
    text = "ARG TAG\nFROM busybox:$TAG"
    assert "ARG TAG has no default" in only(check_text(text), "image-unknown").message
    assert check_text(text, build_args={"TAG": "latest"}) == ()
    assert codes(check_text(text, build_args={"TAG": "9"})) == ["image-not-available"]


@pytest.mark.parametrize("name", ["build", "Build", "BUILD"])
def test_from_may_name_a_stage_above_in_any_case(name: str) -> None:
    assert check_text(f"FROM busybox AS build\nFROM {name}") == ()


def test_from_may_not_name_a_stage_below() -> None:
    problem = only(check_text("FROM build\nFROM busybox AS build", target="build"), "image-not-available")
    assert "later" in problem.message


def test_a_missing_image_in_a_stage_the_target_does_not_need_is_only_a_warning() -> None:
    text = "FROM busybox AS build\nFROM nginx:1 AS web\nCOPY --from=build /a /b"
    assert only(check_text(text, target="build"), "image-not-available").severity == "warning"
    assert only(check_text(text, target="web"), "image-not-available").severity == "error"
    assert only(check_text(text), "image-not-available").severity == "error"


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("buidl", "Did you mean build?"),
        ("1", "build"),
        ("2", "build"),
        ("7", "build"),
        ("last", "Move the stage last above this one."),
        ("me", "Leave --from away"),
        ("nothing-like-it", "The stages above are: build."),
        ("$X", "FROM … AS"),
    ],
)
def test_copying_from_a_stage_that_is_not_there_is_an_error(source: str, fix: str) -> None:
    before, after = "FROM busybox AS build\nFROM busybox AS me\n", "\nFROM busybox AS last\nCOPY --from=me a b"
    (problem,) = check_text(f"{before}COPY --from={source} /a /b{after}")
    assert (problem.severity, problem.line) == ("error", 3)
    assert fix in problem.fix


@pytest.mark.parametrize("source", ["build", "BUILD", "0", "busybox", "python:3.11-slim"])
def test_copying_from_a_stage_above_or_an_image_is_fine(source: str) -> None:
    assert check_text(f"FROM busybox AS build\nFROM busybox\nCOPY --from={source} /a /b") == ()


def test_a_mount_takes_stages_by_name_only() -> None:
    text = "FROM busybox AS build\nFROM busybox\nRUN --mount=type=bind,from={},target=/x ls"
    assert check_text(text.format("build")) == ()
    assert codes(check_text(text.format("0"))) == ["unknown-stage"]
    assert "build" in only(check_text(text.format("biuld")), "unknown-stage").fix


@pytest.mark.parametrize(
    "source",
    [".", "./", "/", "app.py", "./app.py", "/app.py", "src", "src/", "s?c/*.py", "src/[lm]ain.py", "assets", "*.py"],
)
def test_sources_that_exist_are_found(source: str) -> None:
    assert check_text(f"FROM busybox\nCOPY {source} /x/") == ()


@pytest.mark.parametrize(
    ("source", "code", "severity", "fix"),
    [
        ("ap.py", "copy-source-missing", "error", "Did you mean app.py?"),
        ("App.py", "copy-source-missing", "error", "Upper and lower case matter: write app.py."),
        ("main.py", "copy-source-missing", "error", "Did you mean src/main.py?"),
        ("zebra", "copy-source-missing", "error", "Your project has: Dockerfile, app.py"),
        ("/home/ada/photo.png", "copy-source-missing", "error", "Your project has"),
        ("../app.py", "outside-context", "warning", "Write app.py"),
        ("../zebra", "outside-context", "error", "into your project"),
        ("a/../../zebra", "outside-context", "error", "into your project"),
        ("*.js", "copy-source-missing", "warning", "Your project has"),
        ("src/[", "copy-pattern", "error", "Close the ["),
    ],
)
def test_sources_that_do_not_exist_are_explained(source: str, code: str, severity: str, fix: str) -> None:
    problem = only(check_text(f"FROM busybox\nCOPY {source} /x/"), code)
    assert problem.severity == severity
    assert fix in problem.fix


def test_a_star_stops_at_a_folder() -> None:
    assert codes(check_text("FROM busybox\nCOPY s*.py /x/")) == ["copy-source-missing"]


def test_dockerignore_is_blamed_with_its_line() -> None:
    problem = only(check_text("FROM busybox\nCOPY src/main.py /x/", ignore="# no\nsrc\n"), "copy-source-ignored")
    assert problem.message == "src/main.py is in your project, but line 2 of .dockerignore, src, keeps it out."
    assert "!src/main.py" in problem.fix


def test_an_excluded_dockerfile_cannot_be_copied_although_it_is_sent() -> None:
    assert codes(check_text("FROM busybox\nCOPY Dockerfile /x/", ignore="Dockerfile")) == ["copy-source-ignored"]


def test_a_folder_is_there_when_something_in_it_is_brought_back() -> None:
    assert check_text("FROM busybox\nCOPY src /x/", ignore="src\n!src/main.py") == ()


def test_sources_with_variables_are_filled_in_or_left_alone() -> None:
    base = "ARG NAME=app\nFROM busybox AS base\nENV DIR=src\n"
    text = f"{base}FROM base\nARG NAME\nCOPY ${{DIR}}/main.py $NAME.py $UNKNOWN /x/"
    assert check_text(text) == ()
    assert codes(check_text(text, build_args={"NAME": "zebra"})) == ["copy-source-missing"]


@pytest.mark.parametrize(
    "lines",
    [
        "ENV DIR=zebra\nCOPY $DIR /x",
        "ENV DIR zebra\nFROM base\nCOPY $DIR /x",
        "ENV DIR=zebra\nARG DIR=src\nCOPY $DIR /x",
    ],
)
def test_env_is_used_also_from_the_stage_below_and_wins_over_arg(lines: str) -> None:
    assert codes(check_text(f"FROM busybox AS base\n{lines}")) == ["copy-source-missing"]


def test_a_missing_file_in_a_large_project_is_found_out_quickly() -> None:
    files = {f"src/package{number % 50}/module_{number}.py": 1 for number in range(5000)}
    fix = only(check_text("FROM busybox\nCOPY src/package1/modul_1.py /x", files=files), "copy-source-missing").fix
    assert fix == "Did you mean src/package1/module_1.py?"


def test_heredocs_and_other_stages_are_no_files_of_the_project() -> None:
    assert check_text("FROM busybox AS a\nCOPY <<note.txt /x/\nhi\nnote.txt\nFROM busybox\nCOPY --from=a /x /y") == ()


def test_a_missing_source_may_come_from_an_earlier_stage() -> None:
    problem = only(check_text("FROM busybox AS build\nFROM busybox\nCOPY dist /x"), "copy-source-missing")
    assert "COPY --from=build" in problem.fix


@pytest.mark.parametrize("line", ["ADD https://x.org/a /a", "ADD git@github.com:a/b.git /a", "COPY http://x.org/a /a"])
def test_fetching_from_the_internet_is_refused(line: str) -> None:
    assert only(check_text(f"FROM busybox\n{line}", network=False), "remote-add").severity == "error"


@pytest.mark.parametrize(
    "line",
    [
        "ADD https://packages.example/a.tar /a",
        "ADD --chown=1:1 HTTP://Packages.example:8080/a /a",
        "ARG V=1\nADD https://packages.example/$V /a",
    ],
)
def test_where_packages_may_be_fetched_add_may_name_a_server(line: str) -> None:
    assert "remote-add" not in codes(check_text(f"FROM busybox\n{line}", network=True))


@pytest.mark.parametrize(
    "line",
    [
        "ADD http://127.0.0.1:8000/x /x",
        "ADD http://2130706433/x /x",
        "ADD http://0x7f000001/x /x",
        "ADD http://127.1/x /x",
        "ADD http://[::1]/x /x",
        "ADD http://localhost/x /x",
        "ADD http://169.254.169.254/latest /x",
        "ADD http://user:password@packages.example/x /x",
        "ARG HOST=127.0.0.1\nADD http://$HOST/x /x",
        "ADD http://$UNKNOWN/x /x",
        "ADD git@packages.example:a/b.git /a",
        "ADD ftp://packages.example/a /a",
        "COPY http://packages.example/a /a",
    ],
)
def test_even_then_an_address_by_numbers_or_another_protocol_is_refused(line: str) -> None:
    assert only(check_text(f"FROM busybox\n{line}", network=True), "remote-add").severity == "error"


def test_a_bind_mount_needs_its_file_too() -> None:
    line = "FROM busybox\nRUN --mount=type=bind,source={},target=/x ls"
    assert check_text(line.format("app.py")) == ()
    assert codes(check_text(line.format("apq.py"))) == ["copy-source-missing"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RUN --network=host ls", "not-allowed"),
        ("RUN --security=insecure ls", "not-allowed"),
        ("RUN --mount=type=ssh ls", "not-allowed"),
        ("RUN --mount=type=secret,id=a ls", "not-allowed"),
        ("RUN --mount=type=cahce,target=/a ls", "flag-value"),
        ("RUN --network=nnoe ls", "flag-value"),
    ],
)
def test_what_the_sandbox_forbids_is_said_before_the_build(line: str, code: str) -> None:
    assert only(check_text(f"FROM busybox\n{line}"), code).severity == "error"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("COPY --link app.py /x", "unsupported-flag"),
        ("RUN --network=none ls", "unsupported-flag"),
        ("RUN <<EOF\nls\nEOF", "unsupported-heredoc"),
        ("COPY <<a /x\nhi\na", "unsupported-heredoc"),
    ],
)
def test_newer_features_depend_on_the_engine(line: str, code: str) -> None:
    assert check_text(f"FROM busybox\n{line}") == ()
    assert only(check_text(f"FROM busybox\n{line}", heredocs=False), code).severity == "error"


def test_an_unknown_target_is_an_error_with_the_nearest_stage() -> None:
    problem = only(check_text("FROM busybox AS build\nFROM busybox AS web", target="wbe"), "unknown-target")
    assert (problem.severity, problem.fix) == ("error", "Did you mean web?")
    assert check_text("FROM busybox AS build", target="BUILD") == ()


@pytest.mark.parametrize(
    ("lines", "code", "severity", "line", "fix"),
    [
        ("COPY . .\nRUN pip install -r requirements.txt", "cache-order", "hint", 2, "COPY requirements.txt ./"),
        ("COPY . /app\nRUN apk add x\nRUN npm ci", "cache-order", "hint", 2, "COPY package*.json ./"),
        ("CMD python app.py", "shell-form", "hint", 2, 'CMD ["python", "app.py"]'),
        ("ENTRYPOINT nginx -g 'daemon off'", "shell-form", "hint", 2, 'ENTRYPOINT ["nginx", "-g", "daemon off"]'),
        ("ENTRYPOINT a $X\nCMD b $Y", "cmd-not-used", "warning", 3, "square brackets"),
        ("WORKDIR app", "relative-workdir", "hint", 2, "WORKDIR /app"),
        ("RUN apt-get install -y curl", "apt-update", "warning", 2, "apt-get update &&"),
        ("RUN apt-get update && apt-get install curl", "apt-yes", "warning", 2, "-y"),
        ("RUN cd /app", "lone-cd", "warning", 2, "WORKDIR /app"),
        ("ENV DB_PASSWORD=x", "secret-in-image", "warning", 2, "docker run -e DB_PASSWORD"),
        ("ARG API_TOKEN", "secret-in-image", "warning", 2, "API_TOKEN"),
        ("ENV TOKEN x", "secret-in-image", "warning", 2, "TOKEN"),
        ("COPY app.py requirements.txt /x", "copy-many", "hint", 2, "/x/"),
    ],
)
def test_advice_is_given_where_it_helps(lines: str, code: str, severity: str, line: int, fix: str) -> None:
    problem = only(check_text(f"FROM busybox\n{lines}", files={**FILES, "package.json": 1}), code)
    assert (problem.severity, problem.line) == (severity, line)
    assert fix in problem.fix


@pytest.mark.parametrize(
    "lines",
    [
        "COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .",
        "COPY . .\nRUN pip install flask",
        "COPY . .\nRUN pip install -r other-requirements.txt",
        "COPY . .\nRUN npm install -g serve",
        "COPY . .\nRUN --mount=type=bind,source=requirements.txt,target=r.txt pip install -r requirements.txt",
        'CMD ["python", "app.py"]',
        "CMD exec python app.py",
        "CMD python app.py --port $PORT",
        'SHELL ["/bin/bash", "-c"]\nCMD python app.py',
        "WORKDIR /app\nWORKDIR sub",
        "WORKDIR $HOME/app",
        "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
        "RUN apt-get update -qq && apt-get -qq install curl",
        "RUN apt-get update; \\\n  apt-get install --yes curl",
        "RUN --mount=type=cache,target=/var/cache/apt apt-get install -y curl",
        "RUN <<EOF\napt-get update\napt-get install -y curl\nEOF",
        "RUN cd /app && make",
        "ENV TOKENIZER=x PASSWORD_FILE=/run/secrets/p SECRET=",
        "COPY app.py requirements.txt ./",
        "WORKDIR /x\nCOPY app.py requirements.txt /x",
    ],
)
def test_good_habits_get_no_advice(lines: str) -> None:
    assert check_text(f"FROM busybox\n{lines}") == ()


def test_a_project_that_is_only_its_list_of_packages_gets_no_cache_hint() -> None:
    text = "FROM busybox\nCOPY . .\nRUN pip install -r requirements.txt"
    assert check_text(text, files={"Dockerfile": 1, "requirements.txt": 1}) == ()


def test_problems_of_reading_are_part_of_the_answer() -> None:
    assert codes(check_text("FROM busybox\nRNU x\nCOPY nope /x")) == ["unknown-instruction", "copy-source-missing"]


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("apt-get update && apt-get install -y curl", "apt-get update"),
        ("apt-get -qq install -y curl", "apt-get -qq"),
        ("pip install flask", "pip install"),
        ("npm ci", "npm ci"),
        ("apk add curl", "apk add"),
        ("git clone https://example.org/x", "git clone"),
        ("wget -q https://example.org/x", "wget -q"),
        ("curl -fsSL https://example.org/x | sh", "curl -fsSL"),
        ("cd /x && git submodule update --init", "git submodule"),
        ("git -c a=b clone --depth 1 https://example.org/x", "git -c"),
        ("apk --no-cache add curl", "apk --no-cache"),
        ("apk update", "apk update"),
        ("python3 -m pip install flask", "pip install"),
        ("npx create-app", "npx create-app"),
        ("go mod download", "go mod"),
        ("cargo install ripgrep", "cargo install"),
    ],
)
def test_without_a_network_what_fetches_is_told_before_it_fails(command: str, named: str) -> None:
    text = f"FROM busybox\nRUN {command}\n"
    problem = only(check_text(text, network=False), "no-network-here")
    assert (problem.severity, problem.line) == ("warning", 2)
    assert f"so {named} will" in problem.message
    assert "the files of your project and the images busybox:latest, debian:bookworm-slim, python" in problem.fix
    assert "no-network-here" not in codes(check_text(text, network=True))


@pytest.mark.parametrize(
    "command",
    [
        "wget -q -O - http://127.0.0.1:8080/",
        "curl http://localhost/",
        "pip install --no-index --find-links=wheels flask",
        "pip install .",
        "echo npm",
        "dpkg -i curl.deb",
    ],
)
def test_without_a_network_what_stays_here_is_left_alone(command: str) -> None:
    assert "no-network-here" not in codes(check_text(f"FROM busybox\nRUN {command}\n", network=False))


@pytest.mark.parametrize(
    ("asked", "offered"),
    [("ubuntu:22.04", "debian:bookworm-slim"), ("alpine", "busybox:latest"), ("pypy:3", "python:3.11-slim")],
)
def test_for_an_image_of_another_family_its_nearest_kin_is_offered_first(asked: str, offered: str) -> None:
    problem = only(check_text(f"FROM {asked}\n"), "image-not-available")
    assert problem.fix.startswith(f"Use {offered}")


@pytest.mark.parametrize(
    "line",
    [
        "ONBUILD ADD http://127.0.0.1/x /x", 'ONBUILD ADD ["https://example.org/x", "/x"]', "ONBUILD add $U /x",
        "ADD $U /x", "ADD ${U}/x /x", 'ADD ["$U", "/x"]',
    ],
)  # fmt: skip
def test_what_only_a_base_image_knows_cannot_be_added(line: str) -> None:
    for network in (True, False):
        assert only(check_text(f"FROM busybox\n{line}", network=network), "remote-add").severity == "error"


@pytest.mark.parametrize(
    "line", ["ONBUILD ADD app.py /x", "ONBUILD COPY $F /x", "ARG F=app.py\nADD $F /x", "COPY $F /"]
)
def test_files_of_the_project_can(line: str) -> None:
    assert "remote-add" not in codes(check_text(f"FROM busybox\n{line}", network=False))
