"""Backups that happen by themselves: into every place, thinned out, and rehearsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.backup_rotation import SETTLED_AFTER, KeptBackup, may_go
from app.services.ports import Cancelled, Progress, UserError
from app.services.safekeeping import (
    Drill,
    Loss,
    PlaceOutcome,
    PlaceState,
)
from app.services.use_cases import BackupInfo
from app.storage.backup import back_up, verify_with_key
from app.storage.errors import NoOffice, file_errors
from app.storage.store import Store
from app.storage.tables import audit_log, backup_run, drill_run

_QUIET_ACTS = ("登录", "凭恢复码登录", "备份", "清理旧备份", "恢复演练", "查看附件", "锁定", "退出")
"""Acts after which a backup holds everything all the same."""
_KEPT_BY_RESTORE = (
    "解锁", "更换口令", "重设口令", "更换恢复码", "凭恢复码重设口令", "新增账户", "停用账户",
    "调整角色", "更换权限方案", "更换密钥",
)  # fmt: skip
"""Acts about accounts and keys: those of today stay when a backup is restored."""


def changed_since_backup(store: Store) -> bool:
    """Return whether anything was done since the last backup, by the log."""
    with store.engine.connect() as connection:
        last = connection.execute(sa.select(sa.func.max(backup_run.c.audit_sequence))).scalar()
        query = sa.select(audit_log.c.sequence).where(
            audit_log.c.sequence > (last or 0),
            audit_log.c.act.not_in(_QUIET_ACTS),
            sa.not_(audit_log.c.act.startswith("查看")),
        )
        return connection.execute(query.limit(1)).first() is not None


def place_states(store: Store, folders: Sequence[Path]) -> Sequence[PlaceState]:
    """Return how the chosen places stand, in their order."""
    found = []
    for folder in folders:
        runs = _runs_in(store, folder)
        there = _reachable(folder)
        last = max((run.made_at for run in runs), default=None)
        here = sum(Path(run.file).is_file() for run in runs) if there else 0
        found.append(PlaceState(folder, there, last, here))
    return found


def back_up_places(
    store: Store, folders: Sequence[Path], occasion: str, progress: Progress
) -> Sequence[PlaceOutcome]:
    """Back up into every place that can be reached; a place in trouble holds up no other.

    Older backups that need not be kept go afterwards, only after the new one was proven. Raises
    ``Cancelled``.
    """
    found = []
    for folder in folders:
        try:
            if not _reachable(folder):
                raise NoOffice(f"找不到备份位置“{folder}”。请接好移动硬盘或U盘。")
            info = back_up(store, folder, progress, occasion=occasion)
            found.append(PlaceOutcome(folder, info, removed=rotate(store, folder)))
        except Cancelled:
            raise
        except UserError as error:
            found.append(PlaceOutcome(folder, None, str(error)))
    return found


def rotate(store: Store, folder: Path) -> int:
    """Remove the backups of a place that need not be kept; return how many.

    Only those that this office recorded itself and whose file is still the size it had: what
    somebody else put there stays. The attachments' pool only grows.
    """
    runs = {
        run.sequence: run for run in _runs_in(store, folder) if _is_whole(Path(run.file), run.size)
    }
    kept = [KeptBackup(run.sequence, run.made_at) for run in runs.values()]
    going = [runs[one.sequence] for one in may_go(kept, since_restore=_since_restore(store))]
    if not going:
        return 0
    with file_errors(folder, "清理旧备份"):
        for run in going:
            Path(run.file).unlink(missing_ok=True)
    with store.unit_of_work() as uow:
        uow.connection.execute(
            sa.update(backup_run)
            .where(backup_run.c.id.in_([run.id for run in going]))
            .values(removed_at=store.clock())
        )
        numbers = [run.sequence for run in going]
        uow.record(Act("清理旧备份", "Office", 1, details={"序号": numbers, "份数": len(going)}))
        uow.commit()
    return len(going)


def drill(store: Store, progress: Progress) -> Drill | None:
    """Rehearse a restore of the newest backup within reach; ``None`` when there is none.

    The backup is read to its end, unpacked into a side folder, opened, checked and compared with
    its manifest and with the line of the log that it was made at; its attachments are read. What
    was found is recorded, good or bad. Raises ``Cancelled``.
    """
    run = _newest_within_reach(store)
    if run is None:
        return None
    made_at: datetime | None = run.made_at
    passed, finding = True, ""
    try:
        info = verify_with_key(Path(run.file), store.key, progress)
        if info.absent:
            passed, finding = False, f"记录完好，但有{info.absent}件附件找不到或已损坏"
        elif info.audit_sequence != run.audit_sequence:
            passed, finding = False, "备份与备份记录不是同一份"
        else:
            people = info.counts.get("subject", 0)
            finding = f"恢复到旁边并核对无误：{people}人，审计记录{info.audit_sequence}条"
            if info.attachments:
                finding += f"，附件{info.attachments}件"
    except Cancelled:
        raise
    except UserError as error:
        passed, finding = False, str(error)
    found = Drill(store.clock(), Path(run.file), made_at, passed, finding)
    with store.unit_of_work() as uow:
        uow.connection.execute(
            sa.insert(drill_run).values(
                at=found.at, file=str(found.file), made_at=made_at, passed=passed, finding=finding
            )
        )
        details = {"通过": passed, "结果": finding, "备份序号": run.sequence}
        uow.record(Act("恢复演练", "Office", 1, details=details))
        uow.commit()
    return found


def last_drill(store: Store) -> Drill | None:
    """Return the latest rehearsal."""
    with store.engine.connect() as connection:
        row = connection.execute(
            sa.select(drill_run).order_by(drill_run.c.id.desc()).limit(1)
        ).first()
    return (
        Drill(row.at, Path(row.file), row.made_at, row.passed, row.finding)
        if row is not None
        else None
    )


def loss_of(store: Store, info: BackupInfo) -> Loss:
    """Return what restoring this backup would take away from the present records."""
    log = audit_log.c
    with store.engine.connect() as connection:
        same = connection.execute(
            sa.select(backup_run.c.id).where(
                backup_run.c.audit_sequence == info.audit_sequence,
                backup_run.c.made_at == info.made_at,
            )
        ).first()
        rows = connection.execute(
            sa.select(log.act, log.at, log.who)
            .where(
                log.sequence > info.audit_sequence,
                log.act.not_in((*_QUIET_ACTS, *_KEPT_BY_RESTORE)),
            )
            .where(sa.not_(log.act.startswith("查看")))
            .order_by(log.sequence)
        ).all()
    acts = Counter(row.act for row in rows).most_common()
    last = rows[-1] if rows else None
    return Loss(
        known=same is not None,
        acts=acts,
        last_at=datetime.fromisoformat(last.at) if last else None,
        last_who=last.who if last else "",
    )


def _runs_in(store: Store, folder: Path) -> Sequence[sa.Row[tuple[object, ...]]]:
    query = sa.select(backup_run).where(backup_run.c.removed_at.is_(None))
    with store.engine.connect() as connection:
        rows = connection.execute(query.order_by(backup_run.c.id)).all()
    return [row for row in rows if Path(row.file).parent == folder.absolute()]


def _newest_within_reach(store: Store) -> sa.Row[tuple[object, ...]] | None:
    query = sa.select(backup_run).where(backup_run.c.removed_at.is_(None))
    with store.engine.connect() as connection:
        rows = connection.execute(query.order_by(backup_run.c.id.desc()).limit(200)).all()
    return next((row for row in rows if Path(row.file).is_file()), None)


def _since_restore(store: Store) -> int | None:
    """Return how many backups were made since the last restore; ``None`` without one."""
    log = audit_log.c
    with store.engine.connect() as connection:
        restored = connection.execute(
            sa.select(sa.func.max(log.sequence)).where(log.act.in_(("恢复备份", "撤回恢复")))
        ).scalar()
        if restored is None:
            return None
        made = connection.execute(
            sa.select(sa.func.count()).where(log.act == "备份", log.sequence > restored)
        ).scalar_one()
    return min(int(made), SETTLED_AFTER)


def _reachable(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False


def _is_whole(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except OSError:
        return False
