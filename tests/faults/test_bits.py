"""Every changed bit of a backup is found; the harness is shown to see a build that looks away."""

import os
from contextlib import closing

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.services.ports import UserError
from app.storage import container
from app.storage.container import damaged
from app.storage.engine import connect
from tests.faults import bits

FLIPS = int(os.environ.get("HUIFANG_FLIPS", "100"))
SEED = int(os.environ.get("HUIFANG_SEED", "20261123"))


def test_every_flip_cut_and_splice_is_found(tmp_path):
    report = bits.run(tmp_path, FLIPS, SEED)
    assert report.missed == []
    assert report.flips == FLIPS
    assert min(report.cuts, report.splices) >= 10


def test_every_flip_in_the_files_in_use_is_found(tmp_path):
    report = bits.rot(tmp_path, FLIPS, SEED)
    assert report.missed == []
    assert report.rotten == 3 * FLIPS


def test_the_harness_sees_a_self_check_that_reads_the_first_page_only(tmp_path):
    def first_page(file, key):
        with closing(connect(file, key)) as raw:
            raw.execute("SELECT count(*) FROM sqlite_master")

    report = bits.rot(tmp_path, 30, SEED, check_database=first_page)
    assert any(missed.startswith("database") for missed in report.missed)


def test_the_harness_sees_a_build_that_does_not_authenticate(tmp_path):
    """The wrong build decrypts and looks at nothing but the shape of the file."""

    def looks_away(file, _key):
        with file.open("rb") as reading:
            header = container._header(reading, file)
            counter = Cipher(algorithms.AES(header.salt), modes.CTR(bytes(16))).decryptor()
            if not counter.update(reading.read()):
                raise damaged(file)

    report = bits.run(tmp_path, 30, SEED, check=looks_away)
    assert len(report.missed) > 10


def test_the_harness_sees_a_build_that_forgets_the_last_mark(tmp_path, monkeypatch):
    """Without the end mark a backup cut at a chunk's end would pass."""
    real = container._nonce
    monkeypatch.setattr(container, "_nonce", lambda number, *, last: real(number, last=False))

    def no_end_mark(file, key):
        with container.opened(file, key, bits.quiet) as stream:
            for _chunk in stream:
                pass

    report = bits.run(tmp_path, 10, SEED, check=no_end_mark)
    assert any("cut to" in missed for missed in report.missed)
    assert issubclass(container.BadContainer, UserError)
