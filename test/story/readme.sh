#!/usr/bin/env bash
# test/story/readme.sh PROGRAM README…: runs the "three minutes" of each README as a newcomer would
# type them, and looks for what they promise.
set -euo pipefail
program=$(realpath "$1")
shift
mapfile -t readmes < <(realpath "$@")
for readme in "${readmes[@]}"; do
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  cd "$dir"
  # The indented block behind the heading with "three minutes" / 三分钟, without building.
  awk '/^## (Three minutes|三分钟)/ {on = 1; next} /^## / {on = 0}
       on && /^    / {print substr($0, 5)} on && /^[^ ]/ && seen {exit} on && /^    / {seen = 1}' \
    "$readme" | grep -v -e '^\./x' -e '^export PATH' >steps.sh
  [ "$(grep -c '^pharos' steps.sh)" -ge 5 ] || { echo "$readme: no steps found" >&2; exit 1; }
  pharos() { "$program" "$@"; }
  export -f pharos
  export program
  bash -euo pipefail steps.sh >out.txt 2>err.txt || { cat out.txt err.txt >&2; exit 1; }
  for wanted in '3 new' 'm2' 'lead_contacted'; do
    grep -q -- "$wanted" out.txt || { echo "$readme: its steps do not print '$wanted':" >&2; cat out.txt >&2; exit 1; }
  done
  # The playbook that stands in the README loads.
  awk '/^```yaml/ {on = 1; next} /^```/ {on = 0} on' "$readme" >playbook.yaml
  "$program" check playbook.yaml >/dev/null
  cd / && rm -rf "$dir"
done
echo "README: ${#readmes[@]} passed, 0 failed"
