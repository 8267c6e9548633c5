"""Joins what can be done with forms beyond typing: their life, phrases, batches, how paper looks."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from app.bootstrap.layouts import Layout
from app.documents import calibration, registration_form
from app.documents.fonts import SHIPPED, installed_faces
from app.documents.paper_options import PaperOptions, absent_faces
from app.domain.partial_date import DateStyle, PartialDate, write_date
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.wording import read_wording
from app.paths import RESOURCES
from app.services import batch, form_life, forms, phrases
from app.services.paper_acts import PaperActs
from app.services.ports import Progress
from app.storage.attachments import MendingPool
from app.storage.store import Store

_SAMPLE_DAYS = {"born_on": (1985, 3), "work_since": (2008, 7), "party_decided_on": (2026, 3, 15)}


def join_paper(
    store: Store,
    settings: Callable[[], Settings],
    paper: Callable[..., PaperOptions],
    layout: Layout,
) -> PaperActs:
    """Return what the person who opened ``store`` can do with forms beyond typing.

    ``paper(insist=…)`` gives the office's options as they are at the moment of drawing.
    """
    uow, clock, who, pool = store.unit_of_work, store.clock, store.account, MendingPool(store)

    def draw(some: Sequence[RegistrationForm]) -> bytes:
        return registration_form.draw_pdf(some, options=paper(insist=True))

    def count(form: RegistrationForm) -> int:
        return registration_form.count_pages(form, options=paper())

    def missing(some: Sequence[RegistrationForm]) -> dict[str, str]:
        return registration_form.find_missing(some, options=paper())

    def draw_sample(chosen: Settings) -> bytes:
        options = PaperOptions.of(chosen, RESOURCES, practice=store.practice, insist=True)
        options = dataclasses.replace(options, layout=str(layout.file))
        return registration_form.draw_pdf([_sample(chosen)], options=options)

    def draw_batch(some: Sequence[RegistrationForm], duplex: bool, progress: Progress) -> bytes:
        options = dataclasses.replace(paper(insist=True), duplex=duplex)
        return registration_form.draw_pdf(some, options=options, progress=progress)

    return PaperActs(
        left_open=lambda form: form_life.left_open(form, missing=missing),
        finalise=lambda id_, override: form_life.finalise_form(
            id_,
            override,
            draw=draw,
            count=count,
            missing=missing,
            who=who,
            uow=uow(),
            clock=clock,
        ),
        attach_scan=lambda id_, content, pages, signed_on, signed_by, name="": (
            form_life.attach_scan(
                id_,
                content,
                pages=pages,
                signed_on=signed_on,
                signed_by=signed_by,
                file_name=name,
                pool=pool,
                who=who,
                uow=uow(),
                clock=clock,
            )
        ),
        remove_scan=lambda id_, reason: form_life.remove_scan(
            id_, reason, uow=uow(), today=clock().date()
        ),
        file=lambda id_, filed_on, number: form_life.file_form(
            id_, filed_on=filed_on, file_number=number, uow=uow(), today=clock().date()
        ),
        revise=lambda id_, reason: form_life.revise_form(id_, reason, uow=uow()),
        give_up_revision=lambda id_, reason: form_life.give_up_revision(id_, reason, uow=uow()),
        versions=lambda id_: form_life.versions_of(id_, uow=uow()),
        read_paper=lambda id_: form_life.read_paper(id_, pool=pool, uow=uow()),
        read_final=lambda id_: form_life.read_final(id_, pool=pool, uow=uow()),
        compare=lambda id_, before, after: form_life.compare_versions(
            id_, before, after, uow=uow()
        ),
        previous_form=lambda form: forms.previous_form(form, uow=uow()),
        phrases=lambda: phrases.phrases(owner=who, uow=uow()),
        keep_phrase=lambda phrase: phrases.keep_phrase(phrase, owner=who, uow=uow()),
        remove_phrase=lambda phrase: phrases.remove_phrase(phrase, uow=uow()),
        order_phrases=lambda ids: phrases.order_phrases(ids, uow=uow()),
        wording=read_wording((RESOURCES / "wording.toml").read_text("utf-8")),
        one_page_size=lambda form: registration_form.one_page_size(form, options=paper()),
        faces=_faces,
        face_notice=lambda: _face_notice(settings()),
        layout=lambda: layout.file,
        layout_notice=lambda: layout.notice,
        draw_sample=draw_sample,
        draw_calibration=lambda: calibration.draw_calibration(options=paper()),
        choose_batch=lambda choice, progress: batch.choose_batch(
            choice, progress, roster=store.roster(), uow=uow(), settings=settings(), clock=clock
        ),
        check_batch=lambda entries, progress: batch.check_batch(
            entries, progress, missing=missing, uow=uow(), today=clock().date()
        ),
        draw_batch=draw_batch,
        record_outputs=lambda act, some, target, copies: forms.record_output(
            act, some, target, copies=copies, uow=uow()
        ),
        outputs=lambda: forms.outputs(queries=store.forms()),
    )


def _faces() -> dict[str, str]:
    """Return the faces to choose from: the shipped ones, then those of this PC."""
    return {f"{name}（随程序）": name for name in SHIPPED} | installed_faces(_font_folders())


def _font_folders() -> list[Path]:
    if sys.platform == "win32":  # pragma: no cover - measured under wine
        import os

        own = Path(os.environ.get("LOCALAPPDATA", "")) / "Microsoft" / "Windows" / "Fonts"
        found = [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", own]
    else:
        home = Path.home()
        found = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
        found += [home / ".local" / "share" / "fonts", home / ".fonts"]
    return [folder for folder in found if folder.is_dir()]


def _face_notice(settings: Settings) -> str:
    absent = absent_faces(settings)
    if not absent:
        return ""
    names = "、".join(Path(face).name for face in absent)
    return f"这台电脑上没有所选的字体（{names}），改用随程序的字体；可在“登记表样式”中重新选择"


def _sample(settings: Settings) -> RegistrationForm:
    """Return a form of nobody, filled so that every setting shows."""
    style = DateStyle(settings.date_style)
    form = RegistrationForm(
        reporting_unit=settings.reporting_unit or settings.office_name or "××学院纪委案件管理室",
        reported_on=write_date(PartialDate.of(date(2026, 11, 23))),
        name="张三",
        sex="男",
        education="研究生（硕士）",
        party_since=settings.empty_mark,
        workplace="××学院副教授",
        address="",
        phone="138××××0000",
        facts="（样张）违反有关规定收受可能影响公正执行公务的礼品。",
        party_kind="党内警告",
        admin_decided_on=settings.empty_mark,
        admin_kind=settings.empty_mark,
        visited_on="2026年11月20日（实地）",
        attitude="（样张）该同志能够正确认识所犯错误，服从组织处理，工作中履职尽责。",
        proposal="（样张）建议所在单位党组织继续加强日常教育管理，给予鼓励。",
    )
    for name, parts in _SAMPLE_DAYS.items():
        setattr(form, name, write_date(PartialDate(*parts), style))
    return form
