# The broker and channel layer. BASE_IMAGE: one with redis-server, or a Debian, where it is installed.
ARG BASE_IMAGE=redis:7
FROM ${BASE_IMAGE}
USER root
RUN command -v redis-server >/dev/null || { \
      apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/*; }
COPY docker/redis.sh /usr/local/bin/drydock-redis
USER redis
ENTRYPOINT []
CMD ["sh", "/usr/local/bin/drydock-redis"]
