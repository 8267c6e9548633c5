"""One cell of the roster changed where it stands, without opening the person; and back again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.audit import Act
from app.domain.fields import field_problems, form_fields
from app.domain.person_doubts import person_doubts
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import Subject
from app.services.ports import Changes, StaleData, UnitOfWork, UserError
from app.services.standing import reassess

QUICK = ("sex", "workplace", "unit", "person_type", "phone", "address")
"""What may be typed into the list, by attribute of ``Subject``: no rule computes dates from these."""


class CannotEdit(UserError):
    """The cell cannot say that."""

    exit_code = 2
    number = 219


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell that was changed. ``doubts`` are for the user to look at; it is kept all the same."""

    subject_id: int
    name: str
    field: str
    before: str
    after: str
    changes: Changes = frozenset()
    doubts: Sequence[str] = ()

    @property
    def words(self) -> str:
        """What was changed, for a message: 张三的联系电话."""
        return f"{self.name}的{form_fields(Subject)[self.field].label}"

    @property
    def reverse(self) -> CellEdit:
        """The edit that takes this one back."""
        return replace(self, before=self.after, after=self.before, changes=frozenset(), doubts=())


def edit_cell(
    wanted: CellEdit,
    *,
    undoing: bool = False,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> CellEdit:
    """Give the cell its new value if it still says what the user saw; return what was done.

    Raises ``StaleData`` when it says something else by now, and ``CannotEdit`` for a value that the
    field cannot hold. ``undoing`` names the act in the log 撤销修改.
    """
    field, after = wanted.field, " ".join(wanted.after.split())
    if field not in QUICK:
        raise CannotEdit("这一项不能在名册中直接修改，请打开此人编辑")
    spec = form_fields(Subject)[field]
    with uow:
        repository = uow.repository(Subject)
        person = repository.get(wanted.subject_id)
        before = getattr(person, field)
        if before != wanted.before:
            raise StaleData(
                f"{person.name}的{spec.label}已被另行改为“{before or '空'}”，这次没有修改，请核对后再改"
            )
        if before == after:
            return replace(wanted, name=person.name, after=after)
        setattr(person, field, after)
        for problem in field_problems(person):
            if problem.field == field:
                raise CannotEdit(problem.message)
        repository.put(person)
        name = "撤销修改" if undoing else "修改人员"
        details = {"回访对象": {spec.label: [before, after]}}
        uow.record(Act(name, "Subject", person.id, details=details))
        reassess(uow, [wanted.subject_id], rules=rules, settings=settings, today=today)
        changes = uow.commit()
    doubts = [one.message for one in person_doubts(person, today) if one.field == field]
    return CellEdit(wanted.subject_id, person.name, field, before, after, changes, tuple(doubts))
