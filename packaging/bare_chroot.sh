# Read by other scripts: a Debian that has nothing but itself, and the package tried in it.

# bare_chroot RELEASE FOLDER MIRROR: the smallest system, with its package lists
bare_chroot() {
  if [ ! -x "$2/usr/bin/apt-get" ]; then
    debootstrap --variant=minbase --include=ca-certificates "$1" "$2" "$3" >"$2.log" 2>&1 ||
      { tail -5 "$2.log"; return 1; }
  fi
  mountpoint -q "$2/proc" || mount -t proc proc "$2/proc"
  cp /etc/resolv.conf "$2/etc/resolv.conf"
  chroot "$2" apt-get update -qq
}

# try_deb FOLDER DEB: installs with what it asks for, has no Python, tests itself and opens a window under Xvfb
try_deb() {
  cp "$2" "$1/root/huifang.deb"
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /root/huifang.deb xvfb >"$1.install.log" 2>&1 ||
    { tail -5 "$1.install.log"; return 1; }
  chroot "$1" env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 sh -euc '
    ! command -v python3 || { echo "this system has Python: it proves nothing"; exit 1; }
    huifang self-test
    Xvfb :79 -screen 0 1366x768x24 >/dev/null 2>&1 &
    sleep 2
    code=0
    DISPLAY=:79 timeout 20 huifang --data /root/none || code=$?
    kill $!
    echo "the window ended with $code (124: still open when it was stopped)"
    test "$code" = 124'
}
