"""Members of staff: the list from which work groups are chosen."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.audit import Act
from app.domain.fields import field_problems
from app.domain.staff import Staff
from app.services.gatekeeping import NotPossible
from app.services.parts import differences
from app.services.ports import Changes, UnitOfWork


def staff_list(*, uow: UnitOfWork, everybody: bool = False) -> Sequence[Staff]:
    """Return the active members of staff (or all that ever were), by department and name."""
    with uow:
        repository = uow.repository(Staff)
        found = repository.where() if everybody else repository.where(active=True)
    return sorted(found, key=lambda one: (one.department, not one.principal, one.id or 0))


def open_staff(staff_id: int, *, uow: UnitOfWork) -> Staff:
    """Return a fresh copy, for editing. Raises ``MissingRecord``."""
    with uow:
        return uow.repository(Staff).get(staff_id)


def save_staff(member: Staff, *, uow: UnitOfWork) -> Changes:
    """Keep a member of staff. Nobody is deleted: who has left is made inactive.

    Raises ``NotPossible`` for a missing name, and for an account that is somebody else's already:
    whose approval it was must be beyond doubt.
    """
    member.name = "".join(member.name.split()) if not member.name.isascii() else member.name.strip()
    member.account = member.account.strip()
    if found := field_problems(member):
        raise NotPossible("；".join(problem.message for problem in found) + "。")
    with uow:
        repository = uow.repository(Staff)
        if member.account:
            for other in repository.where(account=member.account):
                if other.id != member.id:
                    raise NotPossible(f"账户“{member.account}”已登记给{other.name}，请核对")
        before = repository.get(member.id) if member.id is not None else None
        details = differences(before, member)
        if before is not None and not details:
            return frozenset()
        staff_id = repository.put(member)
        act = "新增工作人员" if before is None else "修改工作人员"
        uow.record(Act(act, "Staff", staff_id, details=details))
        return uow.commit()
