"""How each base image is made from Debian's packages: data only, read by `base_images` and `base_image_making`.

Debian 12 (bookworm) throughout, so that a name tells the true version. A change here changes the recipe's hash, and
with it the archive's name and the image's label: the image is then made anew.
"""

import hashlib
from dataclasses import asdict, dataclass

SUITE = "bookworm"
PATH = "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# What Docker's own debian images carry, so that no layer of a learner keeps apt's caches (docker-clean).
DOCKER_CLEAN = """\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Apt::AutoRemove::SuggestsImportant "false";
"""  # noqa: E501 - apt reads a directive to its semicolon

NGINX_SITE = """\
server {
    listen 80;
    server_name localhost;
    root /usr/share/nginx/html;
    index index.html index.htm;
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """*packages* over an apt-sized Debian (over nothing if *bare*), then *files* (path, text) and *commands* (in /)."""

    packages: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    commands: tuple[str, ...] = ()
    changes: tuple[str, ...] = (PATH,)
    bare: bool = False
    revision: int = 1

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change with anything in the recipe."""
        told = repr(sorted(asdict(self).items())) + SUITE + DOCKER_CLEAN
        return hashlib.sha256(told.encode()).hexdigest()[:12]


BUSYBOX = Recipe(
    bare=True,
    packages=("busybox-static",),
    files=(
        ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"),
        ("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
        # Debian's static busybox looks names up through glibc: without this file wget and id fail
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
    ),
    changes=(PATH, 'CMD ["sh"]'),
)

DEBIAN = Recipe(changes=(PATH, 'CMD ["bash"]'))

PYTHON = Recipe(
    packages=("python3", "python3-pip", "python3-venv", "ca-certificates"),
    commands=("ln -s python3 usr/bin/python", "rm -f usr/lib/python3*/EXTERNALLY-MANAGED"),
    changes=(PATH, "ENV LANG=C.UTF-8", 'CMD ["python3"]'),
)

GCC = Recipe(packages=("gcc", "libc6-dev", "make"), changes=(PATH, 'CMD ["bash"]'))

NGINX = Recipe(
    packages=("nginx-light",),
    files=(("etc/nginx/conf.d/default.conf", NGINX_SITE),),
    commands=(
        "rm -f etc/nginx/sites-enabled/default",
        "ln -sf /dev/stdout var/log/nginx/access.log",
        "ln -sf /dev/stderr var/log/nginx/error.log",
    ),
    changes=(PATH, "EXPOSE 80", 'CMD ["nginx", "-g", "daemon off;"]'),
)

REDIS = Recipe(
    packages=("redis-server",),
    commands=("mkdir -p data", "chroot . chown redis:redis /data"),
    changes=(PATH, "EXPOSE 6379", "WORKDIR /data", "USER redis", 'CMD ["redis-server", "--protected-mode", "no"]'),
)

POSTGRES = Recipe(
    packages=("postgresql-15",),
    # The cluster that Debian's package makes for itself is not ours: docker/postgres.sh makes one in a volume.
    commands=("rm -rf var/lib/postgresql/15 etc/postgresql/15",),
    changes=(PATH, "ENV LANG=C.UTF-8", "EXPOSE 5432"),
)

ENGINE = Recipe(
    packages=(
        "python3",
        "docker.io",
        "iptables",
        "iproute2",
        "mount",
        "util-linux",
        "btrfs-progs",
        "ca-certificates",
        "tini",
    ),
    changes=(PATH, "ENV LANG=C.UTF-8", 'CMD ["bash"]'),
)

NODE = Recipe(packages=("nodejs",), changes=(PATH, 'CMD ["node"]'))
