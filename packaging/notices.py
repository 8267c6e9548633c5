"""Puts beside the frozen program what the office's computer room asks for: licences, parts, digests.

``notices.py FOLDER`` adds to a folder that PyInstaller made:

- ``licenses/``: the licence of every part that is shipped, as its author wrote it;
- ``sbom.cdx.json``: the list of parts (CycloneDX 1.5) with versions and the digests of the lock file;
- ``SHA256SUMS``: of every file, to be checked with ``sha256sum -c`` or ``certutil -hashfile``.

``notices.py --sums FILE…`` prints such lines for the files to be handed on.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent

# Of these no licence text lies in the wheel: where it is instead.
TEXTS = {
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"),  # the LGPL is written as additions to it
    "pyside6-addons": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "python": ("Python.txt",),
}
NAME = re.compile(r"[A-Za-z0-9_.-]+")
LICENCE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


def normal(name: str) -> str:
    """Return a distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def shipped() -> dict[str, metadata.Distribution]:
    """Return what the program needs to run, and what that needs, as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, metadata.Distribution] = {}
    waiting = list(project["dependencies"])
    while waiting:
        wanted = waiting.pop()
        if "extra ==" in wanted:
            continue
        match = NAME.match(wanted)
        name = normal(match.group()) if match else ""
        if not name or name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system or an older Python
        waiting += found[name].requires or []
    return dict(sorted(found.items()))


def write_licences(folder: Path, parts: dict[str, metadata.Distribution]) -> None:
    """Copy the licence of each part; end with a sentence when one has none."""
    for name, part in parts.items():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for file in part.files or ():
            if ".dist-info" in str(file) and LICENCE.search(file.name):
                shutil.copyfile(str(file.locate()), target / file.name)
        for text in TEXTS.get(name, ()):
            shutil.copyfile(HERE / "licenses" / text, target / text)
        if not any(target.iterdir()):
            sys.exit(f"notices.py: no licence text found for {name}: add it to TEXTS")
    (folder / "python").mkdir(exist_ok=True)
    shutil.copyfile(HERE / "licenses" / "Python.txt", folder / "python" / "LICENSE.txt")
    (folder / "fonts").mkdir(exist_ok=True)
    for file in (ROOT / "resources" / "fonts").iterdir():
        if file.suffix != ".ttf":
            shutil.copyfile(file, folder / "fonts" / file.name)


def locked_digests() -> dict[str, list[str]]:
    """Return name → the digests that the lock file allows."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if pin := re.match(r"([A-Za-z0-9_.-]+)==", line):
            name = normal(pin.group(1))
        if digest := re.search(r"--hash=sha256:([0-9a-f]{64})", line):
            found.setdefault(name, []).append(digest.group(1))
    return found


def bill(parts: dict[str, metadata.Distribution]) -> dict[str, object]:
    """Return the parts as CycloneDX 1.5 says them. No time and no serial: same parts, same bytes."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    digests = locked_digests()
    components: list[dict[str, object]] = [
        {
            "type": "library",
            "name": part.metadata["Name"],
            "version": part.version,
            "purl": f"pkg:pypi/{name}@{part.version}",
            "licenses": [{"license": {"name": licence_of(part)}}],
            "hashes": [{"alg": "SHA-256", "content": one} for one in digests.get(name, [])],
        }
        for name, part in parts.items()
    ]
    components.append(
        {
            "type": "platform",
            "name": "CPython",
            "version": sys.version.split()[0],
            "licenses": [{"license": {"name": "PSF-2.0"}}],
        }
    )
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "huifang", "version": version}},
        "components": components,
    }


def licence_of(part: metadata.Distribution) -> str:
    """Return the licence's name as the part itself gives it."""
    about = part.metadata
    if said := about.get("License-Expression"):
        return said
    for line in about.get_all("Classifier") or ():
        if line.startswith("License :: ") and not line.endswith("OSI Approved"):
            return line.rsplit(" :: ", 1)[-1]
    return (about.get("License") or "see licenses folder").splitlines()[0][:80]


def sums(files: list[Path], base: Path) -> str:
    """Return lines of digest and path, as ``sha256sum`` writes them."""
    lines = []
    for file in sorted(files):
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        lines.append(f"{digest}  {file.relative_to(base).as_posix()}\n")
    return "".join(lines)


def main(arguments: list[str]) -> None:
    """See the module."""
    if arguments[:1] == ["--sums"]:
        for one in arguments[1:]:
            print(sums([Path(one)], Path(one).parent), end="")
        return
    folder = Path(arguments[0])
    parts = shipped()
    shutil.rmtree(folder / "licenses", ignore_errors=True)
    write_licences(folder / "licenses", parts)
    text = json.dumps(bill(parts), ensure_ascii=False, indent=1) + "\n"
    (folder / "sbom.cdx.json").write_bytes(text.encode())
    files = [one for one in folder.rglob("*") if one.is_file() and one.name != "SHA256SUMS"]
    (folder / "SHA256SUMS").write_bytes(sums(files, folder).encode())
    print(f"{len(parts)} parts, {len(files)} files")


if __name__ == "__main__":
    main(sys.argv[1:])
