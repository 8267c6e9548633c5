"""Which forms a batch prints, and in what order."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.form_filling import fill, refill
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.services.dossiers import load_dossiers
from app.services.ports import Clock, Progress, RosterFilter, RosterQueries, UnitOfWork

_AT_ONCE = 500


def forms_to_print(
    name: str,
    progress: Progress,
    *,
    roster: RosterQueries,
    uow: UnitOfWork,
    settings: Settings,
    clock: Clock,
) -> Sequence[RegistrationForm]:
    """Return one form per person whose name contains ``name``, in the roster's order.

    The form saved last stands for the person; who has none gets one filled with what is known,
    which is not kept.
    """
    wanted = "".join(name.split())
    total = roster.count(RosterFilter())
    forms: list[RegistrationForm] = []
    for offset in range(0, total, _AT_ONCE):
        progress(offset, total, "读取登记表")
        rows = roster.page(RosterFilter(), offset, _AT_ONCE)
        ids = [row.id for row in rows if wanted in row.name]
        with uow:
            saved: dict[int, RegistrationForm] = {}
            for form in uow.repository(RegistrationForm).where(subject_id=ids):
                saved[form.subject_id or 0] = _later(saved.get(form.subject_id or 0), form)
            missing = [id_ for id_ in ids if id_ not in saved]
            dossiers = load_dossiers(uow, missing)
        for id_ in ids:
            forms.append(saved[id_] if id_ in saved else _new(dossiers[id_], settings, clock))
    progress(total, total, "读取登记表")
    return forms


def _later(one: RegistrationForm | None, other: RegistrationForm) -> RegistrationForm:
    if one is None or one.saved_at is None:
        return other
    return other if other.saved_at is not None and other.saved_at >= one.saved_at else one


def _new(dossier: Dossier, settings: Settings, clock: Clock) -> RegistrationForm:
    form = RegistrationForm(subject_id=dossier.subject.id)
    refill(form, fill(dossier, settings, today=clock().date()))
    return form
