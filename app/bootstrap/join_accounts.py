"""Joins accounts, the log's reader and what is noted of looking: who is signed in, and what they see."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from app.documents.audit_sheet import draw_sheet
from app.documents.paper_options import PaperOptions
from app.domain.audit import Act
from app.domain.rights import Right
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.services.audit_view import AuditFilter, AuditUseCases
from app.services.permission import AccountUseCases, NotPermitted, SecondPersonNeeded
from app.services.ports import Progress
from app.storage import accounts, audit_queries
from app.storage.errors import file_errors
from app.storage.files import write_durably
from app.storage.gate import refusal
from app.storage.store import Store

_SEEN_AGAIN = 3600  # seconds after which looking at the same person is noted again
_HEAD = ("序号", "时间", "操作人", "操作", "对象", "对象编号", "理由", "内容", "链值", "签名")


def join_accounts(store: Store) -> AccountUseCases:
    """Return what the signed-in person can do about accounts."""

    def refused(right: Right) -> str:
        now = accounts.standing(store)
        return "" if right in now.rights else refusal(now, right)

    return AccountUseCases(
        name=store.account,
        role=lambda: accounts.standing(store).role,
        preset=lambda: accounts.standing(store).preset,
        must_change=lambda: accounts.standing(store).must_change,
        may=lambda right: right in accounts.standing(store).rights,
        refusal=refused,
        accounts=lambda: accounts.accounts(store),
        add=lambda name, role: accounts.add_account(store, name, role),
        reset=lambda name: accounts.reset_password(store, name),
        set_role=lambda name, role: accounts.set_role(store, name, role),
        adopt_preset=lambda preset, roles: accounts.adopt_preset(store, preset, roles),
        leave=lambda name, reason, progress: accounts.close_account(store, name, reason, progress),
        seconds=lambda right: accounts.seconds(store, right),
        confirm=lambda right, name, password: accounts.confirm(store, right, name, password),
        record=lambda act: store.record(Act(act, "Account")),
        lock=store.lock_up,
        unlock=store.unlock,
    )


def require(store: Store) -> Callable[[Right], None]:
    """Return the check that use cases ask before they run; a refusal is logged."""

    def asked(right: Right) -> None:
        with store.engine.connect() as connection:
            now = store.gate.standing(connection)
            if right in now.rights and store.gate.ready(connection, right, store.clock()):
                return
        if right in now.rights:
            raise SecondPersonNeeded(f"“{right}”须由第二人确认，这次没有执行。", right)
        why = refusal(now, right)
        store.record(Act("拒绝操作", "Account", details={"操作": str(right), "缘由": why}))
        raise NotPermitted(why)

    return asked


class Views:
    """Notes who was looked at: once an hour for each person."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[int, float] = {}

    def noted(self, open_dossier: Callable[[int], Dossier]) -> Callable[[int], Dossier]:
        """Return ``open_dossier`` as somebody's look at the person."""

        def looked(subject_id: int) -> Dossier:
            found = open_dossier(subject_id)
            self.note(subject_id)
            return found

        return looked

    def note(self, subject_id: int) -> None:
        """Enter into the log that this person's record was opened."""
        now = monotonic()
        if now - self._seen.get(subject_id, -_SEEN_AGAIN) < _SEEN_AGAIN:
            return
        self._store.record(Act("查看人员", "Subject", subject_id))
        self._seen[subject_id] = now


def join_audit(
    store: Store,
    settings: Callable[[], Settings],
    paper: Callable[[], PaperOptions],
    verify: Callable[[str], str],
) -> AuditUseCases:
    """Return what the signed-in person can do with the log."""
    ask = require(store)

    def read(query: Callable[..., object], right: Right = Right.AUDIT) -> Callable[..., object]:
        def reading(*given: object) -> object:
            ask(right)
            with store.engine.connect() as connection:
                return query(connection, *given)

        return reading

    def export(which: AuditFilter, target: Path, progress: Progress) -> int:
        return _export(store, which, target, progress)

    def sheet(year: int, month: int) -> bytes:
        ask(Right.AUDIT_EXPORT)
        with store.engine.connect() as connection:
            found = audit_queries.month_sheet(connection, year, month)
        return draw_sheet(found, office=settings().office_name, options=paper())

    reading: dict[str, object] = {
        "rows": read(audit_queries.rows),
        "count": read(audit_queries.count),
        "people": read(lambda connection: audit_queries.values(connection, "who")),
        "acts": read(lambda connection: audit_queries.values(connection, "act")),
    }
    return AuditUseCases(
        **reading,  # type: ignore[arg-type]
        export=export,
        draw_sheet=sheet,
        record_sheet=lambda month, target: store.record(
            Act("打印审计月报", "Office", 1, details={"月份": month, "去向": target})
        ),
        verify=lambda anchor, _progress: verify(anchor),
        opened=lambda: store.record(Act("查看审计日志", "Office", 1)),
    )


def _export(store: Store, which: AuditFilter, target: Path, progress: Progress) -> int:
    """Write lines with chain and signature as CSV that a spreadsheet opens; recorded with it."""
    number = 0
    with store.unit_of_work() as uow:
        total = audit_queries.count(uow.connection, which)
        uow.record(Act("导出审计日志", "Office", 1, details={"条数": total}))
        with file_errors(target, "写入"):
            lines = []
            for row in audit_queries.every(uow.connection, which):
                cells = [_cell(one) for one in tuple(row)[:-2]]
                lines.append([*cells, *(bytes(one).hex() for one in tuple(row)[-2:])])
                number += 1
                if number % 2000 == 0:
                    progress(number, total, "导出审计日志")
            write_durably(target, _csv(lines).encode("utf-8-sig"))
        uow.commit()
    return number


def _csv(lines: list[list[str]]) -> str:
    from io import StringIO

    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    writer.writerows(lines)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A spreadsheet would compute what begins like a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
