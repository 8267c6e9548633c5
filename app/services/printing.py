"""Which forms a headless batch prints, and in what order."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.services.batch import BatchChoice, choose_batch
from app.services.ports import Clock, Progress, RosterQueries, UnitOfWork


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
    entries = choose_batch(
        BatchChoice(name=name), progress, roster=roster, uow=uow, settings=settings, clock=clock
    )
    return [entry.form for entry in entries]
