#!/bin/bash
# Make the Debian package of a program that is built.
#
# usage: scripts/deb.sh [BINARY]      [build/release/tamga]      DEBFULLNAME and DEBEMAIL: who is named as its maintainer
#
# Writes build/deb/tamga_VERSION_ARCH.deb and prints its path. The same tree gives the same bytes: times are those of the last commit.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${1:-build/release/tamga}
say() { echo "tamga: $*" >&2; }
[[ -x "$binary" ]] || { say "$binary is not there; run make build"; exit 1; }
for tool in dpkg-deb dpkg-shlibdeps dpkg-architecture strip gzip; do
  command -v "$tool" >/dev/null || { say "$tool is missing; install dpkg-dev and binutils"; exit 1; }
done

version=$(sed -n 's/^project(tamga VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg-architecture -qDEB_HOST_ARCH)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
# As Debian's own tools name who makes a package.
maintainer="${DEBFULLNAME:-Tamga} <${DEBEMAIL:-tamga@localhost}>"
work=build/deb
root=$work/root
rm -rf "$work"
umask 022
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/share/tamga/policy" "$root/usr/share/tamga/samples" "$root/usr/share/doc/tamga" \
         "$root/usr/share/man/man1" "$root/usr/share/lintian/overrides" "$root/lib/systemd/system" "$root/usr/lib/sysusers.d" "$root/etc/default"

strip --strip-unneeded --remove-section=.comment --remove-section=.note -o "$root/usr/bin/tamga" "$binary"
chmod 755 "$root/usr/bin/tamga"
cp policy/*.toml "$root/usr/share/tamga/policy/"
# As --policy wants a folder: rules, and beside them the tables that the program has built in.
cp -r data/goods data/places "$root/usr/share/tamga/policy/"
cp -r samples/lists samples/owners "$root/usr/share/tamga/samples/"
cp -r examples/deals "$root/usr/share/tamga/samples/deals"
cp README.md CHANGELOG.md docs/*.md "$root/usr/share/doc/tamga/"
cp deploy/debian/copyright "$root/usr/share/doc/tamga/copyright"
cp deploy/debian/lintian-overrides "$root/usr/share/lintian/overrides/tamga"
gzip -9n "$root/usr/share/doc/tamga/CHANGELOG.md"
# In Debian's form, which tools read: one entry, of this version.
printf 'tamga (%s) unstable; urgency=medium\n\n  * What a user could notice is in CHANGELOG.md.\n\n -- %s  %s\n' "$version" "$maintainer" \
  "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n > "$root/usr/share/doc/tamga/changelog.gz"
"$binary" man | gzip -9n > "$root/usr/share/man/man1/tamga.1.gz"
cp deploy/systemd/*.service "$root/lib/systemd/system/"
cp deploy/systemd/tamga.sysusers "$root/usr/lib/sysusers.d/tamga.conf"
cp deploy/systemd/tamga.default "$root/etc/default/tamga"
echo /etc/default/tamga > "$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "deploy/debian/$script" "$root/DEBIAN/$script"; done

# dpkg-shlibdeps reads a source package's control file; this is all that it asks of it.
mkdir -p "$work/debian"
printf 'Source: tamga\n\nPackage: tamga\nArchitecture: any\n' > "$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps --ignore-missing-info -O -e"root/usr/bin/tamga" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[[ "$depends" == *libc6* ]] || { say "dpkg-shlibdeps found no libraries: '$depends'"; exit 1; }
size=$(du -sk --apparent-size "$root" | cut -f1)
cat > "$root/DEBIAN/control" <<CONTROL
Package: tamga
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Recommends: ca-certificates, procps
Suggests: nats-server, postgresql
Section: misc
Priority: optional
Description: clears trade deals against sanctions and export controls
 Tamga says of a deal whether it may go ahead under the rules of the
 authorities that can punish for it (US, EU, UK, UN, Switzerland), why, with the
 citation, and what is missing to be sure. Every decision is recorded and can be
 replayed.
 .
 The units tamga-serve and tamga-worker are installed and not started.
CONTROL
chmod -R u=rwX,go=rX "$root"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package=$work/tamga_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
