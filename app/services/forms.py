"""Registration forms: drawing one up from what is known, keeping it, and saying what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from app.domain.assessment import Assessment
from app.domain.audit import Act
from app.domain.fields import FieldKind, Problem, field_problems, form_fields
from app.domain.form_filling import Filling, fill, refill
from app.domain.registration_form import DRAFT, RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.services.filing_lock import refuse_if_filed
from app.services.ports import (
    Changes,
    Clock,
    FormQueries,
    FormRow,
    OutputRow,
    UnitOfWork,
    UserError,
)

RECENT = 50
"""How many forms the list of recent ones shows."""

REGISTER = 2_000
"""How many entries of the print register are shown."""


class FormIsFinal(UserError):
    """A final form is read-only: a change needs a reason and a new version."""

    exit_code = 2
    number = 210


def is_draft(form: RegistrationForm) -> bool:
    """Return whether ``form`` may be written in."""
    return form.state in (DRAFT, "")


def new_form(
    subject_id: int,
    *,
    open_dossier: Callable[[int], Dossier],
    settings: Callable[[], Settings],
    today: Callable[[], date],
) -> RegistrationForm:
    """Return a form of the person with every box filled that is known; it is not saved yet.

    Raises ``MissingRecord`` when the person is not there any more.
    """
    form = RegistrationForm(subject_id=subject_id)
    refill(form, filling(subject_id, open_dossier=open_dossier, settings=settings, today=today))
    return form


def filling(
    subject_id: int,
    *,
    open_dossier: Callable[[int], Dossier],
    settings: Callable[[], Settings],
    today: Callable[[], date],
    assess: Callable[[Dossier], Assessment] | None = None,
) -> Filling:
    """Return what the office knows now for the boxes of the person's forms, with sources.

    With ``assess`` it also says of each sanction until when it runs and by which article.
    """
    dossier = open_dossier(subject_id)
    cards = assess(dossier).cards if assess is not None else ()
    return fill(dossier, settings(), today=today(), cards=cards)


def open_form(form_id: int, *, uow: UnitOfWork) -> RegistrationForm:
    """Return a fresh copy of the form, for editing. Raises ``MissingRecord``."""
    with uow:
        return uow.repository(RegistrationForm).get(form_id)


def save_form(form: RegistrationForm, *, uow: UnitOfWork, clock: Clock) -> Changes:
    """Keep the form as it is, complete or not: typed text is never refused.

    ``form`` gets its id, revision and ``saved_at`` only once everything is durable; after a failure
    it is as it was, and the save can simply be tried again. A form that equals the stored one is
    not written again. Raises ``StaleData`` when it was saved elsewhere meanwhile, ``FormIsFinal``
    when it is a draft no more.
    """
    with uow:
        kept = uow.copy_of(form)
        kept.saved_at = clock()
        repository = uow.repository(RegistrationForm)
        before = repository.get(form.id) if form.id is not None else None
        details = _differences(before, form)
        if (
            before is not None
            and not is_draft(before)
            and (details or before.filled != form.filled)
        ):
            raise FormIsFinal(
                f"这份登记表{before.state}，不能再改。需要更改的，请按“新版本…”并写明理由。"
            )
        if before is not None and before.revision == form.revision and not details:
            if before.filled == form.filled:
                return frozenset()
            details = {"核对": "名册的变化"}
        if before is not None:
            refuse_if_filed(uow, form_id=form.id)
        form_id = repository.put(kept)
        act = "新建登记表" if before is None else "修改登记表"
        uow.record(Act(act, "RegistrationForm", form_id, details=details))
        changes = uow.commit()
    form.saved_at = kept.saved_at
    return changes


def problems(form: RegistrationForm) -> list[Problem]:
    """Return what a stickler would still miss in ``form``: for a list, never to refuse a save."""
    found = field_problems(form)
    if form.party_decided_on.count("\n") != form.party_kind.count("\n"):
        found.append(Problem("party_kind", "党纪处分：时间和种类的行数不一致，请逐行对应"))
    if form.admin_decided_on.count("\n") != form.admin_kind.count("\n"):
        found.append(Problem("admin_kind", "政务处分：时间和种类的行数不一致，请逐行对应"))
    order = list(form_fields(RegistrationForm))
    return sorted(found, key=lambda problem: order.index(problem.field))


def previous_form(form: RegistrationForm, *, uow: UnitOfWork) -> RegistrationForm | None:
    """Return the person's form before ``form`` (the one saved last, of the others), if any."""
    if form.subject_id is None:
        return None
    with uow:
        others = [
            other
            for other in uow.repository(RegistrationForm).where(subject_id=form.subject_id)
            if other.id != form.id and (form.id is None or (other.id or 0) < form.id)
        ]
    return max(others, key=lambda other: other.id or 0, default=None)


def forms_of(subject_id: int, *, queries: FormQueries) -> Sequence[FormRow]:
    """Return the person's forms, last saved first."""
    return queries.of_subject(subject_id)


def recent_forms(*, queries: FormQueries) -> Sequence[FormRow]:
    """Return the forms that were saved last."""
    return queries.recent(RECENT)


def record_output(
    act: str,
    forms: Sequence[RegistrationForm],
    target: str,
    *,
    copies: int = 1,
    uow: UnitOfWork,
) -> Changes:
    """Enter into the log that forms left the program (``act`` is 打印 or 导出), and where to.

    ``target`` is a printer or a kind of file, never a path: paths may name people. The lines of one
    call are one entry of the print register, under the number of the first. A form that was drawn
    up for the print and not kept is entered under its person.
    """
    details = {"去向": target, "份数": len(forms), "每份份数": copies}
    with uow:
        for form in forms:
            kept = ("RegistrationForm", form.id) if form.id else ("Subject", form.subject_id)
            uow.record(Act(f"{act}登记表", *kept, details=details))
        return uow.commit()


def outputs(*, queries: FormQueries) -> Sequence[OutputRow]:
    """Return the print register (打印登记簿): what left the program last, the newest first."""
    return queries.outputs(REGISTER)


def _differences(before: RegistrationForm | None, after: RegistrationForm) -> dict[str, Any]:
    """Return old → new of every box that differs; of long texts their lengths.

    A form saves itself every few seconds: the log would otherwise hold each text a hundred times.
    """
    found: dict[str, Any] = {}
    for name, spec in form_fields(RegistrationForm).items():
        if spec.kind not in (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.FLAG):
            continue
        old = getattr(before or RegistrationForm(), name)
        new = getattr(after, name)
        if old == new:
            continue
        if spec.kind is FieldKind.LONG_TEXT:
            found[spec.label] = [f"{len(old)}字", f"{len(new)}字"]
        else:
            found[spec.label] = [old, new]
    return found
