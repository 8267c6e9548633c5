"""Lets an act into the log, and thereby its change into the records, or refuses it.

The unit of work asks for every act before it keeps anything: so a right is checked in the same
transaction that it would open, whichever window or command asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.rights import FOUR_EYES, RESCUED_RIGHTS, Right, right_for, rights_of
from app.services.permission import NotPermitted, SecondPersonNeeded
from app.storage.engine import row_of, rows_of

SECOND_LASTS = timedelta(minutes=10)
"""How long a confirmation by a second person waits for its act."""

_WHO = """SELECT account.role, account.active, account.one_time_until, office.preset
    FROM account, office WHERE account.name = ?"""
_OTHERS = """SELECT account.name, account.role, office.preset FROM account, office
    WHERE account.active AND account.one_time_until IS NULL AND account.name <> ?
    ORDER BY account.id"""
_CHANGE_FIRST = "您是用一次性口令登录的，请先改成自己的口令，再做其他事情。"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the signed-in account is at this moment."""

    role: str
    preset: str
    must_change: bool
    active: bool
    rescued: bool = False

    @property
    def rights(self) -> frozenset[Right]:
        """What the role allows; a one-time password allows nothing but changing it."""
        if not self.active or self.must_change:
            return frozenset((Right.OWN,))
        given = rights_of(self.preset, self.role)
        return given & RESCUED_RIGHTS if self.rescued else given


@dataclass(slots=True)
class Gate:
    """The rights of one signed-in account, and a second person's confirmation for the next act."""

    account: str
    rescued: bool = False  # the records are what was rescued of damaged ones: only to be looked at
    _right: Right | None = None
    _second: str = ""
    _until: datetime = field(default=datetime.min)
    _used: bool = False

    def standing(self, connection: sa.Connection) -> Standing:
        """Return role and preset as they are stored now."""
        row = row_of(connection, _WHO, (self.account,))
        if row is None:
            return Standing("", "", must_change=False, active=False)
        return Standing(
            row[0],
            row[3],
            must_change=row[2] is not None,
            active=bool(row[1]),
            rescued=self.rescued,
        )

    def seconds(self, connection: sa.Connection, right: Right) -> Sequence[str]:
        """Return who could confirm an act that needs ``right``; empty when it takes nobody."""
        if right not in FOUR_EYES:
            return ()
        others = list(rows_of(connection, _OTHERS, (self.account,)))
        return [name for name, role, preset in others if Right.WITNESS in rights_of(preset, role)]

    def confirm(self, right: Right, second: str, now: datetime) -> None:
        """Remember that ``second`` signed for the next act that needs ``right``."""
        self._right, self._second, self._until = right, second, now + SECOND_LASTS

    def ready(self, connection: sa.Connection, right: Right, now: datetime) -> bool:
        """Whether nobody else need confirm, or somebody did."""
        if self._right is right and now <= self._until:
            return True
        return not self.seconds(connection, right)

    def check(self, connection: sa.Connection, act: Act, now: datetime) -> Act:
        """Return ``act`` as it is to be recorded. Raises ``NotPermitted``, ``SecondPersonNeeded``."""
        right = right_for(act.name)
        if right is Right.OWN:
            return act
        standing = self.standing(connection)
        if right not in standing.rights:
            raise NotPermitted(refusal(standing, right))
        if right not in FOUR_EYES:
            return act
        if self._right is right and now <= self._until:
            self._used = True
            return replace(act, details={**act.details, "第二人": self._second})
        if self.seconds(connection, right):
            raise SecondPersonNeeded(f"“{right}”须由第二人确认，这次没有执行。", right)
        return replace(act, details={**act.details, "第二人": "无（没有其他可确认的账户）"})

    def settle(self) -> None:
        """A confirmation is good for one act: it went into what was just committed."""
        if self._used:
            self._right, self._second, self._used = None, "", False

    def spare(self) -> None:
        """The act that used the confirmation was not kept: it may be tried again."""
        self._used = False


def refusal(standing: Standing, right: Right) -> str:
    """Return why ``right`` is not given, and who to ask."""
    if standing.must_change:
        return _CHANGE_FIRST
    if not standing.active:
        return "您的账户已停用，不能再操作。"
    if standing.rescued and right in rights_of(standing.preset, standing.role):
        return (
            f"这是抢救出来的数据，只供查看、打印和导出，不能{right}。请在恢复备份以后的数据里办理。"
        )
    return f"您的角色是“{standing.role}”，不能{right}。需要时请由有此权限的人员办理。"
