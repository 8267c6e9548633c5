"""Papers that hang on a record: attach, look at, name, export, take away - and put back.

The file goes into the pool first and the row after it: a kill between the two leaves a file that
nobody names, which the next start clears away, and never a row without its file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.domain.attachment import (
    APPROVAL_SCAN,
    KINDS,
    MOST_BYTES,
    OTHER,
    OWNERS,
    Attachment,
    export_name,
    title_from,
)
from app.domain.audit import Act
from app.domain.fields import field_problems, form_fields
from app.domain.filing import FilingEntry
from app.domain.form_life import StoredPaper
from app.domain.outcome import Feedback, Outcome, UnitReminder
from app.domain.plan import SIGNED_SCAN, Plan, PlanPerson
from app.domain.registration_form import RegistrationForm
from app.domain.signature import Signature
from app.domain.subject import Subject
from app.domain.visit import Visit
from app.domain.visiting_list import ListEntry, VisitingList
from app.services.filing_lock import refuse_if_filed
from app.services.outside import write_verified
from app.services.ports import Changes, Clock, FilePool, UnitOfWork, UserError, wanted
from app.services.system_errors import why

_THROUGH: dict[str, type] = {"form_id": RegistrationForm, "visit_id": Visit, "plan_id": Plan}
_GROUPS: tuple[tuple[type, type, str], ...] = (
    (Plan, PlanPerson, "plan_id"),
    (VisitingList, ListEntry, "list_id"),
)
"""Records of several people, what names a person in them, and where that names the record."""


class UnusableFile(UserError):
    """The file cannot be kept as an attachment."""

    exit_code = 2
    number = 204


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file is by its content; ``pages`` is ``None`` where nobody can tell."""

    media: str
    pages: int | None


Inspect = Callable[[bytes], Inspected]
"""Says what a file is. Raises ``UserError`` with a predicate: “是程序文件，不能附入”."""


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment that was made, or the same paper that hung there before."""

    id: int
    changes: Changes
    was_there: bool = False


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """An attachment as a list of a person shows it: ``where`` says on which record it hangs."""

    attachment: Attachment
    where: str


def attach_file(
    owner: type,
    owner_id: int,
    file: Path,
    kind: str = OTHER,
    *,
    title: str = "",
    note: str = "",
    inspect: Inspect,
    pool: FilePool,
    who: str,
    uow: UnitOfWork,
    clock: Clock,
) -> Attached:
    """Hang the file on the record ``owner_id`` of the entity type ``owner``.

    What it is is told by its content, not its name. The same file on the same record is not kept
    twice. Raises ``UnusableFile``, ``MissingRecord`` when the record is gone, ``DiskFull``.
    """
    content = read_file(file)
    return attach_content(
        owner,
        owner_id,
        content,
        file.name,
        kind,
        title=title,
        note=note,
        inspect=inspect,
        pool=pool,
        who=who,
        uow=uow,
        clock=clock,
    )


def attach_content(
    owner: type,
    owner_id: int,
    content: bytes,
    file_name: str,
    kind: str = OTHER,
    *,
    title: str = "",
    note: str = "",
    inspect: Inspect,
    pool: FilePool,
    who: str,
    uow: UnitOfWork,
    clock: Clock,
) -> Attached:
    """``attach_file`` for bytes that are at hand."""
    found = _inspected(content, file_name, inspect)
    with uow:
        person_of(uow, owner, owner_id)  # before anything is written
    made = Attachment(
        owner_kind=owner.__name__,
        owner_id=owner_id,
        kind=kind.strip() or OTHER,
        title=title.strip() or title_from(file_name),
        note=note.strip(),
        file_name=clean_name(file_name),
        media=found.media,
        pages=found.pages,
        size=len(content),
        added_by=who,
        added_at=clock(),
    )
    _refuse_problems(made)
    made.sha256 = pool.keep(content)
    with uow:
        same = uow.repository(Attachment).where(
            owner_kind=made.owner_kind, owner_id=owner_id, sha256=made.sha256, removed_on=None
        )
        if same:
            return Attached(same[0].id or 0, frozenset(), was_there=True)
        made.subject_id = person_of(uow, owner, owner_id)
        id_ = put_attachment(uow, made)
        return Attached(id_, uow.commit())


def put_attachment(uow: UnitOfWork, made: Attachment) -> int:
    """Put a new attachment and its line in the log, within the caller's transaction."""
    id_ = uow.repository(Attachment).put(made)
    uow.record(Act("附入附件", made.owner_kind, made.owner_id, details=_said(made) | {"附件": id_}))
    return id_


def attachments_of(owner: type, owner_id: int, *, uow: UnitOfWork) -> Sequence[Attachment]:
    """Return what hangs on a record, in the order of a case file, the latest of a type last."""
    with uow:
        found = uow.repository(Attachment).where(
            owner_kind=owner.__name__, owner_id=owner_id, removed_on=None
        )
    return sorted(found, key=_order)


def attachments_of_person(subject_id: int, *, uow: UnitOfWork) -> Sequence[HeldPaper]:
    """Return every paper about a person: their own, and those on lists, plans, visits and forms."""
    with uow:
        repository = uow.repository(Attachment)
        found = {one.id: one for one in repository.where(subject_id=subject_id, removed_on=None)}
        for owner, part, name in _GROUPS:
            parts: Sequence[Any] = uow.repository(part).where(subject_id=subject_id)
            if owners := sorted({getattr(one, name) for one in parts} - {None}):
                shared = repository.where(
                    owner_kind=owner.__name__, owner_id=owners, removed_on=None
                )
                found |= {one.id: one for one in shared}
    papers = sorted(found.values(), key=_order)
    return [HeldPaper(one, OWNERS.get(one.owner_kind, "其他记录")) for one in papers]


def save_attachment(changed: Attachment, *, uow: UnitOfWork) -> Changes:
    """Keep another type, title or note of an attachment; what the file is never changes."""
    changed.title, changed.note = changed.title.strip(), changed.note.strip()
    _refuse_problems(changed)
    with uow:
        repository = uow.repository(Attachment)
        stored = repository.get(changed.id or 0)
        wanted = {name: getattr(changed, name) for name in ("kind", "title", "note")}
        before = {name: getattr(stored, name) for name in wanted}
        if wanted == before:
            return frozenset()
        refuse_if_filed(uow, visit_id=_visit_of(uow, stored))
        stored.revision = changed.revision
        for name, value in wanted.items():
            setattr(stored, name, value)
        repository.put(stored)
        details = {
            form_fields(Attachment)[name].label: [before[name], value]
            for name, value in wanted.items()
            if before[name] != value
        }
        uow.record(Act("修改附件", "Attachment", changed.id, details=details))
        return uow.commit()


def remove_attachment(attachment_id: int, reason: str, *, uow: UnitOfWork, today: date) -> Changes:
    """Take a paper away, for a reason; for ``KEPT_DAYS`` it can be put back.

    A scan that made a registration form 已签名 goes by ``form_life.remove_scan``, which says so.
    """
    wanted(reason, "删除附件须写明理由，请填写后再删除")
    with uow:
        repository = uow.repository(Attachment)
        attachment = repository.get(attachment_id)
        if uow.repository(StoredPaper).where(attachment_id=attachment_id):
            raise UnusableFile(
                f"“{attachment.title}”是登记表的签名扫描件。请打开这份登记表，在“版本”里删除它。"
            )
        if attachment.removed_on is not None:
            return frozenset()
        refuse_if_filed(uow, visit_id=_visit_of(uow, attachment))
        take_away(uow, attachment, reason.strip(), today)
        return uow.commit()


def _visit_of(uow: UnitOfWork, attachment: Attachment) -> int | None:
    """Return the visit in whose volume a paper lies, if it hangs on a record of one."""
    owners: dict[str, type] = {
        one.__name__: one for one in (Visit, Outcome, Feedback, UnitReminder, FilingEntry)
    }
    owner = owners.get(attachment.owner_kind)
    if owner is Visit or owner is None:
        return attachment.owner_id if owner is Visit else None
    records: Sequence[Any] = uow.repository(owner).where(id=attachment.owner_id)
    for record in records:
        return int(record.visit_id) if record.visit_id is not None else None
    return None


def take_away(uow: UnitOfWork, attachment: Attachment, reason: str, today: date) -> None:
    """Mark an attachment removed, within the caller's transaction."""
    attachment.removed_on, attachment.removed_for = today, reason[:300]
    uow.repository(Attachment).put(attachment)
    details = _said(attachment) | {"附件": attachment.id}
    uow.record(Act("删除附件", attachment.owner_kind, attachment.owner_id, reason, details))


def put_back_attachment(attachment_id: int, *, uow: UnitOfWork) -> Changes:
    """Bring back what was removed, while its file is kept. Raises ``MissingRecord`` after that."""
    with uow:
        repository = uow.repository(Attachment)
        attachment = repository.get(attachment_id)
        if attachment.removed_on is None:
            return frozenset()
        attachment.removed_on, attachment.removed_for = None, ""
        repository.put(attachment)
        details = {"附件": attachment_id, "标题": attachment.title}
        uow.record(Act("恢复附件", attachment.owner_kind, attachment.owner_id, details=details))
        return uow.commit()


def open_attachment(
    attachment_id: int, *, pool: FilePool, uow: UnitOfWork
) -> tuple[Attachment, bytes]:
    """Return an attachment and its bytes, to be shown; the log keeps that somebody looked.

    Raises ``DamagedAttachment`` when the file is gone or not what it was.
    """
    with uow:
        attachment = uow.repository(Attachment).get(attachment_id)
    content = pool.read(attachment.sha256)
    with uow:
        uow.record(Act("查看附件", "Attachment", attachment_id, details=_of(attachment)))
        uow.commit()
    return attachment, content


def export_attachment(
    attachment_id: int, target: Path, reason: str, *, pool: FilePool, uow: UnitOfWork
) -> Path:
    """Write the paper as a plain file outside, for a reason; it stands in the register.

    Returns where it was written: in a folder ``target`` under a name that names no person.
    """
    wanted(reason, "导出附件须写明用途，请填写后再导出")
    with uow:
        attachment = uow.repository(Attachment).get(attachment_id)
    content = pool.read(attachment.sha256)
    place = target / export_name(attachment) if target.is_dir() else target

    def record() -> None:  # before the file can be used, and not without being written
        with uow:
            details = _of(attachment) | {"去向": place.suffix.lstrip(".").upper() or "文件"}
            uow.record(Act("导出附件", "Attachment", attachment_id, reason.strip(), details))
            uow.commit()

    try:
        write_verified(place, content, before=record)
    except OSError as error:
        raise UnusableFile(
            f"附件没有导出到“{place}”（{why(error)}）。请检查位置和磁盘空间后再试。"
        ) from error
    return place


def read_file(file: Path) -> bytes:
    """Return the content of a file from outside. Raises ``UnusableFile`` with a sentence."""
    try:
        if file.is_dir():
            raise UnusableFile(f"“{file.name}”是文件夹，请选择其中的文件。")
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise UnusableFile(
                f"“{file.name}”有{size / (1 << 20):.0f} MB，超过{MOST_BYTES >> 20} MB，没有附入。"
                "请降低扫描分辨率，或拆成几个文件。"
            )
        return file.read_bytes()
    except OSError as error:
        raise UnusableFile(f"“{file.name}”读不出来（{why(error)}），没有附入。") from error


def person_of(uow: UnitOfWork, owner: type, owner_id: int) -> int | None:
    """Return whom a record is about, if it is one person. Raises ``MissingRecord``."""
    thing: Any = uow.repository(owner).get(owner_id)
    if owner is Subject:
        return owner_id
    if (direct := getattr(thing, "subject_id", None)) is not None:
        return int(direct)
    for name, through in _THROUGH.items():
        if (id_ := getattr(thing, name, None)) is not None:
            return person_of(uow, through, int(id_))
    return None


def clean_name(name: str) -> str:
    """Return a file name as it is kept: without a path, control or direction marks, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = (
        "".join(one for one in last if one.isprintable() or one == "\u3000")
        .encode("utf-8", "replace")
        .decode("utf-8")
    )
    return plain if len(plain) <= 255 else f"{plain[:200]}…{plain[-50:]}"


def _inspected(content: bytes, file_name: str, inspect: Inspect) -> Inspected:
    name = clean_name(file_name)
    if not content:
        raise UnusableFile(f"“{name}”是空文件（0字节），没有附入。请检查扫描或复制是否完成。")
    if len(content) > MOST_BYTES:
        raise UnusableFile(f"“{name}”超过{MOST_BYTES >> 20} MB，没有附入。请拆成几个文件。")
    try:
        return inspect(content)
    except UserError as refused:
        raise UnusableFile(f"“{name}”{refused}") from refused


def _refuse_problems(attachment: Attachment) -> None:
    if problems := field_problems(attachment):
        raise UnusableFile(f"{problems[0].message}。没有保存，请更正后再试。")


def _order(attachment: Attachment) -> tuple[int, int]:
    known = KINDS.index(attachment.kind) if attachment.kind in KINDS else len(KINDS)
    return known, attachment.id or 0


def _of(attachment: Attachment) -> dict[str, Any]:
    return {"标题": attachment.title, "类型": attachment.kind, "SHA-256": attachment.sha256}


def _said(attachment: Attachment) -> dict[str, Any]:
    return _of(attachment) | {
        "格式": attachment.media,
        "页数": attachment.pages,
        "字节数": attachment.size,
        "文件名": attachment.file_name,
    }


def with_scan(
    uow: UnitOfWork, signature: Signature, owner: type, owner_id: int | None
) -> Signature:
    """Return a signature that knows whether the signed sheet is attached, and names it."""
    if signature.means != SIGNED_SCAN:
        return signature
    scans = uow.repository(Attachment).where(
        owner_kind=owner.__name__, owner_id=owner_id, kind=APPROVAL_SCAN, removed_on=None
    )
    if not scans:
        return replace(signature, attached=False)
    named = f"附件“{scans[-1].title}”（编号{scans[-1].id}）"
    return replace(signature, attached=True, scan=signature.scan.strip() or named)
