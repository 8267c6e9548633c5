"""One field of many people changed at once: seen before, with a reason, and taken back if wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.audit import Act
from app.domain.fields import form_fields
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import PERSON_TYPES, Subject
from app.services.ports import Changes, UnitOfWork, UserError
from app.services.standing import reassess

CHANGEABLE = ("unit", "person_type")
"""What may be changed for many at once, by attribute of ``Subject``."""


class CannotChange(UserError):
    """The bulk change is not possible as asked."""

    exit_code = 2
    number = 205


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What would become of one person."""

    subject_id: int
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What was done to whom. ``kept`` names people who were not changed back, edited meanwhile."""

    field: str
    done: Sequence[PersonChange]
    kept: Sequence[PersonChange]
    changes: Changes


def preview_change(
    subject_ids: Sequence[int], field: str, value: str, *, uow: UnitOfWork
) -> Sequence[PersonChange]:
    """Return whom the change would alter, and how; who has the value already is left out."""
    _check(field, value)
    with uow:
        return [
            PersonChange(person.id or 0, person.name, getattr(person, field), value)
            for person in uow.repository(Subject).where(id=list(subject_ids))
            if getattr(person, field) != value
        ]


def change_many(
    subject_ids: Sequence[int],
    field: str,
    value: str,
    reason: str,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> BulkChange:
    """Give all these people ``value``, in one transaction that the log keeps with ``reason``.

    Raises ``CannotChange`` for an empty reason, another field, or when nobody would change.
    """
    _check(field, value)
    if not reason.strip():
        raise CannotChange("批量修改须写明理由，请填写后再修改")
    wanted = dict.fromkeys(subject_ids, value)
    done, changes = _write(
        wanted,
        None,
        field,
        "批量修改",
        reason,
        uow=uow,
        rules=rules,
        settings=settings,
        today=today,
    )
    return BulkChange(field, done, (), changes)


def change_back(
    former: BulkChange,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> BulkChange:
    """Take a bulk change back; whoever was given another value since keeps it and is named."""
    wanted = {one.subject_id: one.before for one in former.done}
    now = {one.subject_id: one.after for one in former.done}
    done, changes = _write(
        wanted,
        now,
        former.field,
        "撤销批量修改",
        "撤销",
        uow=uow,
        rules=rules,
        settings=settings,
        today=today,
    )
    back = {one.subject_id for one in done}
    kept = [one for one in former.done if one.subject_id not in back]
    return BulkChange(former.field, done, kept, changes)


def _check(field: str, value: str) -> None:
    if field not in CHANGEABLE:
        raise CannotChange("这一项不能批量修改，请逐人修改")
    spec = form_fields(Subject)[field]
    if field == "person_type" and value not in PERSON_TYPES:
        raise CannotChange(f"人员类别请选择{'、'.join(PERSON_TYPES)}之一")
    if not value.strip():
        raise CannotChange(f"请填写新的{spec.label}")
    if len(value) > spec.max_length:
        raise CannotChange(f"{spec.label}：现有{len(value)}字，最多{spec.max_length}字")


def _write(
    wanted: Mapping[int, str],
    only_if: Mapping[int, str] | None,
    field: str,
    act: str,
    reason: str,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> tuple[list[PersonChange], Changes]:
    """Write ``wanted``, of ``only_if`` only where the value is still that; return what changed."""
    label = form_fields(Subject)[field].label
    with uow:
        repository = uow.repository(Subject)
        done = []
        for person in repository.where(id=sorted(wanted)):
            assert person.id is not None
            before = getattr(person, field)
            after = wanted[person.id]
            if before == after or (only_if is not None and before != only_if[person.id]):
                continue
            setattr(person, field, after)
            repository.put(person)
            done.append(PersonChange(person.id, person.name, before, after))
        if not done:
            raise CannotChange("没有需要修改的人员，他们的内容可能已被另行修改，请刷新后再看")
        by_id = {str(one.subject_id): [one.before, one.after] for one in done}
        uow.record(Act(act, "Subject", reason=reason.strip(), details={label: by_id}))
        reassess(uow, [one.subject_id for one in done], rules=rules, settings=settings, today=today)
        return done, uow.commit()
