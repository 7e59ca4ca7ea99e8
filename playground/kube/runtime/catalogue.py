"""Well-known images: about how large they are, their newest version, what they do, and which shell they have.

Sizes and versions are public facts of early 2026, rounded; versions leave room for what is to come. The words are
those of behaviour.py; "" is an image that ends at once when nobody tells it what to run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Shell = Literal["", "sh", "bash"]  # none at all; sh alone; both


@dataclass(frozen=True, slots=True)
class Known:
    """One image. *mib*: compressed size; *newest*: (major, minor), () for any; *own*: its program, as commands name it.

    *tags* are those that do not look like versions or distributions.
    """

    mib: float
    newest: tuple[int, ...]
    words: str
    shell: Shell = "bash"
    own: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


_LINUX: Final[Mapping[str, Known]] = {
    "busybox": Known(2.1, (1, 40), "", "sh"),
    "registry.k8s.io/busybox": Known(2.1, (1, 40), "", "sh"),
    "alpine": Known(3.7, (3, 30), "", "sh"),
    "debian": Known(46, (14, 9), "", tags=("testing", "oldstable", "experimental")),
    "ubuntu": Known(28, (26, 10), "", tags=("rolling", "devel")),
    "fedora": Known(57, (46,), "", tags=("rawhide",)),
    "amazonlinux": Known(49, (), ""),
    "rockylinux": Known(64, (10, 9), ""),
    "almalinux": Known(65, (10, 9), ""),
    "oraclelinux": Known(90, (10, 9), ""),
    "archlinux": Known(145, (), "", tags=("base", "base-devel", "multilib-devel")),
    "centos": Known(80, (8,), "", tags=("centos7", "centos8")),
    "bash": Known(5.4, (5, 9), "", "bash"),
    "buildpack-deps": Known(330, (), "", tags=("scm", "curl")),
    "docker": Known(120, (32, 9), "", "sh", tags=("dind", "git")),
    "hello-world": Known(0.01, (), "works=0s flavour=hello memory=1Mi", "", ("/hello",), ("linux", "nanoserver")),
    "curlimages/curl": Known(9, (8, 40), "", "sh", ("curl",)),
    "nicolaka/netshoot": Known(170, (), ""),
    "registry.k8s.io/e2e-test-images/jessie-dnsutils": Known(50, (1, 9), "sleep memory=1Mi"),
}
_LANGUAGES: Final[Mapping[str, Known]] = {
    "python": Known(360, (3, 16), "", own=("python", "python3")),
    "node": Known(390, (28,), "", own=("node",), tags=("iron", "jod", "krypton")),
    "golang": Known(300, (1, 32), "", own=("go",)),
    "ruby": Known(370, (4, 9), "", own=("ruby", "irb")),
    "php": Known(190, (8, 9), "", own=("php",)),
    "perl": Known(330, (5, 50), "", own=("perl",)),
    "rust": Known(560, (1, 110), "", own=("cargo", "rustc")),
    "openjdk": Known(240, (28,), "", own=("java",)),
    "eclipse-temurin": Known(210, (28,), "", own=("java",)),
    "amazoncorretto": Known(220, (28,), "", own=("java",)),
    "gcc": Known(500, (16, 9), "", own=("gcc",)),
    "maven": Known(260, (4, 9), "", own=("mvn",)),
    "gradle": Known(360, (9, 20), "", own=("gradle",)),
    "elixir": Known(600, (1, 30), "", own=("elixir", "iex")),
    "erlang": Known(580, (29,), "", own=("erl",)),
    "julia": Known(240, (1, 20), "", own=("julia",)),
    "swift": Known(900, (6, 9), "", own=("swift",)),
    "r-base": Known(330, (4, 9), "", own=("R", "Rscript")),
    "composer": Known(75, (2, 20), "", own=("composer",)),
    "haskell": Known(600, (9, 20), "", own=("ghc",)),
    "clojure": Known(330, (), "", own=("clojure",)),
}
_WEB: Final[Mapping[str, Known]] = {
    "nginx": Known(70, (1, 40), "serve port=80 cpu=1ms memory=6Mi stop=0.1s flavour=nginx", own=("nginx",)),
    "nginxinc/nginx-unprivileged": Known(
        70, (1, 40), "serve port=8080 cpu=1ms memory=6Mi flavour=nginx", own=("nginx",)
    ),
    "nginxdemos/hello": Known(
        20, (), "serve port=80 cpu=1ms memory=6Mi flavour=whoami", "sh", ("nginx",), ("plain-text",)
    ),
    "httpd": Known(56, (2, 4), "serve port=80 cpu=1ms memory=12Mi flavour=httpd", own=("httpd", "httpd-foreground")),
    "caddy": Known(18, (2, 30), "serve port=80 cpu=1ms memory=14Mi flavour=caddy", "sh", ("caddy",), ("builder",)),
    "traefik": Known(47, (3, 30), "serve port=80 cpu=1ms memory=40Mi status=404", "sh", ("traefik",)),
    "haproxy": Known(40, (3, 30), "serve port=80 cpu=1ms memory=20Mi status=503", own=("haproxy",)),
    "tomcat": Known(190, (11, 9), "serve port=8080 start=3s cpu=4ms memory=180Mi status=404", own=("catalina.sh",)),
    "jetty": Known(200, (12, 9), "serve port=8080 start=2s cpu=4ms memory=150Mi status=404", own=("java",)),
    "wordpress": Known(240, (6, 20), "serve port=80 start=2s cpu=40ms memory=60Mi", own=("apache2-foreground",)),
    "ghost": Known(190, (6, 200), "serve port=2368 start=4s cpu=15ms memory=140Mi", own=("node",)),
    "drupal": Known(220, (11, 9), "serve port=80 start=2s cpu=40ms memory=60Mi", own=("apache2-foreground",)),
    "joomla": Known(220, (6, 9), "serve port=80 start=2s cpu=40ms memory=60Mi", own=("apache2-foreground",)),
    "nextcloud": Known(430, (34,), "serve port=80 start=4s cpu=40ms memory=90Mi", own=("apache2-foreground",)),
    "phpmyadmin": Known(200, (5, 9), "serve port=80 start=1s cpu=20ms memory=40Mi", own=("apache2-foreground",)),
    "adminer": Known(45, (5, 9), "serve port=8080 cpu=15ms memory=20Mi", own=("php",), tags=("standalone", "fastcgi")),
    "mongo-express": Known(60, (1, 9), "serve port=8081 start=2s cpu=8ms memory=60Mi", own=("node",)),
    "registry": Known(9, (3, 9), "serve port=5000 cpu=2ms memory=15Mi", "sh", ("registry",)),
    "sonarqube": Known(
        600, (), "serve port=9000 start=60s cpu=20ms memory=1500Mi", tags=("community", "lts-community")
    ),
    "odoo": Known(600, (20, 0), "serve port=8069 start=8s cpu=40ms memory=150Mi", own=("odoo",)),
}
_STORES: Final[Mapping[str, Known]] = {
    "redis": Known(45, (9, 9), "tcp port=6379 memory=6Mi flavour=redis", own=("redis-server",)),
    "valkey/valkey": Known(42, (9, 9), "tcp port=6379 memory=6Mi flavour=redis", own=("valkey-server",)),
    "memcached": Known(32, (1, 9), "tcp port=11211 memory=4Mi", own=("memcached",)),
    "postgres": Known(150, (20, 99), "tcp port=5432 start=3s memory=40Mi flavour=postgres", own=("postgres",)),
    "mysql": Known(
        230,
        (10, 0),
        "tcp port=3306 start=8s memory=400Mi flavour=mysql",
        own=("mysqld",),
        tags=("oracle", "debian", "innovation"),
    ),
    "mariadb": Known(120, (13, 9), "tcp port=3306 start=4s memory=90Mi flavour=mysql", own=("mariadbd", "mysqld")),
    "mongo": Known(290, (9, 9), "tcp port=27017 start=3s memory=150Mi", own=("mongod",)),
    "rabbitmq": Known(100, (5, 9), "tcp port=5672+15672 start=10s memory=140Mi", own=("rabbitmq-server",)),
    "cassandra": Known(150, (5, 9), "tcp port=9042 start=40s memory=1200Mi", own=("cassandra",)),
    "couchdb": Known(120, (4, 9), "serve port=5984 start=3s cpu=5ms memory=60Mi"),
    "elasticsearch": Known(650, (10, 0), "serve port=9200 start=25s cpu=10ms memory=1100Mi"),
    "kibana": Known(500, (10, 0), "serve port=5601 start=30s cpu=20ms memory=600Mi"),
    "logstash": Known(450, (10, 0), "serve port=9600 start=25s cpu=5ms memory=700Mi"),
    "influxdb": Known(120, (3, 9), "serve port=8086 start=2s cpu=3ms memory=60Mi", tags=("core", "enterprise")),
    "neo4j": Known(300, (), "serve port=7474 start=12s cpu=5ms memory=500Mi", tags=("community", "enterprise")),
    "solr": Known(300, (10, 9), "serve port=8983 start=6s cpu=5ms memory=500Mi"),
    "zookeeper": Known(110, (3, 19), "tcp port=2181 start=4s memory=90Mi"),
    "apache/kafka": Known(200, (4, 19), "tcp port=9092 start=8s memory=400Mi"),
    "nats": Known(7, (2, 39), "tcp port=4222 memory=12Mi", "", ("nats-server",), ("scratch", "linux")),
    "eclipse-mosquitto": Known(5, (2, 9), "tcp port=1883 memory=4Mi", "sh", ("mosquitto",), ("openssl",)),
    "percona": Known(250, (10, 0), "tcp port=3306 start=8s memory=400Mi flavour=mysql", own=("mysqld",)),
    "telegraf": Known(150, (1, 50), "sleep memory=60Mi term=0", own=("telegraf",)),
    "vault": Known(80, (1, 13), "serve port=8200 cpu=3ms memory=80Mi", "sh", ("vault", "server")),
    "consul": Known(50, (1, 15), "serve port=8500 start=2s cpu=3ms memory=50Mi", "sh", ("consul", "agent")),
    "grafana/grafana": Known(150, (13, 9), "serve port=3000 start=4s cpu=8ms memory=90Mi", "bash"),
    "prom/prometheus": Known(115, (3, 39), "serve port=9090 start=2s cpu=5ms memory=70Mi", "sh", ("prometheus",)),
    "fluent/fluentd": Known(20, (1, 29), "sleep memory=50Mi term=0", "sh", ("fluentd",)),
    "quay.io/fluentd_elasticsearch/fluentd": Known(60, (5, 9), "sleep memory=90Mi term=0"),
}
_EXAMPLES: Final[Mapping[str, Known]] = {
    "registry.k8s.io/pause": Known(0.3, (3, 19), "sleep memory=256Ki term=0", "", ("/pause",)),
    "registry.k8s.io/e2e-test-images/agnhost": Known(53, (2, 69), "sleep memory=8Mi term=0 flavour=agnhost", "bash"),
    "registry.k8s.io/e2e-test-images/nginx": Known(54, (1, 40), "serve port=80 cpu=1ms memory=6Mi flavour=nginx"),
    "registry.k8s.io/nginx-slim": Known(45, (0, 99), "serve port=80 cpu=1ms memory=6Mi flavour=nginx"),
    "registry.k8s.io/hpa-example": Known(180, (), "serve port=80 cpu=200ms memory=12Mi flavour=ok"),
    "registry.k8s.io/echoserver": Known(45, (1, 10), "echo port=8080 memory=8Mi"),
    "registry.k8s.io/e2e-test-images/echoserver": Known(45, (2, 9), "echo port=8080 memory=8Mi"),
    "gcr.io/google-samples/hello-app": Known(12, (2, 0), "serve port=8080 cpu=1ms memory=8Mi flavour=hello-app", ""),
    "us-docker.pkg.dev/google-samples/containers/gke/hello-app": Known(
        12, (2, 0), "serve port=8080 cpu=1ms memory=8Mi flavour=hello-app", ""
    ),
    "gcr.io/google-samples/node-hello": Known(250, (1, 0), "serve port=8080 start=1s memory=40Mi flavour=hello-app"),
    "gcr.io/google-samples/kubernetes-bootcamp": Known(
        80, (1, 0), "serve port=8080 memory=30Mi flavour=bootcamp", tags=("v1",)
    ),
    "jocatalin/kubernetes-bootcamp": Known(80, (), "serve port=8080 memory=30Mi flavour=bootcamp"),
    "hashicorp/http-echo": Known(5, (1, 9), "serve port=5678 cpu=1ms memory=6Mi flavour=http-echo", ""),
    "traefik/whoami": Known(3, (1, 19), "serve port=80 cpu=1ms memory=6Mi flavour=whoami", ""),
    "containous/whoami": Known(3, (1, 19), "serve port=80 cpu=1ms memory=6Mi flavour=whoami", ""),
    "ealen/echo-server": Known(45, (0, 20), "echo port=80 start=1s memory=40Mi"),
    "mendhak/http-https-echo": Known(60, (), "echo port=8080 start=1s memory=50Mi"),
    "polinux/stress": Known(4, (), "", "bash", ("stress",)),
    "vish/stress": Known(1, (), "sleep memory=1Mi", "", ("/stress",)),
    "echo": Known(8, (), "echo memory=8Mi", "sh"),
    "drydock/echo": Known(8, (), "echo memory=8Mi", "sh"),
    "drydock/web": Known(20, (), "serve cpu=10ms memory=20Mi per-request=1Mi", "sh"),
    "drydock/works": Known(8, (), "works=30s memory=10Mi", "sh"),
    "drydock/crashes": Known(8, (), "serve crashes=20s memory=10Mi", "sh"),
    "drydock/leaks": Known(8, (), "serve memory=20Mi leak=1Mi", "sh"),
    "drydock/slow-start": Known(8, (), "serve start=30s memory=20Mi", "sh"),
    "drydock/stubborn": Known(8, (), "serve ignore-sigterm memory=10Mi", "sh"),
    "drydock/sleeps": Known(8, (), "sleep memory=2Mi", "sh"),
    "drydock/burns": Known(8, (), "burn=1 memory=10Mi", "sh"),
}
CATALOGUE: Final[Mapping[str, Known]] = {**_LINUX, **_LANGUAGES, **_WEB, **_STORES, **_EXAMPLES}
