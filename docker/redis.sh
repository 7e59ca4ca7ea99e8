#!/bin/sh
# Starts the server with the password of a file, which so is on no command line. In memory only: nothing in it has to last.
set -eu
umask 077
printf 'bind * -::*\nprotected-mode yes\nsave ""\nappendonly no\nmaxmemory-policy noeviction\ndir /tmp\nrequirepass %s\n' \
  "$(cat "$REDIS_PASSWORD_FILE")" > /tmp/redis.conf
exec redis-server /tmp/redis.conf
