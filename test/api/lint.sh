#!/usr/bin/env bash
# test/api/lint.sh: api/openapi.yaml has nothing for its linter to say. Exit 77: npm or its registry is
# not to be had, so it is left out.
set -euo pipefail
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "npm is not installed: left out"; exit 77; }
[ node_modules -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund --silent ||
  { echo "npm ci failed: left out"; exit 77; }
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
node_modules/.bin/redocly lint --config ../../api/redocly.yaml ../../api/openapi.yaml
