"""The life of a registration form: 草稿 → 已定稿 → 已签名 → 已归档, and the papers it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.fields import (
    FieldKind,
    blob,
    choice,
    data,
    day,
    form_fields,
    long_text,
    reference,
    text,
)
from app.domain.fields import number as whole_number
from app.domain.registration_form import (
    DRAFT,
    FILED,
    FINAL,
    SIGNED,
    STATES,
    RegistrationForm,
)

FINAL_PAPER = "定稿"
SIGNED_SCAN = "签名扫描件"

PDF, JPEG, PNG = "PDF", "JPG", "PNG"
MOST_BYTES = 40 << 20
"""The largest scan that is taken: 40 MiB, some ten colour pages at 600 dpi."""

_BEGINS = {PDF: b"%PDF-", JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n"}
_PDF_WITHIN = 1024  # a PDF's mark may stand anywhere in the first kilobyte


@dataclass(eq=False, kw_only=True)
class FormVersion:
    """One finalised version of a form (定稿的一版): what it said, and how far it has come.

    ``values`` holds every box as it was printed; ``pages``, ``size`` (bytes) and ``sha256`` are
    those of the PDF. ``saved_at`` is when it was finalised.
    """

    id: int | None = None
    revision: int = 0
    form_id: int | None = reference("登记表", "RegistrationForm")
    number: int | None = whole_number("版本", default=1)

    state: str = choice("状态", *STATES[1:], default=FINAL)
    reason: str = text("变更理由", max_length=300)
    override: str = text("未完善而定稿的理由", max_length=300)
    left_open: str = long_text("定稿时尚未完善的项目", max_length=5_000)
    values: dict[str, Any] = data("各栏内容", {})
    finalised_by: str = text("定稿人", max_length=60)
    pages: int | None = whole_number("页数")
    size: int | None = whole_number("字节数")
    sha256: str = text("SHA-256", max_length=64)

    signed_on: date | None = day("签名日期", help="回访工作人员签名的日期")
    signed_by: str = text("签名人", max_length=120, help="回访工作人员，一般不少于两人")
    filed_on: date | None = day("归档日期")
    file_number: str = text("案卷号", max_length=80, help="存入案件档案的案卷号，如 2026-SL-012")
    saved_at: datetime | None = None


@dataclass(eq=False, kw_only=True)
class StoredPaper:
    """One file that belongs to a version: its final PDF or a scan. The bytes stand elsewhere.

    A scan is an attachment of the form; a final PDF has its content in the records themselves.
    """

    id: int | None = None
    revision: int = 0
    form_id: int | None = reference("登记表", "RegistrationForm")
    content_id: int | None = reference("内容", "PaperContent")
    attachment_id: int | None = reference("附件", "Attachment")
    number: int | None = whole_number("版本", default=1)

    kind: str = choice("种类", FINAL_PAPER, SIGNED_SCAN, default=FINAL_PAPER)
    media: str = choice("格式", PDF, JPEG, PNG, default=PDF)
    pages: int | None = whole_number("页数")
    size: int | None = whole_number("字节数")
    sha256: str = text("SHA-256", max_length=64)
    added_by: str = text("存入人", max_length=60)
    saved_at: datetime | None = None


@dataclass(eq=False, kw_only=True)
class PaperContent:
    """The bytes of a stored paper, in a table of their own: no list ever reads them."""

    id: int | None = None
    revision: int = 0
    content: bytes = blob("内容")


@dataclass(frozen=True, slots=True)
class Difference:
    """One box that two versions fill differently."""

    field: str
    label: str
    before: str
    after: str


def box_values(form: RegistrationForm) -> dict[str, str]:
    """Return what stands in each box of ``form``, in the form's order."""
    return {name: getattr(form, name) for name in box_names()}


def box_names() -> list[str]:
    """Return the attributes of a form that are boxes on paper."""
    kinds = (FieldKind.TEXT, FieldKind.LONG_TEXT)
    return [
        name
        for name, spec in form_fields(RegistrationForm).items()
        if spec.kind in kinds and spec.section
    ]


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return the boxes that differ between two versions' values, in the form's order."""
    specs = form_fields(RegistrationForm)
    return [
        Difference(name, specs[name].label, str(before.get(name, "")), str(after.get(name, "")))
        for name in box_names()
        if before.get(name, "") != after.get(name, "")
    ]


def media_of(content: bytes) -> str:
    """Return PDF, JPG or PNG by what ``content`` begins with; ``""`` for anything else."""
    for media, mark in _BEGINS.items():
        if content.startswith(mark) or (media == PDF and mark in content[:_PDF_WITHIN]):
            return media
    return ""


__all__ = ["DRAFT", "FILED", "FINAL", "SIGNED", "STATES"]
