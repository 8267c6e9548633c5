"""附件: a scan or paper that hangs on a record - whose it is, what it is, never its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath

from app.domain.fields import choice, day, number, reference, text

APPROVAL_SCAN = "审批件扫描"
SIGNED_FORM = "登记表签字扫描"
DECISION = "处分决定"
TALK_RECORD = "谈话记录"
RECEIPT = "送达回执"
NOTICE = "通知函及告知书"
LETTER, UNIT_REPLY = "信函及回信", "单位回复"
OTHER = "其他"
KINDS = (
    DECISION,
    APPROVAL_SCAN,
    SIGNED_FORM,
    TALK_RECORD,
    RECEIPT,
    NOTICE,
    "征求意见材料",
    "所在单位评价材料",
    "思想汇报及检查材料",
    LETTER,
    UNIT_REPLY,
    "诉求办理材料",
    "整改材料",
    "身份及任免材料",
    OTHER,
)
"""Types of paper, in the order in which a case file is read."""

_WORDS = {
    DECISION: ("处分决定", "的决定", "决定书", "处分通报"),
    APPROVAL_SCAN: ("审批", "批准", "签批", "签报", "请示"),
    SIGNED_FORM: ("登记表",),
    TALK_RECORD: ("谈话记录", "谈话笔录", "谈话", "笔录"),
    RECEIPT: ("回执", "送达证", "签收"),
    NOTICE: ("通知函", "通知书", "告知书", "通知"),
    "征求意见材料": ("征求意见", "意见函"),
    "所在单位评价材料": ("评价", "鉴定", "现实表现"),
    "思想汇报及检查材料": ("思想汇报", "检讨", "检查材料", "检查书", "个人检查"),
    LETTER: ("信函", "来信", "回信"),
    UNIT_REPLY: ("单位回复", "复函", "回函"),
    "诉求办理材料": ("诉求", "困难"),
    "整改材料": ("整改",),
    "身份及任免材料": ("任免", "任职", "免职", "聘任", "身份证", "干部履历"),
}
"""Words by which offices name their papers."""

PDF, JPEG, PNG, TIFF = "PDF", "JPG", "PNG", "TIFF"
DOCX, XLSX, DOC, XLS, TXT = "DOCX", "XLSX", "DOC", "XLS", "TXT"
MEDIA = (PDF, JPEG, PNG, TIFF, DOCX, XLSX, DOC, XLS, TXT)
PICTURES = (JPEG, PNG, TIFF)
SHOWN = (PDF, *PICTURES, TXT)
"""What is looked at inside the program; the others are exported to be opened."""

ENDINGS = {JPEG: "jpg"} | {media: media.lower() for media in MEDIA if media != JPEG}
MOST_BYTES = 100 << 20
"""The largest file that is taken: 100 MiB, a file of two hundred scanned colour pages."""

KEPT_DAYS = 30
"""How long a removed attachment can be put back before its file is cleared away."""

OWNERS = {
    "Subject": "本人",
    "Case": "案件",
    "Sanction": "处分",
    "Event": "状态事项",
    "VisitingList": "名单",
    "Plan": "方案",
    "Visit": "回访",
    "Request": "诉求",
    "RegistrationForm": "登记表",
    "Outcome": "结果运用",
    "Feedback": "反馈",
    "UnitReminder": "提醒函",
    "ResultUse": "结果运用",
    "FilingEntry": "归档",
    "Ending": "期满办理",
}
"""What an owner's kind is called beside an attachment."""


@dataclass(eq=False, kw_only=True)
class Attachment:
    """One paper that hangs on a record (附件). Its bytes lie outside, under its SHA-256.

    ``owner_kind`` is the name of the owner's entity type, so that every record can have some;
    ``subject_id`` the person whom the record is about, when it is one. A removed one keeps its row
    for ``KEPT_DAYS``: it can be put back.
    """

    id: int | None = None
    revision: int = 0
    owner_kind: str = text("所属记录", max_length=40)
    owner_id: int | None = number("所属记录编号")
    subject_id: int | None = reference("回访对象", "Subject")

    kind: str = choice("类型", *KINDS, default=OTHER, free=True, max_length=40, required=True)
    title: str = text("标题", max_length=120, required=True)
    note: str = text("说明", max_length=300)
    file_name: str = text("原文件名", max_length=255)
    media: str = choice("格式", *MEDIA)
    pages: int | None = number("页数")
    size: int | None = number("字节数")
    sha256: str = text("SHA-256", max_length=64)
    added_by: str = text("附入人", max_length=60)
    added_at: datetime | None = None
    removed_on: date | None = day("删除日期")
    removed_for: str = text("删除理由", max_length=300)


def title_from(file_name: str) -> str:
    """Return the title a file gets at first: its name without the ending."""
    return PurePath(file_name.replace("\\", "/")).stem.strip()[:120] or "未命名"


def kind_from(file_name: str, otherwise: str = OTHER) -> str:
    """Return the type that a file's name speaks of, else ``otherwise``: a proposal, to be changed.

    What comes last names the paper: 处分决定送达回执 is a 送达回执.
    """
    title = title_from(file_name)
    said = (
        (title.rfind(word) + len(word), len(word), kind)
        for kind, words in _WORDS.items()
        for word in words
        if word in title
    )
    return max(said, default=(0, 0, otherwise))[2]


def export_name(attachment: Attachment) -> str:
    """Return a file name to export under: it names the paper, never a person."""
    ending = ENDINGS.get(attachment.media, "bin")
    plain = "".join(one for one in attachment.kind if one.isalnum())[:40] or OTHER
    return f"{plain}-{attachment.id or 0}.{ending}"


def size_text(size: int | None) -> str:
    """Return a size as a user reads it."""
    if size is None:
        return ""
    if size < 1 << 20:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1 << 20):.1f} MB"


def pages_together(attachments: Sequence[Attachment]) -> int:
    """Return how many pages are known to lie in ``attachments``."""
    return sum(one.pages or 0 for one in attachments)
