"""How far a form has come: final, signed, filed; and the new version that a change needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.attachment import SIGNED_FORM, Attachment
from app.domain.audit import Act
from app.domain.character_name import name_of
from app.domain.form_life import (
    DRAFT,
    FILED,
    FINAL,
    FINAL_PAPER,
    MOST_BYTES,
    PDF,
    SIGNED,
    SIGNED_SCAN,
    Difference,
    FormVersion,
    PaperContent,
    StoredPaper,
    box_values,
    compare,
    media_of,
)
from app.domain.registration_form import RegistrationForm
from app.services.attachments import clean_name, put_attachment, take_away
from app.services.filing_lock import refuse_if_filed
from app.services.forms import is_draft, problems
from app.services.ports import Changes, Clock, FilePool, StaleData, UnitOfWork, UserError, wanted

DrawForms = Callable[[Sequence[RegistrationForm]], bytes]
CountPages = Callable[[RegistrationForm], int]
FindMissing = Callable[[Sequence[RegistrationForm]], Mapping[str, str]]


class IncompleteForm(UserError):
    """The form is not ready to be final; ``left_open`` says why, a sentence each."""

    exit_code = 2
    number = 208

    def __init__(self, left_open: Sequence[str]) -> None:
        self.left_open = tuple(left_open)
        super().__init__(
            f"登记表还有{len(left_open)}项待完善，没有定稿：{'；'.join(left_open[:5])}"
            f"{'等' if len(left_open) > 5 else ''}。请补充；确需现在定稿的，请写明理由"
        )


class WrongState(UserError):
    """The form has not come that far, or has come further already."""

    exit_code = 2
    number = 209


class UnusablePaper(UserError):
    """The file cannot be kept as a scan."""

    exit_code = 2
    number = 204


class DamagedPaper(UserError):
    """What is stored is not what was stored."""

    exit_code = 5
    number = 504


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One version with the papers that belong to it (their bytes are read on their own)."""

    version: FormVersion
    papers: tuple[StoredPaper, ...]

    @property
    def final_paper(self) -> StoredPaper:
        """The PDF that was final."""
        return next(paper for paper in self.papers if paper.kind == FINAL_PAPER)

    @property
    def scans(self) -> tuple[StoredPaper, ...]:
        """The signed paper, scanned back."""
        return tuple(paper for paper in self.papers if paper.kind == SIGNED_SCAN)


def left_open(form: RegistrationForm, *, missing: FindMissing) -> list[str]:
    """Return what stands against making ``form`` final, a sentence each; empty when nothing does."""
    found = [problem.message for problem in problems(form)]
    for character, where in missing([form]).items():
        found.append(f"{where}中有字体没有的字{name_of(character)}，只能印作“〓”")
    return found


def finalise_form(
    form_id: int,
    override: str = "",
    *,
    draw: DrawForms,
    count: CountPages,
    missing: FindMissing,
    who: str,
    uow: UnitOfWork,
    clock: Clock,
) -> Changes:
    """Make the form final (定稿): its PDF is kept with pages and SHA-256, its boxes are closed.

    Raises ``IncompleteForm`` while anything is left open and no ``override`` reason is given,
    ``WrongState`` when it is final already, ``StaleData`` when it was saved meanwhile.
    """
    with uow:
        form = uow.repository(RegistrationForm).get(form_id)
    _must_be(form, DRAFT, "定稿")
    open_points = left_open(form, missing=missing)
    reason = override.strip()
    if open_points and not reason:
        raise IncompleteForm(open_points)
    pdf, pages = draw([form]), count(form)  # drawn before the records are locked for writing
    version = FormVersion(
        form_id=form_id,
        number=form.version or 1,
        state=FINAL,
        reason=form.change_reason,
        override=reason if open_points else "",
        left_open="\n".join(open_points),
        values=box_values(form),
        finalised_by=who,
        pages=pages,
        size=len(pdf),
        sha256=_digest(pdf),
        saved_at=clock(),
    )
    with uow:
        forms = uow.repository(RegistrationForm)
        refuse_if_filed(uow, form_id=form_id)
        if forms.get(form_id).revision != form.revision:
            raise StaleData("这份登记表刚才又有改动，没有定稿。请核对后再定稿。")
        version_id = uow.repository(FormVersion).put(version)
        _keep(uow, version, FINAL_PAPER, PDF, pdf, pages, who=who, clock=clock)
        form.state = FINAL
        forms.put(form)
        details: dict[str, Any] = {
            "版本": version.number,
            "页数": pages,
            "字节数": len(pdf),
            "SHA-256": version.sha256,
            "版本记录": version_id,
        }
        if open_points:
            details["尚未完善"] = open_points
        uow.record(Act("登记表定稿", "RegistrationForm", form_id, version.override, details))
        return uow.commit()


def attach_scan(
    form_id: int,
    content: bytes,
    *,
    pages: int | None,
    signed_on: date | None,
    signed_by: str,
    file_name: str = "",
    pool: FilePool,
    who: str,
    uow: UnitOfWork,
    clock: Clock,
) -> Changes:
    """Keep the signed paper, scanned: PDF, JPG or PNG by its content; the form is then 已签名.

    ``pages`` is how many a PDF has, ``None`` for a picture. More files can follow until the form is
    filed. Raises ``UnusablePaper``, and ``WrongState`` for a draft or a filed form.
    """
    media = media_of(content)
    if not media:
        raise UnusablePaper("这个文件不是 PDF、JPG 或 PNG，没有存入。请用扫描仪存成其中一种再试。")
    if len(content) > MOST_BYTES:
        raise UnusablePaper(
            f"文件有{len(content) / (1 << 20):.0f} MB，超过{MOST_BYTES >> 20} MB，没有存入。"
            "请把扫描分辨率降到300再扫一次。"
        )
    if signed_on is None:
        raise UnusablePaper("请填写签名日期（登记表上手写的日期）")
    if signed_on > clock().date():
        raise UnusablePaper("签名日期在今天之后，请核对")
    with uow:
        form = uow.repository(RegistrationForm).get(form_id)
        _must_be(form, (FINAL, SIGNED), "附签名扫描件")
        refuse_if_filed(uow, form_id=form_id)
        digest = _digest(content)
        if any(paper.sha256 == digest for paper in _papers(uow, form_id)):
            raise UnusablePaper("这个文件已经存过了，没有重复存入。")
    pool.keep(content)  # the file before the rows that name it
    with uow:
        form = uow.repository(RegistrationForm).get(form_id)
        _must_be(form, (FINAL, SIGNED), "附签名扫描件")
        refuse_if_filed(uow, form_id=form_id)
        version = _current(uow, form)
        paper = _paper(version, SIGNED_SCAN, media, content, pages, who=who, clock=clock)
        hung = _hung(paper, form)
        hung.file_name = clean_name(file_name)
        paper.attachment_id = put_attachment(uow, hung)
        uow.repository(StoredPaper).put(paper)
        version.state = form.state = SIGNED
        version.signed_on, version.signed_by = signed_on, signed_by.strip()
        uow.repository(FormVersion).put(version)
        uow.repository(RegistrationForm).put(form)
        details = {
            "版本": version.number,
            "格式": media,
            "页数": pages,
            "字节数": len(content),
            "SHA-256": digest,
            "签名日期": signed_on,
            "签名人": version.signed_by,
        }
        uow.record(Act("附签名扫描件", "RegistrationForm", form_id, details=details))
        return uow.commit()


def remove_scan(paper_id: int, reason: str, *, uow: UnitOfWork, today: date) -> Changes:
    """Take a wrong scan away, for a reason; without any left the form is 已定稿 again."""
    wanted(reason, "删除扫描件须写明理由，请填写后再删除")
    with uow:
        papers = uow.repository(StoredPaper)
        paper = papers.get(paper_id)
        form = uow.repository(RegistrationForm).get(paper.form_id or 0)
        _must_be(form, SIGNED, "删除扫描件")
        refuse_if_filed(uow, form_id=form.id)
        version = _current(uow, form)
        if paper.kind != SIGNED_SCAN or paper.number != version.number:
            raise WrongState("只能删除当前版本的签名扫描件；定稿和以前各版一直保留。")
        papers.remove(paper)
        if paper.attachment_id is not None:
            held = uow.repository(Attachment).get(paper.attachment_id)
            take_away(uow, held, reason.strip(), today)
        else:
            contents = uow.repository(PaperContent)
            contents.remove(contents.get(paper.content_id or 0))
        others = [
            one
            for one in _papers(uow, paper.form_id or 0)
            if one.kind == SIGNED_SCAN and one.number == version.number
        ]
        if not others:
            version.state = form.state = FINAL
            version.signed_on, version.signed_by = None, ""
        uow.repository(FormVersion).put(version)
        uow.repository(RegistrationForm).put(form)
        details = {"版本": paper.number, "SHA-256": paper.sha256, "字节数": paper.size}
        uow.record(Act("删除签名扫描件", "RegistrationForm", form.id, reason.strip(), details))
        return uow.commit()


def file_form(
    form_id: int, *, filed_on: date | None, file_number: str, uow: UnitOfWork, today: date
) -> Changes:
    """Note that the signed form went into the case file (办法 art. 10): when, and which file.

    Raises ``WrongState`` unless it is signed, ``UnusablePaper`` without day or file number.
    """
    number = " ".join(file_number.split())
    if filed_on is None or not number:
        raise UnusablePaper("请填写归档日期和案卷号")
    if filed_on > today:
        raise UnusablePaper("归档日期在今天之后，请核对")
    with uow:
        form = uow.repository(RegistrationForm).get(form_id)
        _must_be(form, SIGNED, "归档")
        version = _current(uow, form)
        if version.signed_on is not None and filed_on < version.signed_on:
            raise UnusablePaper(f"归档日期早于签名日期（{version.signed_on.isoformat()}），请核对")
        version.state = form.state = FILED
        version.filed_on, version.file_number = filed_on, number
        uow.repository(FormVersion).put(version)
        uow.repository(RegistrationForm).put(form)
        details = {"版本": version.number, "归档日期": filed_on, "案卷号": number}
        uow.record(Act("登记表归档", "RegistrationForm", form_id, details=details))
        return uow.commit()


def revise_form(form_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Open a final form for a change: the version there is stays as it is, a new draft begins."""
    wanted(reason, "更改已定稿的登记表须写明理由，请填写后再改")
    with uow:
        forms = uow.repository(RegistrationForm)
        form = forms.get(form_id)
        _must_be(form, (FINAL, SIGNED, FILED), "另出新版本")
        refuse_if_filed(uow, form_id=form_id)
        before = form.state
        form.state, form.change_reason = DRAFT, reason.strip()
        form.version = (form.version or 1) + 1
        forms.put(form)
        details = {"版本": [form.version - 1, form.version], "原状态": before}
        uow.record(Act("登记表另出新版本", "RegistrationForm", form_id, reason.strip(), details))
        return uow.commit()


def give_up_revision(form_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Give the new draft up: the form says again what its last final version says."""
    wanted(reason, "放弃新版本须写明理由，请填写后再放弃")
    with uow:
        forms = uow.repository(RegistrationForm)
        form = forms.get(form_id)
        _must_be(form, DRAFT, "放弃新版本")
        refuse_if_filed(uow, form_id=form_id)
        kept = uow.repository(FormVersion).where(form_id=form_id)
        if not kept:
            raise WrongState("这份登记表还没有定稿过，没有可以退回的版本。")
        last = max(kept, key=lambda version: version.number or 0)
        given_up = compare(last.values, box_values(form))
        for name, value in last.values.items():
            setattr(form, name, value)
        form.state, form.version, form.change_reason = last.state, last.number, last.reason
        forms.put(form)
        details = {one.label: [f"{len(one.after)}字", f"{len(one.before)}字"] for one in given_up}
        uow.record(Act("放弃登记表新版本", "RegistrationForm", form_id, reason.strip(), details))
        return uow.commit()


def versions_of(form_id: int, *, uow: UnitOfWork) -> Sequence[KeptVersion]:
    """Return the final versions of a form with their papers, the first one first."""
    with uow:
        papers = _papers(uow, form_id)
        kept = uow.repository(FormVersion).where(form_id=form_id)
    return [
        KeptVersion(one, tuple(paper for paper in papers if paper.number == one.number))
        for one in sorted(kept, key=lambda version: version.number or 0)
    ]


def read_paper(paper_id: int, *, pool: FilePool, uow: UnitOfWork) -> bytes:
    """Return the bytes of a stored paper. Raises ``DamagedPaper`` when they are not the same."""
    with uow:
        paper = uow.repository(StoredPaper).get(paper_id)
        if paper.attachment_id is not None:
            return pool.read(paper.sha256)
        content = uow.repository(PaperContent).get(paper.content_id or 0).content
    if _digest(content) != paper.sha256:
        raise DamagedPaper("存档文件与存入时的校验值不符，可能已损坏。请从备份中找回这份登记表。")
    return content


def read_final(form_id: int, *, pool: FilePool, uow: UnitOfWork) -> bytes:
    """Return the PDF of the version that is final now. Raises ``WrongState`` for a draft."""
    with uow:
        form = uow.repository(RegistrationForm).get(form_id)
        _must_be(form, (FINAL, SIGNED, FILED), "查看定稿")
        number = _current(uow, form).number
        found = uow.repository(StoredPaper).where(form_id=form_id, number=number, kind=FINAL_PAPER)
    return read_paper(found[0].id or 0, pool=pool, uow=uow)


def compare_versions(
    form_id: int, before: int, after: int, *, uow: UnitOfWork
) -> Sequence[Difference]:
    """Return the boxes in which two versions differ; the number of the open draft means the draft."""
    with uow:
        form = uow.repository(RegistrationForm).get(form_id)
        values = {
            version.number: version.values
            for version in uow.repository(FormVersion).where(form_id=form_id)
        }
    if is_draft(form):
        values[form.version or 1] = box_values(form)
    return compare(values.get(before, {}), values.get(after, {}))


def _must_be(form: RegistrationForm, states: str | tuple[str, ...], act: str) -> None:
    state = DRAFT if is_draft(form) else form.state
    if state not in states if isinstance(states, tuple) else state != states:
        wanted = "、".join(states) if isinstance(states, tuple) else states
        raise WrongState(f"这份登记表现在是“{state}”，只有“{wanted}”的才能{act}。请刷新后核对。")


def _current(uow: UnitOfWork, form: RegistrationForm) -> FormVersion:
    found = uow.repository(FormVersion).where(form_id=form.id, number=form.version)
    if not found:
        raise DamagedPaper(f"找不到这份登记表第{form.version}版的定稿，请从备份中找回。")
    return found[0]


def _papers(uow: UnitOfWork, form_id: int) -> Sequence[StoredPaper]:
    return uow.repository(StoredPaper).where(form_id=form_id)


def _keep(
    uow: UnitOfWork,
    version: FormVersion,
    kind: str,
    media: str,
    content: bytes,
    pages: int | None,
    *,
    who: str,
    clock: Clock,
) -> None:
    paper = _paper(version, kind, media, content, pages, who=who, clock=clock)
    paper.content_id = uow.repository(PaperContent).put(PaperContent(content=content))
    uow.repository(StoredPaper).put(paper)


def _paper(
    version: FormVersion,
    kind: str,
    media: str,
    content: bytes,
    pages: int | None,
    *,
    who: str,
    clock: Clock,
) -> StoredPaper:
    return StoredPaper(
        form_id=version.form_id,
        number=version.number,
        kind=kind,
        media=media,
        pages=pages,
        size=len(content),
        sha256=_digest(content),
        added_by=who,
        saved_at=clock(),
    )


def _hung(paper: StoredPaper, form: RegistrationForm) -> Attachment:
    """Return a signed scan as the attachment of its form."""
    return Attachment(
        owner_kind="RegistrationForm",
        owner_id=paper.form_id,
        subject_id=form.subject_id,
        kind=SIGNED_FORM,
        title=f"登记表签字扫描（第{paper.number or 1}版）",
        media=paper.media,
        pages=paper.pages or (None if paper.media == PDF else 1),
        size=paper.size,
        sha256=paper.sha256,
        added_by=paper.added_by,
        added_at=paper.saved_at,
    )


def move_scans(*, pool: FilePool, uow: UnitOfWork) -> int:
    """Move scans that an older version kept among the records into the pool; return how many.

    Each moves in a transaction of its own, its file first: what is not moved yet is read where it
    lies. A damaged one stays.
    """
    with uow:
        old = uow.repository(StoredPaper).where(kind=SIGNED_SCAN, attachment_id=None)
    moved = 0
    for paper in old:
        with uow:
            contents = uow.repository(PaperContent)
            content = contents.get(paper.content_id or 0)
            if _digest(content.content) != paper.sha256:
                continue
            form = uow.repository(RegistrationForm).get(paper.form_id or 0)
            pool.keep(content.content)
            paper.attachment_id = uow.repository(Attachment).put(_hung(paper, form))
            details = {"版本": paper.number, "SHA-256": paper.sha256}
            uow.record(Act("升级附件存放", "RegistrationForm", paper.form_id, details=details))
            paper.content_id = None
            uow.repository(StoredPaper).put(paper)
            contents.remove(content)
            uow.commit()
        moved += 1
    return moved


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
