# Web, workers, beat and gateway: one image, so that all of them are of one version.
# BASE_IMAGE: any with Python 3.11 or later, or a Debian, where it is installed.
ARG BASE_IMAGE=python:3.11-slim

FROM ${BASE_IMAGE} AS base
RUN python3 -c "import ensurepip" 2>/dev/null || { \
      apt-get update && apt-get install -y --no-install-recommends python3 python3-venv ca-certificates \
      && rm -rf /var/lib/apt/lists/*; }

FROM base AS made
WORKDIR /srv/drydock
# docker/wheels is empty but where there is no network: then nothing is asked of an index.
COPY docker/wheels /wheels
COPY requirements.txt requirements-postgres.txt requirements-node.txt ./
RUN if ls /wheels/*.whl >/dev/null 2>&1; then from="--no-index --find-links /wheels"; fi \
    && python3 -m venv .venv \
    && .venv/bin/pip install --disable-pip-version-check --no-cache-dir --require-hashes ${from:-} \
      -r requirements.txt -r requirements-postgres.txt
COPY package.json package-lock.json tsconfig.json vite.config.ts ./
COPY static static
# A front end that was built in the clone is taken as it is; else it is built here, by a Node that does not stay.
RUN test -f static/dist/manifest.json || { \
      python3 -m venv /tmp/node && /tmp/node/bin/pip install --no-cache-dir --require-hashes -r requirements-node.txt \
      && PATH="/tmp/node/bin:$PATH" && npm ci --no-fund --no-audit && npm run build \
      && rm -rf node_modules /tmp/node; }
COPY manage.py ./
COPY templates templates
COPY playground playground
RUN .venv/bin/python -m compileall -q -x starters playground

FROM base
RUN groupadd --gid 10002 drydock-engine \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin drydock \
    && mkdir -p /var/lib/drydock-work /var/lib/drydock \
    && chown drydock:drydock /var/lib/drydock-work
COPY --from=made /srv/drydock /srv/drydock
WORKDIR /srv/drydock
ENV PATH=/srv/drydock/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=playground.config.settings \
    DRYDOCK_VAR=/var/lib/drydock-work DRYDOCK_STATE=/var/lib/drydock
USER drydock
CMD ["uvicorn", "playground.config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--ws", "websockets-sansio", "--lifespan", "off", "--no-access-log", "--no-proxy-headers", "--timeout-graceful-shutdown", "2"]
