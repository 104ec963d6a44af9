#!/usr/bin/env bash
# test/package/run.sh BUILD_DIR: makes the Debian package, looks into it, and installs it in a copy of this
# machine's root (an overlay in memory, in namespaces of its own): the user, the settings, the server as the
# unit starts it, an upgrade, a removal. Exit 77: no such copy can be made here (it takes root and overlays).
set -euo pipefail
build=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
fail() { echo "package: $*" >&2; exit 1; }

if [ "${2:-}" = inside ]; then
  package=$3
  export DEBIAN_FRONTEND=noninteractive
  dpkg -i "$package" >/tmp/install.log 2>&1 || { cat /tmp/install.log >&2; fail "it cannot be installed"; }
  getent passwd pharos | grep -q ':/var/lib/pharos:/usr/sbin/nologin$' || fail "there is no user pharos"
  [ "$(stat -c '%U %a' /var/lib/pharos)" = 'pharos 750' ] || fail "/var/lib/pharos is not the user's"
  pharos config check /etc/pharos/pharos.yaml >/dev/null || fail "the settings it brings have faults"
  as_pharos="setpriv --reuid=pharos --regid=pharos --clear-groups"
  $as_pharos pharos init /var/lib/pharos/main --pack platform >/dev/null
  # The words of the unit, and the question of the container's HEALTHCHECK.
  words=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/pharos.service)
  cd /var/lib/pharos
  $as_pharos $words --listen 127.0.0.1:8080 >/tmp/out.txt 2>/tmp/err.txt &
  question=$(sed -n 's/^    "\(exec 3.*\)"\]$/\1/p' "$here/../../deploy/Dockerfile" | sed 's/\\\\/\\/g')
  [ -n "$question" ] || fail "the Dockerfile has no question of health"
  healthy=no
  for _ in $(seq 100); do
    bash -c "$question" 2>/dev/null && healthy=yes && break
    sleep 0.1  # Between two looks at the condition.
  done
  [ $healthy = yes ] || { cat /tmp/err.txt >&2; fail "the server does not get ready"; }
  kill -TERM $!
  wait $! || fail "the server ends badly"
  bash -c "$question" 2>/dev/null && fail "the question of health is answered by nobody's server"
  # Settings that somebody changed stay; so do workspaces, whatever becomes of the package.
  echo "# mine" >>/etc/pharos/pharos.yaml
  dpkg -i "$package" >/tmp/install.log 2>&1 || fail "it cannot be installed again"
  tail -1 /etc/pharos/pharos.yaml | grep -q mine || fail "an upgrade changes the settings"
  dpkg -r pharos >/dev/null 2>&1 || fail "it cannot be removed"
  [ -f /etc/pharos/pharos.yaml ] || fail "a removal takes the settings"
  dpkg -P pharos >/dev/null 2>&1 || fail "it cannot be purged"
  [ ! -f /etc/pharos/pharos.yaml ] || fail "a purge leaves the settings"
  [ -f /var/lib/pharos/main/pharos.db ] || fail "a purge takes a workspace"
  exit 0
fi

for tool in cpack dpkg-shlibdeps dpkg-deb unshare; do
  command -v $tool >/dev/null || { echo "$tool is not installed: left out"; exit 77; }
done
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cpack --config "$build/CPackConfig.cmake" -B "$place/made" >"$place/log" 2>&1 || { cat "$place/log" >&2; fail "cpack"; }
package=$(echo "$place"/made/*.deb)
contents=$(dpkg-deb -c "$package")
for name in ./usr/bin/pharos ./etc/pharos/pharos.yaml ./usr/lib/systemd/system/pharos.service \
  ./usr/lib/sysusers.d/pharos.conf ./usr/lib/tmpfiles.d/pharos.conf ./usr/share/doc/pharos/server.md; do
  grep -q " $name\$" <<<"$contents" || fail "$name is not in it"
done
grep -q 'libsqlite3-0' <<<"$(dpkg-deb -f "$package" Depends)" || fail "it does not depend on its libraries"
[ "$(dpkg-deb --info "$package" conffiles)" = /etc/pharos/pharos.yaml ] || fail "its settings are no conffile"
if command -v systemd-analyze >/dev/null; then
  mkdir "$place/unit"
  sed "s|/usr/bin/pharos|$build/pharos|" "$here/../../deploy/pharos.service" >"$place/unit/pharos.service"
  systemd-analyze verify "$place/unit/pharos.service" || fail "the unit has faults"
fi
# A network of its own: port 8080 is free there, and nobody else's.
mkdir "$place/root"
copy='mount -t tmpfs none "$1/root" && mkdir "$1/root/upper" "$1/root/work" "$1/root/all" &&
  mount -t overlay none -o "lowerdir=/,upperdir=$1/root/upper,workdir=$1/root/work" "$1/root/all"'
unshare -mn bash -c "$copy" - "$place" 2>/dev/null || { echo "no copy of the root can be made here: left out"; exit 77; }
cp "$package" "$place/pharos.deb"
unshare -mnp --fork bash -c "$copy"'
  all="$1/root/all"
  mount -t proc proc "$all/proc" && mount --bind /dev "$all/dev" && mount -t tmpfs none "$all/tmp" &&
  mount -t tmpfs none "$all/run" && cp "$1/pharos.deb" "$all/tmp/" &&
  mkdir -p "$all/tmp/src/test/package" "$all/tmp/src/deploy" && cp "$2/run.sh" "$all/tmp/src/test/package/" &&
  cp "$2/../../deploy/Dockerfile" "$all/tmp/src/deploy/" && ip link set lo up &&
  exec chroot "$all" bash /tmp/src/test/package/run.sh / inside /tmp/pharos.deb' - "$place" "$here"
echo "package: passed"
