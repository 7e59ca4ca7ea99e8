# The lab engine: a Docker Engine of our own with every limit, in the one container that is privileged.
# BASE_IMAGE: a Debian, or one that has the programs already (drydock-engine-base:12 of scripts/compose.py).
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
RUN { command -v dockerd && command -v mkfs.btrfs && command -v iptables && command -v ip && command -v losetup && command -v python3; } >/dev/null || { \
      apt-get update && apt-get install -y --no-install-recommends \
        python3 docker.io iptables iproute2 mount util-linux btrfs-progs ca-certificates tini \
      && rm -rf /var/lib/apt/lists/*; }
# The same number as in site.Dockerfile: who is in this group may open the engine's socket.
RUN groupadd --gid 10002 drydock-engine
WORKDIR /srv/drydock
COPY scripts scripts
COPY playground/__init__.py playground/__init__.py
COPY playground/engine playground/engine
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DRYDOCK_STATE=/var/lib/drydock
CMD ["python3", "scripts/hold_engine.py"]
