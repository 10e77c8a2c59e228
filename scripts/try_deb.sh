#!/bin/bash
# Install the Debian package into a fresh Debian 12 and clear a deal there, as the user that it makes. Needs root, debootstrap and a Debian mirror.
#
# usage: scripts/try_deb.sh [PACKAGE]      [build/deb/tamga_*.deb]      MIRROR=http://deb.debian.org/debian
set -euo pipefail
cd "$(dirname "$0")/.."

package=$(realpath "${1:-$(ls build/deb/tamga_*.deb)}")
mirror=${MIRROR:-http://deb.debian.org/debian}
root=$(mktemp -d /tmp/tamga-chroot.XXXXXX)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" "$mirror" > "$root.log" 2>&1 || { tail -5 "$root.log" >&2; exit 1; }
rm -f "$root.log"
cp "$package" "$root/tmp/tamga.deb"
[[ -e "$root/etc/resolv.conf" ]] || cp /etc/resolv.conf "$root/etc/"
cp /etc/apt/apt.conf.d/*prox* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cat > "$root/tmp/try.sh" <<'INSIDE'
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt-get install -y --no-install-recommends /tmp/tamga.deb > /tmp/apt.log 2>&1 || { tail -20 /tmp/apt.log; exit 1; }
[[ "$(stat -c '%U %a' /var/lib/tamga)" == "tamga 700" ]]
run() { setpriv --reuid=tamga --regid=tamga --clear-groups env HOME=/var/lib/tamga /usr/bin/tamga --data /var/lib/tamga "$@"; }
run lists import /usr/share/tamga/samples/lists/ofac --published 2026-11-20
status=0
run clear /usr/share/tamga/samples/deals/07-listed-vessel.json || status=$?
[[ $status == 3 || $status == 5 ]]
run audit verify
apt-get purge -y tamga > /dev/null 2>&1
[[ ! -e /usr/bin/tamga && -e /var/lib/tamga/tamga.db ]]
echo "installed, used and removed; the store stays"
INSIDE
chroot "$root" bash /tmp/try.sh
