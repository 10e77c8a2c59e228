#!/bin/bash
# Install the Debian package into a fresh Debian 12, use it there as the user that it makes, and remove it.
#
# usage: scripts/try_deb.sh [--boot] [PACKAGE]      [build/deb/tamga_*.deb]      MIRROR=http://deb.debian.org/debian
#
# --boot starts systemd there too, and under it the units, with NATS: a request, a batch, a reload, an upgrade, a stop. Needs root, debootstrap,
# a Debian mirror, and for --boot systemd-nspawn (systemd-container).
set -euo pipefail
cd "$(dirname "$0")/.."

boot=no
[[ "${1:-}" != --boot ]] || { boot=yes; shift; }
package=$(realpath "${1:-$(ls build/deb/tamga_*.deb)}")
mirror=${MIRROR:-http://deb.debian.org/debian}
root=$(mktemp -d /tmp/tamga-chroot.XXXXXX)
trap 'rm -rf "$root"' EXIT
# mktemp lets nobody else in, and tamga is somebody else.
chmod 755 "$root"
more=ca-certificates
[[ $boot == no ]] || more+=,systemd,systemd-sysv,dbus,procps,curl,nats-server
debootstrap --variant=minbase --include="$more" bookworm "$root" "$mirror" > "$root.log" 2>&1 || { tail -5 "$root.log" >&2; exit 1; }
rm -f "$root.log"
cp "$package" "$root/tmp/tamga.deb"
[[ -e "$root/etc/resolv.conf" ]] || cp /etc/resolv.conf "$root/etc/"
cp /etc/apt/apt.conf.d/*prox* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cat > "$root/tmp/try.sh" <<'INSIDE'
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
wrong() { echo "$*" >&2; exit 1; }
# What it needs comes first, so that what is there before and after is its own.
apt-get install -y --no-install-recommends $(dpkg-deb -f /tmp/tamga.deb Depends | sed 's/ *([^)]*)//g; s/,/ /g') > /tmp/apt.log 2>&1 ||
  { tail -20 /tmp/apt.log; exit 1; }
there() {
  find / -xdev \( -path /proc -o -path /sys -o -path /tmp -o -path /var/lib/dpkg -o -path /var/lib/tamga -o -path /var/log \) -prune -o -print | sort
}
there > /tmp/before
dpkg -i /tmp/tamga.deb > /tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; exit 1; }
[[ -z "$(dpkg -V tamga)" ]] || wrong "files are not as the package has them: $(dpkg -V tamga)"
! ldd /usr/bin/tamga | grep 'not found' || wrong "libraries are missing"
[[ "$(stat -c '%U %a' /var/lib/tamga)" == "tamga 700" ]] || wrong "/var/lib/tamga is $(stat -c '%U %a' /var/lib/tamga)"
run() { setpriv --reuid=tamga --regid=tamga --clear-groups env HOME=/var/lib/tamga /usr/bin/tamga --data /var/lib/tamga "$@"; }
[[ "tamga $(dpkg-query -W -f='${Version}' tamga)" == "$(run --version)" ]] || wrong "$(run --version) is not the package's version"
run lists import /usr/share/tamga/samples/lists/ofac --published 2026-11-20
status=0
run screen 'Bank VTB' || status=$?
[[ $status == 3 ]] || wrong "screen: exit status $status"
status=0
run clear /usr/share/tamga/samples/deals/07-listed-vessel.json || status=$?
[[ $status == 3 || $status == 5 ]] || wrong "clear: exit status $status"
run audit verify
# As `systemctl enable` does it.
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s /lib/systemd/system/tamga-serve.service /etc/systemd/system/multi-user.target.wants/
# Again over itself, as an upgrade, and away: what was configured stays, but for a purge.
echo 'TAMGA_SERVE_OPTIONS=--log-requests' >> /etc/default/tamga
dpkg -i /tmp/tamga.deb > /tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; exit 1; }
dpkg -r tamga > /tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; exit 1; }
[[ ! -e /usr/bin/tamga ]] || wrong "dpkg -r leaves the program"
grep -q log-requests /etc/default/tamga || wrong "dpkg -r takes what was configured"
dpkg --purge tamga > /tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; exit 1; }
! grep -i warning /tmp/dpkg.log || wrong "dpkg --purge warns"
[[ -e /var/lib/tamga/tamga.db ]] || wrong "dpkg --purge takes the store"
there > /tmp/after
# The backups of who makes a user, and the folder of units that this made itself.
left=$(comm -13 /tmp/before /tmp/after | grep -vE '^/etc/([a-z]+-|\.pwd\.lock)$|^/etc/systemd/system(/multi-user.target.wants)?$' || true)
[[ -z $left ]] || wrong "dpkg --purge leaves: $left"
echo "installed, used, upgraded and removed; the store stays"
INSIDE
chroot "$root" bash /tmp/try.sh
[[ $boot == yes ]] || exit 0

mkdir -p "$root/root"
mv "$root/tmp/tamga.deb" "$root/root/"
rm -rf "$root/var/lib/tamga"
cat > "$root/root/try.sh" <<'INSIDE'
#!/bin/bash
exec > /root/said 2>&1
set -uo pipefail
wrong() { journalctl --no-pager -u tamga-serve -u tamga-worker; echo "wrong: $*"; systemctl poweroff --force; exit 1; }
run() { setpriv --reuid=tamga --regid=tamga --clear-groups env HOME=/var/lib/tamga /usr/bin/tamga --data /var/lib/tamga "$@"; }
wait_for() { for _ in $(seq 300); do "$@" > /dev/null 2>&1 && return; sleep 0.1; done; wrong "not within 30 s: $*"; }
answers() { curl -fsS "http://127.0.0.1:$1"; }
dpkg -i /root/tamga.deb || wrong "dpkg -i"
run lists import /usr/share/tamga/samples/lists/{ofac,eu} --published "$(date -u +%F)" --quiet || wrong "lists import"
run lists import /usr/share/tamga/samples/lists/{uk,un} --quiet || wrong "lists import"
! systemctl is-active --quiet tamga-serve tamga-worker || wrong "they are started by the installation"
# Without NATS a worker is tried again and again, longer than systemd would by itself.
systemctl start tamga-worker
sleep 15
[[ $(systemctl show -P ActiveState tamga-worker) == activating ]] || wrong "a worker without NATS is given up"
install -d -o nats -g nats /var/lib/nats
printf 'host: 127.0.0.1\nport: 4222\njetstream { store_dir: /var/lib/nats }\n' > /etc/nats-server.conf
systemctl restart nats-server
wait_for answers 9484/readyz
systemctl enable --now tamga-serve
wait_for answers 8484/healthz
token=$(journalctl --no-pager -o cat -u tamga-serve | grep '^tamga_')
hits=$(curl -sS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"name":"Bank VTB"}' http://127.0.0.1:8484/v1/screen)
[[ $hits == *ofac-17013* ]] || wrong "no hit: $hits"
printf 'id,name\n1,Bank VTB\n2,Nobody\n' > /root/book.csv
chmod 755 /root
hits=$(run screen --batch /root/book.csv --nats nats://127.0.0.1:4222 --patience 30)
[[ $hits == *ofac-17013* ]] || wrong "no hit over NATS: $hits"
[[ $(answers 9484/metrics) == *$'\n''tamga_worker_rows_total 2'$'\n'* ]] || wrong "the worker did nothing"
systemctl reload tamga-serve && wait_for answers 8484/healthz
before=$(systemctl show -P MainPID tamga-serve tamga-worker)
dpkg -i /root/tamga.deb || wrong "upgrade"
wait_for answers 8484/healthz
wait_for answers 9484/readyz
after=$(systemctl show -P MainPID tamga-serve tamga-worker)
[[ -n $after && $after != "$before" ]] || wrong "an upgrade leaves the old program running"
systemctl stop tamga-serve tamga-worker
for unit in tamga-serve tamga-worker; do
  [[ $(systemctl show -P Result -P ExecMainStatus "$unit" | xargs) == "success 0" ]] || wrong "$unit did not end well"
done
run audit verify || wrong "audit verify"
systemctl start tamga-serve
dpkg --purge tamga || wrong "purge"
! systemctl is-active --quiet tamga-serve || wrong "it runs after a purge"
[[ ! -e /etc/systemd/system/multi-user.target.wants/tamga-serve.service ]] || wrong "it is enabled after a purge"
! journalctl --no-pager -k | grep -i 'SECCOMP.*tamga' || wrong "a call was refused"
echo "started by systemd, asked, reloaded, upgraded, stopped and purged"
systemctl poweroff --force
INSIDE
chmod 755 "$root/root/try.sh"
printf '[Unit]\nAfter=network.target\n[Service]\nType=oneshot\nExecStart=/root/try.sh\n' > "$root/etc/systemd/system/try.service"
ln -sf ../try.service "$root/etc/systemd/system/multi-user.target.wants/try.service"
timeout 300 systemd-nspawn -q -D "$root" --register=no --keep-unit --private-network --console=pipe -b < /dev/null > "$root.log" 2>&1 || true
tail -1 "$root/root/said" | grep '^started by systemd' || { tail -5 "$root.log"; tail -40 "$root/root/said"; rm -f "$root.log"; exit 1; } >&2
rm -f "$root.log"
