#!/bin/sh
if [ -z "$1" ]; then
  echo "usage: greet NAME" >&2
  exit 2
fi
echo "Ahoy, $1!"
