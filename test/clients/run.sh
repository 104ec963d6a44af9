#!/usr/bin/env bash
# test/clients/run.sh PROGRAM: clients.mjs, with the clients that package-lock.json names. Exit 77: npm
# or its registry is not to be had, so it is left out.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "npm is not installed: left out"; exit 77; }
[ node_modules -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --silent ||
  { echo "npm ci failed: left out"; exit 77; }
node clients.mjs "$program"
