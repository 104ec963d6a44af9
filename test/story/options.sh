#!/usr/bin/env bash
# test/story/options.sh PROGRAM PAGE…: the commands and options that pages show are those that the
# program has: each `pharos COMMAND … --option` of a page is looked up in `pharos COMMAND --help`.
set -euo pipefail
program=$1
shift
seen=0
failed=0
while IFS= read -r line; do
  read -r _ command rest <<<"${line#\$ }"
  case "$command" in --help | --version) continue ;; esac
  if ! help=$("$program" "$command" --help 2>&1); then
    echo "$line: no such command"
    failed=$((failed + 1))
    continue
  fi
  for word in $rest; do
    case "$word" in
      --) break ;;
      --*)
        seen=$((seen + 1))
        grep -q -- "${word%%=*}\b" <<<"$help" || { echo "$line: no $word"; failed=$((failed + 1)); }
        ;;
    esac
  done
done < <(grep -hE '^( {4}|\$ )pharos [a-z]' "$@" | sed -E 's/^ +//; s/#.*//; s/"[^"]*"//g')
[ "$seen" -ge 10 ] || { echo "only $seen options found; has the form of the pages changed?"; exit 1; }
echo "options: $((seen - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
