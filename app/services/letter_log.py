"""The log's line for every paper of the chain that leaves the program."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.domain.audit import Act
from app.services.ports import Changes, UnitOfWork


class LetterNumber(NamedTuple):
    """The 文号 of a letter; until it is ``given``, the one it would get."""

    words: str
    given: bool


def record_letter(act: str, title: str, entity: Any, target: str, *, uow: UnitOfWork) -> Changes:
    """Enter that a paper (``title``: 工作方案) was printed or exported, of which record, whereto.

    ``entity`` is a list, plan, visit or request, or a whole one with its head; ``target`` is a
    printer or a kind of file, never a path: paths may name people.
    """
    head = next(
        (getattr(entity, name) for name in ("head", "plan", "visit") if hasattr(entity, name)),
        entity,
    )
    with uow:
        uow.record(Act(f"{act}{title}", type(head).__name__, head.id, details={"去向": target}))
        return uow.commit()
