"""The help, from its one source in ``resources/help``: a topic per field and per page."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.domain import (
    attachment,
    document_number,
    ending,
    filing,
    form_life,
    gates,
    outcome,
    phrase,
    plan,
    registration_form,
    request,
    settings,
    staff,
    subject,
    visit,
    visiting_list,
)
from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.paths import RESOURCES

FOLDER = RESOURCES / "help"
_OWN = (FieldKind.DATA, FieldKind.REFERENCE, FieldKind.BYTES)  # what the program keeps for itself

ENTITIES: dict[type, str] = {
    subject.Subject: "人员",
    subject.Case: "案件",
    subject.Sanction: "处分",
    subject.Event: "状态事项",
    staff.Staff: "工作人员",
    visiting_list.VisitingList: "名单",
    visiting_list.ListEntry: "名单中的人",
    visiting_list.Consultation: "征求意见",
    plan.Plan: "方案",
    plan.PlanPerson: "方案中的人",
    plan.PlanMember: "工作组",
    plan.TalkPoint: "谈话要点",
    plan.PlanStep: "审批",
    plan.PlanTemplate: "模板",
    gates.Exemption: "例外",
    visit.Visit: "回访",
    visit.Participant: "参加人",
    visit.Talk: "谈话",
    visit.Contact: "通话和通信",
    request.Request: "诉求",
    registration_form.RegistrationForm: "登记表",
    form_life.FormVersion: "登记表的版本",
    attachment.Attachment: "附件",
    outcome.Outcome: "结果",
    outcome.OutcomeAct: "应办事项",
    outcome.Feedback: "反馈",
    outcome.UnitReminder: "督促提醒函",
    outcome.ResultUse: "结果使用",
    ending.Ending: "期满办理",
    ending.EndingItem: "期满办理事项",
    filing.FilingEntry: "归档",
    filing.FilingPaper: "卷内材料",
    phrase.Phrase: "常用语",
    document_number.DocumentNumber: "文号",
    settings.Settings: "设置",
}
"""What a user fills in, and what it is called in the list of topics."""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What the help says of one field, beyond its declaration."""

    words: str
    example: str = ""
    mistake: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the help. ``key`` of a page is the name of its tab, of an error its number."""

    title: str
    text: str
    key: str = ""


def explained_fields(entity: type) -> dict[str, FieldSpec]:
    """Return the fields of an entity that the help speaks of: all but the program's own."""
    return {name: spec for name, spec in form_fields(entity).items() if spec.kind not in _OWN}


@cache
def _source(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def field_words(entity: type, name: str) -> FieldWords | None:
    """Return what the help says of a field."""
    entry = _source("fields.toml").get(entity.__name__, {}).get(name)
    if entry is None:
        return None
    return FieldWords(**entry) if isinstance(entry, dict) else FieldWords(entry)


@cache
def _declared() -> dict[int, tuple[type, str]]:
    return {
        id(spec): (entity, name)
        for entity in ENTITIES
        for name, spec in form_fields(entity).items()
    }


def words_of(spec: FieldSpec) -> FieldWords | None:
    """Return what the help says of the field declared as ``spec``.

    An editor may have been given an altered copy of the declaration: then the label decides, if all
    fields of that label are told the same.
    """
    if (known := _declared().get(id(spec))) is not None:
        return field_words(*known)
    same = {
        field_words(entity, name)
        for entity in ENTITIES
        for name, declared in form_fields(entity).items()
        if (declared.label, declared.kind) == (spec.label, spec.kind)
    }
    return same.pop() if len(same) == 1 else None


def pages() -> list[Topic]:
    """Return the topics about pages and work, in reading order."""
    return [
        Topic(page["title"], page["text"].strip(), page["key"])
        for page in _source("pages.toml")["page"]
    ]


def quick_card() -> list[Topic]:
    """Return the two sides of the card."""
    return [
        Topic(page["title"], page["text"].strip()) for page in _source("quick_card.toml")["page"]
    ]


def _field_topics() -> Iterator[Topic]:
    for entity, called in ENTITIES.items():
        for name, spec in explained_fields(entity).items():
            if (told := field_words(entity, name)) is not None:
                parts = (
                    told.words,
                    told.example and f"例如：{told.example}",
                    told.mistake and f"常见错误：{told.mistake}",
                    told.article and f"依据：{told.article}",
                )
                yield Topic(f"{called}：{spec.label}", "\n\n".join(part for part in parts if part))


def error_topics() -> list[Topic]:
    """Return what is to be done about each error, by its number, which is also its key."""
    return [
        Topic(f"{number}　{told['title']}", told["todo"], number)
        for number, told in _source("errors.toml").items()
    ]


@cache
def topics() -> tuple[Topic, ...]:
    """Return the whole help: pages first, then every field, then every error."""
    return (*pages(), *_field_topics(), *error_topics())


def find(wanted: str) -> list[Topic]:
    """Return the topics that have every word of ``wanted``; those that have it in the title first."""
    parts = wanted.casefold().split()
    hits = [
        topic
        for topic in topics()
        if all(part in f"{topic.title}\n{topic.text}".casefold() for part in parts)
    ]
    return sorted(hits, key=lambda topic: not all(p in topic.title.casefold() for p in parts))
