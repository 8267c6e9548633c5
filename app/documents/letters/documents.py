"""The list of letters: what each is called and made of. Adding one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.documents.letters import (
    admonition,
    consultation,
    contact_record,
    docx,
    ending_papers,
    file_papers,
    pdf,
    person_notice,
    plan,
    request_slip,
    result_feedback,
    talk_outline,
    talk_record,
    unit_notice,
    unit_opinion,
    unit_reminder,
    use_reply,
    visiting_list,
)
from app.documents.paper_options import PaperOptions
from app.domain.papers import (
    EndingPaper,
    Particulars,
    RequestPaper,
    ResultPaper,
    UsePaper,
    VisitPaper,
)
from app.domain.plan import WholePlan
from app.domain.visit import WholeVisit
from app.domain.visiting_list import WholeList
from app.paper import letter as paper
from app.paper.letter import Letter
from app.services.ports import Progress

PDF = "pdf"
DOCX = "docx"
FORMATS = (PDF, DOCX)
NOBODY = Particulars()


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """One kind of letter. ``letters(entity, particulars)`` gives one or several of it.

    ``numbered``: it bears a 文号, issued for the kind ``name``.
    """

    name: str
    title: str
    entity: type
    letters: Callable[[Any, Particulars], list[Letter]]
    numbered: bool = False


ALL: tuple[LetterDocument, ...] = (
    LetterDocument("visiting_list", "回访对象名单", WholeList, visiting_list.letters),
    LetterDocument("consultation", "征求意见记录", WholeList, consultation.letters),
    LetterDocument("plan", "回访工作方案", WholePlan, plan.letters),
    LetterDocument("unit_notice", "通知函（致所在单位）", WholePlan, unit_notice.letters, True),
    LetterDocument("person_notice", "告知书（致本人）", WholePlan, person_notice.letters, True),
    LetterDocument("talk_outline", "谈话提纲", WholePlan, talk_outline.letters),
    LetterDocument("talk_record", "谈话记录", WholeVisit, talk_record.letters),
    LetterDocument("phone_record", "电话回访记录", WholeVisit, contact_record.phone_letters),
    LetterDocument("mail_record", "信函回访记录", WholeVisit, contact_record.mail_letters),
    LetterDocument(
        "unit_opinion_blank", "所在单位评价意见（空白）", WholePlan, unit_opinion.blank_letters
    ),
    LetterDocument("unit_opinion", "所在单位评价意见", VisitPaper, unit_opinion.letters),
    LetterDocument("request_slip", "困难诉求办理单", RequestPaper, request_slip.letters, True),
    LetterDocument(
        "feedback_person", "反馈函（致本人）", ResultPaper, result_feedback.person_letters, True
    ),
    LetterDocument(
        "feedback_unit", "反馈函（致所在单位）", ResultPaper, result_feedback.unit_letters, True
    ),
    LetterDocument("unit_reminder", "督促提醒函", ResultPaper, unit_reminder.letters, True),
    LetterDocument("admonition", "教育提醒记录", ResultPaper, admonition.letters),
    LetterDocument("file_contents", "卷内目录", ResultPaper, file_papers.contents_letters),
    LetterDocument("file_note", "卷内备考表", ResultPaper, file_papers.note_letters),
    LetterDocument("use_reply", "使用情况复函", UsePaper, use_reply.letters),
    LetterDocument(
        "ending_materials", "期满办理材料清单", EndingPaper, ending_papers.material_letters
    ),
    LetterDocument("ending_steps", "期满办理步骤", EndingPaper, ending_papers.step_letters),
)

BY_NAME = {document.name: document for document in ALL}


def letters_of(name: str, entity: Any, *, particulars: Particulars) -> list[Letter]:
    """Return the letters that the document ``name`` makes of ``entity``. Raises ``KeyError``."""
    return BY_NAME[name].letters(entity, particulars)


def open_points(name: str, entity: Any, *, particulars: Particulars) -> list[str]:
    """Return in Chinese what to look at before the document is printed, each once."""
    found = [
        point
        for letter in letters_of(name, entity, particulars=particulars)
        for point in paper.open_points(letter)
    ]
    return list(dict.fromkeys(found))


def missing_characters(
    name: str, entity: Any, *, options: PaperOptions, particulars: Particulars
) -> dict[str, str]:
    """Return each character that no font has, with where it stands: what ``insist`` prints as 〓."""
    return pdf.find_missing(letters_of(name, entity, particulars=particulars), options=options)


def draw_document(
    name: str,
    entity: Any,
    format_: str,
    *,
    options: PaperOptions,
    particulars: Particulars,
    progress: Progress | None = None,
) -> bytes:
    """Return the document ``name`` made of ``entity`` as ``pdf`` or ``docx``.

    Raises ``NothingToWrite`` when the entity has nothing for it (a visit without talks),
    ``UnprintableCharacters`` (PDF only), ``UnusableFont`` and what ``progress`` raises.
    """
    return draw(
        letters_of(name, entity, particulars=particulars),
        format_,
        options=options,
        progress=progress,
    )


def draw_entities(
    name: str,
    format_: str,
    entities: Sequence[Any],
    *,
    options: PaperOptions,
    particulars: Particulars = NOBODY,
    progress: Progress | None = None,
) -> bytes:
    """Return the document ``name`` of several entities in one file, as ``catalogue.ALL`` calls it."""
    made = [
        letter
        for entity in entities
        for letter in letters_of(name, entity, particulars=particulars)
    ]
    return draw(made, format_, options=options, progress=progress)


def draw(
    letters: Sequence[Letter],
    format_: str,
    *,
    options: PaperOptions,
    progress: Progress | None = None,
) -> bytes:
    """Return letters as ``pdf`` or ``docx``; several stand in one file."""
    drawer = {PDF: pdf.draw_pdf, DOCX: docx.draw_docx}[format_]
    return drawer(letters, options=options, progress=progress)


def file_name(name: str, format_: str) -> str:
    """Return a name for the file: what it is, never who it is about."""
    return f"{BY_NAME[name].title}.{format_}"
