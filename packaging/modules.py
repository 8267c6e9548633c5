"""Runs first in the frozen program: its modules lie in one file that both programs share.

PyInstaller would put the archive into each ``.exe``: 14 MB twice. The names are those of its boot
modules as pinned in the lock file; the self-test of ``dev.py package`` fails when they change.
"""

import sys

import pyimod01_archive
import pyimod02_importers

pyimod02_importers.pyz_archive = pyimod01_archive.ZlibArchiveReader(
    sys._MEIPASS + "/modules.pyz", start_offset=0, check_pymagic=True
)
sys.path_importer_cache.pop(sys._MEIPASS, None)  # its finder still holds the empty archive
