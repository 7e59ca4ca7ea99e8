# PostgreSQL with the two databases of the site. BASE_IMAGE: one with PostgreSQL, or a Debian, where it is installed.
ARG BASE_IMAGE=postgres:15
FROM ${BASE_IMAGE}
RUN ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { \
      apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/*; }
RUN rm -rf /var/lib/postgresql/data && install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data
COPY docker/postgres.sh /usr/local/bin/drydock-postgres
USER postgres
ENTRYPOINT []
CMD ["sh", "/usr/local/bin/drydock-postgres"]
