"""Figures of a half-year over 10 000 people and a file of 200 pages, against what lies below them."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from app.bootstrap.join import join
from app.documents.account.report_letter import letter
from app.documents.letters.pdf import draw_pdf
from app.documents.paper_options import PaperOptions
from app.domain.attachment import Attachment
from app.domain.plan import METHODS
from app.domain.report_period import period_around
from app.domain.settings import Settings
from app.domain.small_numbers import guarded
from app.domain.verdict import assess
from app.domain.visit import DONE, Visit
from app.paths import RESOURCES
from app.services.dossiers import load_dossiers
from app.services.finding import find_anything
from app.services.gatekeeping import Law
from app.services.practice import store_practice_people
from app.services.reports import read_report
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.bench.bench_ledger import medians, quiet, rules
from tests.bench.table import Row, median_ms

TODAY = date(2026, 11, 23)
PEOPLE = 10_000
SCANS = 184  # with what the program draws, a file of some 200 pages


def a_scan(number: int) -> bytes:
    """Return a page as a scanner makes it: A4 at 150 dpi, grey, some 100 KB."""
    from PIL import Image, ImageDraw

    dice = random.Random(number)
    picture = Image.new("L", (1240, 1754), 250)
    drawing = ImageDraw.Draw(picture)
    for line in range(40):
        for word in range(24):
            x, y = 120 + word * 42, 140 + line * 37
            drawing.rectangle((x, y, x + dice.randint(12, 36), y + dice.randint(10, 22)), fill=60)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def measure() -> Iterator[Row]:
    """Yield the figures."""
    book = rules()
    law, period = Law(book, Settings(), TODAY), period_around("半年", TODAY, TODAY)
    with tempfile.TemporaryDirectory() as scratch:
        store, _code = create_office(
            Path(scratch) / "office", "周明", "晨雾里的灯塔 Oak-7", cost=Argon2Cost(64, 1, 1)
        )
        store_practice_people(
            PEOPLE, 1, uow=store.unit_of_work(), rules=book, settings=Settings(), today=TODAY,
            progress=quiet,
        )  # fmt: skip
        dice = random.Random(1)
        with store.unit_of_work() as uow:
            uow.repository(Visit).put_all(
                Visit(
                    subject_id=id_, state=DONE, method=dice.choice(METHODS),
                    on=TODAY - timedelta(dice.randint(0, 400)), conduct="思想稳定，工作积极。" * 20,
                )
                for id_ in load_dossiers(uow)
            )  # fmt: skip
            uow.commit()

        def figures() -> None:
            read_report(period, quiet, uow=store.unit_of_work(), law=law)

        def one_day() -> None:
            with store.unit_of_work() as uow:
                dossiers = load_dossiers(uow)
                list(uow.repository(Visit).where())
            for dossier in dossiers.values():
                assess(dossier, as_of=TODAY, rules=book, settings=Settings())

        took = medians({"figures": figures, "one day": one_day})
        yield Row(
            f"figures of a half-year and of the five before it, over {PEOPLE} people",
            took["figures"],
            took["one day"],
            against="reading them and one verdict each",
            target="≤ 6 ×, for six half-years",
        )
        report = read_report(period, quiet, uow=store.unit_of_work(), law=law)
        options = PaperOptions.of(Settings(), RESOURCES, insist=True)
        yield Row(
            "the same as a printed report with charts",
            median_ms(lambda: draw_pdf([letter(report, office="")], options=options), runs=3),
            target="≤ 1000 ms",
        )
        yield Row("withholding its small numbers", median_ms(lambda: guarded(report), runs=3))
        yield Row(
            f"one search over everything, {PEOPLE} visits with long texts",
            median_ms(
                lambda: find_anything("书法", roster=store.roster(), queries=store.finding()), 3
            ),
            target="≤ 150 ms",
        )
        yield from _file(store)
        store.close()


def _file(store: object) -> Iterator[Row]:
    from pypdf import PdfReader, PdfWriter

    from app.storage.store import Store

    assert isinstance(store, Store)
    with store.unit_of_work() as uow:
        uow.repository(Attachment).put_all(
            Attachment(
                owner_kind="Subject", owner_id=1, subject_id=1, kind="其他", title=f"第{n}页",
                media="JPG", pages=1, sha256=store.pool.keep(a_scan(n)), size=1,
                added_at=datetime(2026, 11, 1),
            )
            for n in range(SCANS)
        )  # fmt: skip
        uow.commit()
    acts = join(store).case_files
    made = acts.draw([1], quiet)

    def pypdf_alone() -> None:
        writer = PdfWriter()
        for page in PdfReader(io.BytesIO(made.pdf)).pages:
            writer.add_page(page)
        writer.write(io.BytesIO())

    took = {
        "file": median_ms(lambda: acts.draw([1], quiet), runs=3),
        "alone": median_ms(pypdf_alone, runs=3),
    }
    yield Row(
        f"a whole file of {made.pages} pages, {len(made.pdf) >> 20} MB: read, decrypted, set, numbered",
        took["file"],
        took["alone"],
        against="pypdf copying the finished pages",
        target="≤ 10 ×",
    )
