#!/usr/bin/env bash
# Makes the .deb on Debian 11, so that it asks for no newer glibc than the wheels do (2.28), and tries it there.
# Usage, as root on Debian, about half an hour: packaging/deb_for_old_desktops.sh WORK_FOLDER
#
# A build asks for the glibc of the machine it is made on, through Python and what Python links. Debian 11 (2.31) is the
# oldest that the package mirrors still carry; it has no Python 3.11, so Debian 12's source is built in it. Of the five
# mathematical functions that 2.29 gave a new version Python is told to take the old one, and a wait of 2.30 is not used.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:?work folder}"
work=$(cd "$1" && pwd)
old=$work/debian11
mirror=http://deb.debian.org/debian
say() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }
inside() { chroot "$old" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
. "$root/packaging/bare_chroot.sh"
trap 'umount -q "$work"/*/proc || true' EXIT

say "tools"
command -v debootstrap >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends debootstrap; }
[ -x "$work/tools/bin/uv" ] || { python3 -m venv "$work/tools" && "$work/tools/bin/pip" install -q uv; }

say "Debian 11 with a compiler and what Qt loads"
bare_chroot bullseye "$old" "$mirror"
# shellcheck disable=SC2046
inside apt-get install -y -qq --no-install-recommends build-essential zlib1g-dev libssl-dev libffi-dev libbz2-dev \
  liblzma-dev uuid-dev pkg-config $(python3 -c "import sys; sys.path.insert(0, '$root'); import dev; print(*dev.QT_LIBRARIES.values())") >/dev/null

say "Python 3.11 from Debian 12's source"
if [ ! -x "$old/opt/python/bin/python3.11" ]; then
  mkdir -p "$work/source/lists/partial"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >"$work/source/sources.list"
  from=(-o "Dir::Etc::sourcelist=$work/source/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$work/source/lists" -o APT::Sandbox::User=root)
  apt-get "${from[@]}" update -qq
  (cd "$work/source" && apt-get "${from[@]}" source -qq --download-only python3.11)
  tar xzf "$work"/source/python3.11_*.orig.tar.gz -C "$old/root"
  for name in exp log pow exp2 log2; do
    printf '__asm__(".symver %s,%s@GLIBC_2.2.5");\n' $name $name
  done >"$old/root/old_math.h"
  inside bash -ec 'cd /root/Python-3.11.*
    ac_cv_func_sem_clockwait=no ./configure -q --prefix=/opt/python --enable-shared --without-static-libpython --with-ensurepip=no \
      LDFLAGS=-Wl,-rpath,/opt/python/lib CFLAGS="-include /root/old_math.h"
    make -s -j"$(nproc)" >/root/make.log 2>&1
    make -s install >/root/install.log 2>&1'
fi

say "what the lock file says, for glibc 2.28"
"$work/tools/bin/uv" pip install -q --python-platform x86_64-manylinux_2_28 --python-version 3.11 --only-binary :all: \
  --require-hashes --link-mode copy --target "$old/opt/python/lib/python3.11/site-packages" -r "$root/requirements.lock"

say "freeze"
rm -rf "$old/root/huifang"
mkdir "$old/root/huifang"
(cd "$root" && tar c app alembic packaging resources pyproject.toml requirements.lock README.md) | tar x -C "$old/root/huifang"
inside bash -ec 'cd /root/huifang
  /opt/python/bin/python3.11 -m PyInstaller --noconfirm --log-level ERROR packaging/huifang.spec
  /opt/python/bin/python3.11 packaging/notices.py dist/huifang
  packaging/make_deb.sh dist/huifang dist'
cp "$old"/root/huifang/dist/huifang_*.deb "$work/"
dpkg-deb -f "$work"/huifang_*.deb Version Installed-Size Depends

for release in bullseye bookworm; do
  say "a bare $release: install, self-test, a window"
  bare_chroot "$release" "$work/bare-$release" "$mirror"
  try_deb "$work/bare-$release" "$work"/huifang_*.deb
done
say "all of it worked"
