#!/usr/bin/env bash
# Packs a folder that PyInstaller made as a Debian package for x86-64 desktops.
# Usage: packaging/make_deb.sh FROZEN_FOLDER OUT_FOLDER
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
frozen=$(cd "${1:?frozen folder}" && pwd)
mkdir -p "${2:?out folder}"
out=$(cd "$2" && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml")
tree=$(mktemp -d)
trap 'rm -r "$tree"' EXIT
install -d "$tree/DEBIAN" "$tree/opt" "$tree/usr/bin" "$tree/usr/share/applications" \
  "$tree/usr/share/icons/hicolor/scalable/apps" "$tree/usr/share/doc/huifang"
cp -r "$frozen" "$tree/opt/huifang"
chmod -R u=rwX,go=rX "$tree/opt/huifang"
ln -s /opt/huifang/huifang "$tree/usr/bin/huifang"
install -m 644 "$root/packaging/linux/huifang.desktop" "$tree/usr/share/applications/huifang.desktop"
install -m 644 "$root/resources/icons/app.svg" "$tree/usr/share/icons/hicolor/scalable/apps/huifang.svg"
echo "第三方软件的许可见 /opt/huifang/licenses" >"$tree/usr/share/doc/huifang/copyright"
# What the frozen libraries ask of the system: the build machine decides; deb_for_old_desktops.sh makes it 2.28.
glibc=$(find "$frozen" -name '*.so*' -type f -exec objdump -T {} + 2>/dev/null |
  grep -o 'GLIBC_2\.[0-9]*' | cut -d_ -f2 | sort -Vu | tail -1)
sed -e "s/@GLIBC@/$glibc/" -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -sk "$tree/opt" | cut -f1)/" \
  "$root/packaging/linux/control" >"$tree/DEBIAN/control"
dpkg-deb --root-owner-group -Zxz -z4 --build "$tree" "$out/huifang_${version}_amd64.deb"
