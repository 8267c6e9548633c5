"""Four eyes for a restore: nobody is signed in then, so the records here are asked who may and must.

Who restores by the recovery code holds the sheet from the safe: that counts as the second person,
as do records that no longer open. A reason is kept with the act in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app.domain.rights import Right
from app.paths import DATABASE
from app.services.permission import Consent, NotPermitted, SecondPersonNeeded
from app.services.ports import Clock, UserError
from app.storage import keys
from app.storage.engine import open_engine
from app.storage.errors import DamagedDatabase, SignInRefused, file_errors
from app.storage.gate import Gate, refusal
from app.storage.recovery_code import looks_like_code
from app.storage.store import has_office, load_keys
from app.storage.succession import Unlocked, unlock_here
from app.storage.throttle import begin_try, end_try

NOBODY = "无（没有其他可确认的账户）"
BY_CODE = "无（凭恢复码）"
UNREADABLE = "无（原有数据打不开）"


def restore_seconds(folder: Path, secret: str, *, clock: Clock = datetime.now) -> Sequence[str]:
    """Return who could sign for a restore over the records in ``folder``; empty: nobody need.

    Raises ``SignInRefused`` for a wrong secret, ``NotPermitted`` when its owner may not restore.
    """
    if not has_office(folder) or looks_like_code(secret):
        return ()
    try:
        return _seconds(folder, unlock_here(folder, secret, clock=clock)) or ()
    except DamagedDatabase:
        return ()  # the keys are lost: the backup brings its own


def check_restore(
    folder: Path, secret: str, consent: Consent, *, clock: Clock = datetime.now
) -> None:
    """Try a consent before the records are closed; ``restore`` checks it again."""
    if restore_seconds(folder, secret, clock=clock):
        check_consent(folder, unlock_here(folder, secret, clock=clock), consent, clock)


def check_consent(folder: Path, unlocked: Unlocked, consent: Consent, clock: Clock) -> str:
    """Return who signed, as the log shall say it. Raises ``SecondPersonNeeded``, ``SignInRefused``."""
    if not has_office(folder):
        return NOBODY
    names = _seconds(folder, unlocked)
    if not names:
        return BY_CODE if unlocked.by_code else UNREADABLE if names is None else NOBODY
    if consent.second not in names:
        listed = "、".join(names)
        raise SecondPersonNeeded(
            f"“{Right.RESTORE}”须由第二人（{listed}）确认，没有做任何改动。", Right.RESTORE
        )
    with file_errors(folder, "写入"):
        begin_try(folder, consent.second, clock=clock)
    try:
        keys.unlock_with_password(load_keys(folder)[0], consent.second, consent.password)
    except SignInRefused:
        raise SignInRefused("第二人的口令不正确，没有做任何改动。") from None
    with file_errors(folder, "写入"):
        end_try(folder, consent.second)
    return consent.second


def _seconds(folder: Path, unlocked: Unlocked) -> Sequence[str] | None:
    """Return who could sign; ``None`` when the records cannot say."""
    if unlocked.by_code:
        return ()
    if unlocked.present is None:
        return None
    gate = Gate(unlocked.who)
    try:
        engine = open_engine(folder / DATABASE, unlocked.present)
        try:
            with engine.connect() as connection:
                standing = gate.standing(connection)
                names = gate.seconds(connection, Right.RESTORE)
        finally:
            engine.dispose()
    except (UserError, sa.exc.SQLAlchemyError):
        return None  # damaged, which is why there is to be a restore
    if Right.RESTORE not in standing.rights:
        raise NotPermitted(refusal(standing, Right.RESTORE))
    return names
