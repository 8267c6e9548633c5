"""Persons under sanction: opening, keeping and taking away a person with all that is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.fields import form_fields
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import Case, Dossier, Event, Sanction, Subject
from app.services.chain import papers_of
from app.services.dossiers import load_dossier
from app.services.ports import (
    Changes,
    MissingRecord,
    RosterQueries,
    RosterRow,
    StaleData,
    UnitOfWork,
    UserError,
    wanted,
)
from app.services.standing import reassess

Part = TypeVar("Part", Case, Sanction, Event)
Key = tuple[type, int | None]


@dataclass(frozen=True, slots=True)
class PersonEdit:
    """A person as edited: what to keep (new entities have ``id=None``) and what to take away.

    A new sanction of a new case points to its case by ``case_of``: index of the sanction in
    ``sanctions`` → index of the case in ``cases``; likewise ``sanction_of`` for events.
    """

    subject: Subject
    cases: Sequence[Case] = ()
    sanctions: Sequence[Sanction] = ()
    events: Sequence[Event] = ()
    case_of: dict[int, int] | None = None
    sanction_of: dict[int, int] | None = None
    removed: Sequence[Case | Sanction | Event] = ()


class PersonHasForms(UserError):
    """A person with registration forms is part of the record and is not removed."""

    exit_code = 2
    number = 217


def open_dossier(subject_id: int, *, uow: UnitOfWork) -> Dossier:
    """Return a fresh copy of the person with cases, sanctions and events, for editing.

    Raises ``MissingRecord`` when somebody took the person away.
    """
    with uow:
        return load_dossier(uow, subject_id)


def save_person(
    edit: PersonEdit, *, uow: UnitOfWork, rules: RuleBook, settings: Settings, today: date
) -> Changes:
    """Keep a person as edited, complete or not: all of it in one transaction, or none.

    The edit and its entities stay as they are but for ids and revisions, which they get when they are
    kept: a refused save can simply be tried again.
    What equals the stored state is not written again. Raises ``StaleData`` when something that
    would be written was saved elsewhere meanwhile.
    """
    with uow:
        subject = uow.copy_of(edit.subject)
        subject.name = plain_name(subject.name)
        stored = _stored(uow, subject.id)
        details: dict[str, Any] = {}

        is_new = subject.id is None
        if is_new or _differs(subject, stored.get((Subject, subject.id))):
            _note(details, subject, stored)
            subject_id = uow.repository(Subject).put(subject)
        else:
            assert subject.id is not None
            subject_id = subject.id

        gone: set[Key] = {(type(part), part.id) for part in edit.removed if part.id is not None}
        case_ids = _put_parts(uow, edit.cases, subject_id, stored, details)
        sanctions = [uow.copy_of(sanction) for sanction in edit.sanctions]
        _link(sanctions, "case_id", Case, by_index=edit.case_of or {}, ids=case_ids, gone=gone)
        sanction_ids = _put_parts(uow, sanctions, subject_id, stored, details)
        events = [uow.copy_of(event) for event in edit.events]
        _link(
            events,
            "sanction_id",
            Sanction,
            by_index=edit.sanction_of or {},
            ids=sanction_ids,
            gone=gone,
        )
        _put_parts(uow, events, subject_id, stored, details)
        _remove_parts(uow, edit.removed, stored, details)

        if details:
            uow.record(
                Act("新增人员" if is_new else "修改人员", "Subject", subject_id, details=details)
            )
            reassess(uow, [subject_id], rules=rules, settings=settings, today=today)
        return uow.commit()


def remove_person(subject_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Take a person away with cases, sanctions and events; the log keeps all of it and ``reason``.

    Raises ``NoReason`` for an empty reason and ``PersonHasForms`` when a registration form, list,
    plan, visit or request names them: papers of the case file must not lose their person.
    """
    wanted(reason, "删除人员须写明理由，请填写后再删除")
    with uow:
        dossier = load_dossier(uow, subject_id)
        subject = dossier.subject
        if forms := uow.repository(RegistrationForm).where(subject_id=subject_id):
            raise PersonHasForms(
                f"“{subject.name}”已有{len(forms)}份登记表，不能删除。"
                "登记表属于案件档案；确需删除的，请先处理这些登记表"
            )
        if papers := papers_of(subject_id, uow=uow):
            raise PersonHasForms(
                f"“{subject.name}”已有{'、'.join(papers)}，不能删除。这些记录属于案件档案，须与本人一并保留"
            )
        held = uow.repository(Attachment).where(subject_id=subject_id)
        if there := [one for one in held if one.removed_on is None]:
            raise PersonHasForms(
                f"“{subject.name}”已有{len(there)}件附件，不能删除。附件属于案件档案，须与本人一并保留"
            )
        details: dict[str, Any] = {}
        for gone in held:  # already taken away: only their time to be put back is not over
            gone.subject_id = None
            uow.repository(Attachment).put(gone)
        for part in (*dossier.events, *dossier.sanctions, *dossier.cases, subject):
            details[_title(part)] = _plain_values(part)
        for standing in uow.repository(Standing).where(subject_id=subject_id):
            uow.repository(Standing).remove(standing)
        for event in dossier.events:
            uow.repository(Event).remove(event)
        for sanction in dossier.sanctions:
            uow.repository(Sanction).remove(sanction)
        for case in dossier.cases:
            uow.repository(Case).remove(case)
        uow.repository(Subject).remove(subject)
        uow.record(Act("删除人员", "Subject", subject_id, reason=reason.strip(), details=details))
        return uow.commit()


def namesakes(name: str, but_not: int | None, *, roster: RosterQueries) -> Sequence[RosterRow]:
    """Return the other people of this name, as lists show them; of an empty name there are none."""
    return roster.namesakes(name, but_not) if plain_name(name) else ()


_MIDDLE_DOTS = str.maketrans(dict.fromkeys("‧•．・●∙⋅", "·"))
_AROUND_DOT = re.compile(r"\s*·\s*")
_SPACE_IN_HAN = re.compile(r"(?<=[^\x00-\xff])\s+(?=[^\x00-\xff])")


def plain_name(name: str) -> str:
    """Return ``name`` as it is stored: 张　三 is 张三, every middle dot is U+00B7.

    Spaces between Latin words stay. No normal form is applied: NFKC would turn compatibility
    ideographs, which stand in some people's papers, into other characters.
    """
    dotted = _AROUND_DOT.sub("·", name.translate(_MIDDLE_DOTS))
    return _SPACE_IN_HAN.sub("", dotted).strip()


# ---------------------------------------------------------------- what is stored, what is written

Stored = dict[Key, Any]


def _stored(uow: UnitOfWork, subject_id: int | None) -> Stored:
    """Return the person's entities as they are stored now, by type and id."""
    if subject_id is None:
        return {}
    try:
        dossier = load_dossier(uow, subject_id)
    except MissingRecord:
        raise MissingRecord(
            "这名人员已被他人删除，无法保存。您填写的内容仍在窗口中，可复制后新增"
        ) from None
    parts: list[Any] = [dossier.subject, *dossier.cases, *dossier.sanctions, *dossier.events]
    return {(type(part), part.id): part for part in parts}


def _differs(entity: Any, other: Any) -> bool:
    return other is None or any(
        getattr(entity, name) != getattr(other, name) for name in form_fields(entity)
    )


def _put_parts(
    uow: UnitOfWork,
    parts: Sequence[Part],
    subject_id: int,
    stored: Stored,
    details: dict[str, Any],
) -> list[int]:
    """Write the parts that are new or differ; return the ids of all, in order."""
    ids = []
    for part in parts:
        mine: Any = uow.copy_of(part)
        mine.subject_id = subject_id
        theirs = stored.get((type(mine), mine.id))
        if mine.id is not None and theirs is None:
            raise StaleData(
                f"{_title(mine)}已被他人删除，未保存。您填写的内容仍在窗口中，请核对后再保存"
            )
        if mine.id is None or _differs(mine, theirs):
            _note(details, mine, stored)
            ids.append(uow.repository(type(mine)).put(mine))
        else:
            ids.append(mine.id)
    return ids


def _link(
    parts: Iterable[Sanction] | Iterable[Event],
    attribute: str,
    target: type,
    *,
    by_index: Mapping[int, int],
    ids: Sequence[int],
    gone: set[Key],
) -> None:
    """Point new parts at what was put just now, and nothing at what is taken away."""
    for index, part in enumerate(parts):
        if index in by_index:
            setattr(part, attribute, ids[by_index[index]])
        elif (target, getattr(part, attribute)) in gone:
            setattr(part, attribute, None)


def _remove_parts(
    uow: UnitOfWork,
    removed: Sequence[Case | Sanction | Event],
    stored: Stored,
    details: dict[str, Any],
) -> None:
    """Take parts away, children first; what is already gone is no obstacle."""
    order = (Event, Sanction, Case)
    for part in sorted(removed, key=lambda part: order.index(type(part))):
        if (type(part), part.id) not in stored:
            continue
        details[f"{_title(part)}（删除）"] = _plain_values(part)
        repository: Any = uow.repository(type(part))
        repository.remove(part)


# ---------------------------------------------------------------- what the log says

_EMPTY: tuple[object, ...] = ("", None, False, {})
_TITLES = {Subject: "回访对象", Case: "案件", Sanction: "处分", Event: "状态事项"}


def _title(entity: Any) -> str:
    word = _TITLES[type(entity)]
    match entity:
        case Subject():
            return word
        case Sanction():
            return f"{word}“{entity.regime}{entity.kind}”#{entity.id or '新'}"
        case Event():
            return f"{word}“{entity.kind}”#{entity.id or '新'}"
        case _:
            return f"{word}#{entity.id or '新'}"


def _note(details: dict[str, Any], entity: Any, stored: Stored) -> None:
    """Add old → new of every field of ``entity`` that changes."""
    former = stored.get((type(entity), entity.id))
    changed = {}
    for name, spec in form_fields(entity).items():
        new = _plain(getattr(entity, name))
        old = _plain(getattr(former, name)) if former is not None else None
        if new != old and (former is not None or new not in _EMPTY):
            changed[spec.label] = [old, new]
    title = _title(entity)
    number = 2
    while title in details:
        title = f"{_title(entity)}（{number}）"
        number += 1
    details[title] = changed


def _plain_values(entity: Any) -> dict[str, Any]:
    return {
        spec.label: plain
        for name, spec in form_fields(entity).items()
        if (plain := _plain(getattr(entity, name))) not in _EMPTY
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, PartialDate | date) else value
