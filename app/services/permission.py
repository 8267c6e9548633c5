"""What is answered to somebody who may not do a thing, and who confirms what takes two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.domain.rights import Account, Right
from app.services.ports import Progress, UserError


class NotPermitted(UserError):
    """The account's role does not allow it; the log keeps the refusal."""

    number = 101


class SecondPersonNeeded(UserError):
    """A second person has to confirm this act by name and password first."""

    number = 102

    def __init__(self, message: str, right: Right) -> None:
        super().__init__(message)
        self.right = right


@dataclass(frozen=True, slots=True)
class Consent:
    """Why records are replaced, and the second person who signs for it where there is one."""

    reason: str = ""
    second: str = ""
    password: str = field(default="", repr=False)


NO_CONSENT = Consent()


@dataclass(frozen=True, slots=True)
class AccountUseCases:
    """Accounts, roles and the second person. One-time passwords are returned once, kept nowhere."""

    name: str
    role: Callable[[], str]
    preset: Callable[[], str]
    must_change: Callable[[], bool]  # signed in by a one-time password
    may: Callable[[Right], bool]
    refusal: Callable[[Right], str]  # "" or why not, as a tooltip says it
    accounts: Callable[[], Sequence[Account]]
    add: Callable[[str, str], str]  # name, role -> one-time password
    reset: Callable[[str], str]  # name -> one-time password
    set_role: Callable[[str, str], None]
    adopt_preset: Callable[[str, dict[str, str]], None]  # preset, account -> role
    leave: Callable[[str, str, Progress], None]  # name, reason; the records get another key
    seconds: Callable[[Right], Sequence[str]]  # who could confirm; empty: nobody need
    confirm: Callable[[Right, str, str], None]  # right, name, password: good for the next act
    record: Callable[[str], None]  # 锁定, 退出
    lock: Callable[[], None]  # close the file and drop the key; what is typed was kept before
    unlock: Callable[[str], None]  # the same person's password
