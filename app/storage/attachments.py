"""What the records say about attachments, and what is tidied when they are opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.attachment import KEPT_DAYS, Attachment
from app.domain.audit import Act
from app.storage.errors import DamagedAttachment
from app.storage.pool import FOLDER, Pool
from app.storage.store import Store
from app.storage.tables import TABLE_OF, backup_run

_row = TABLE_OF[Attachment].c


def needed_contents(connection: sa.Connection) -> Sequence[str]:
    """Return the SHA-256 of every content that a row names, removed ones included, in order."""
    query = sa.select(_row.sha256).where(_row.sha256 != "").distinct().order_by(_row.sha256)
    return [str(one) for one in connection.execute(query).scalars()]


def tidy(store: Store) -> int:
    """Forget what was removed long ago, and clear away files that no row names; return how many.

    A file that a kill left without its row is cleared after the same time. Nothing goes while
    records that a restore replaced are kept beside: their attachments lie in the same pool.
    """
    now = store.clock()
    last = now.date() - timedelta(days=KEPT_DAYS)
    with store.unit_of_work() as uow:
        removed = uow.connection.execute(sa.select(_row.id).where(_row.removed_on < last)).scalars()
        repository = uow.repository(Attachment)
        for id_ in list(removed):
            gone = repository.get(id_)
            repository.remove(gone)
            details = {"附件": id_, "标题": gone.title, "SHA-256": gone.sha256}
            uow.record(Act("清除附件", gone.owner_kind, gone.owner_id, gone.removed_for, details))
        needed = set(needed_contents(uow.connection))
        uow.commit()
    if any(store.folder.glob("former-*")):
        return 0
    return store.pool.sweep(needed, before=(now - timedelta(days=KEPT_DAYS)).timestamp())


@dataclass(frozen=True, slots=True)
class MendingPool:
    """The office's pool; a file that is gone or damaged is fetched from a backup place at hand."""

    store: Store

    def keep(self, content: bytes) -> str:
        """See ``Pool.keep``."""
        return self.store.pool.keep(content)

    def read(self, sha256: str) -> bytes:
        """See ``Pool.read``; mends the file first where it can."""
        pool = self.store.pool
        try:
            return pool.read(sha256)
        except DamagedAttachment:
            for place in self._places():
                if pool.take(sha256, Pool(place / FOLDER, pool.key)):
                    self.store.record(
                        Act("修复附件", "Office", 1, details={"SHA-256": sha256, "来自": "备份"})
                    )
                    return pool.read(sha256)
            raise

    def _places(self) -> Sequence[Path]:
        """Return where backups were made, the latest place first."""
        query = sa.select(backup_run.c.file).order_by(backup_run.c.id.desc()).limit(1000)
        with self.store.engine.connect() as connection:
            files = connection.execute(query).scalars().all()
        return list(dict.fromkeys(Path(file).parent for file in files))
