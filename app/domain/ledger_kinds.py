"""How the ledger writes kinds of sanction: prefixes, suffixes and notes in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from app.domain.kinds import plain_kind
from app.domain.ledger_cells import half_width
from app.domain.partial_date import UnreadableDate, read_date
from app.domain.subject import ADMINISTRATIVE, INSTITUTION, KINDS, PARTY, Sanction

IN_LIEU = "应撤销党内职务而无党内职务"
"""The note that makes 严重警告 last two years (条例11, para. 2 and 3)."""


@dataclass(frozen=True, slots=True)
class ReadKind:
    """One kind of sanction as read. ``regime`` is ``""`` when the text does not tell.

    ``question`` is a Chinese sentence when the kind is not one of the law's; the text is kept.
    """

    regime: str
    kind: str
    in_lieu: bool = False
    stated_months: int | None = None
    stated_from: date | None = None
    stated_until: date | None = None
    note: str = ""
    question: str = ""

    def sanction(self) -> Sanction:
        """Return a new sanction of this kind, its date still empty."""
        return Sanction(
            regime=self.regime,
            kind=self.kind,
            in_lieu=self.in_lieu,
            stated_months=self.stated_months,
            stated_from=self.stated_from,
            stated_until=self.stated_until,
            note=self.note,
        )


_REGIME_WORDS = {
    "党内": PARTY,
    "党纪": PARTY,
    "中共": PARTY,
    "政务": ADMINISTRATIVE,
    "政纪": ADMINISTRATIVE,
    "行政": ADMINISTRATIVE,
    "事业单位": INSTITUTION,
}
_PREFIX = re.compile(
    r"^(?:给予|受到|受|被)?(?P<regime>党内|党纪|中共|政务|政纪|行政|事业单位(?:工作人员)?)?"
    r"(?:处分)?(?:给予|:)?"
)
_OTHER_WORDS = {
    "察看一年": "留党察看一年",
    "察看二年": "留党察看二年",
    "撤消党内职务": "撤销党内职务",
    "撤销党内一切职务": "撤销党内职务",
    "开除公职": "开除",
    "严警": "严重警告",
    "降岗": "降低岗位等级",
    "撤销行政职务": "撤职",
}
_LOWERED = re.compile(
    r"(?:岗位等级降低|降低(?:专业技术|管理|工勤技能|工勤)?岗位(?:等级)?)(?:[一二两三12]个?(?:级|等级))?"
)
_NOTES = re.compile(r"[(（【\[](.*?)[)）】\]]", re.DOTALL)
_SPAN = re.compile(
    r"(?:处分期|影响期|期限)?(?:为|:)?(?:(?P<months>\d{1,3}|[一二三四五六七八九十]+)个?月"
    r"|(?P<years>\d|\d\.5|[一二两三])年(?P<half>半)?)"
)
_TERM = re.compile(
    r"(?:处分期|影响期|期限)?(?:自|从)?(.*?)(?:至|到|—|~|(?<=[.年月]\d)-|(?<=[.年月]\d\d)-|(?<=日)-)(.+?)"
    r"(?:止|期满)?"
)
_IN_LIEU = re.compile(
    r"(?:本?应(?:当|该)?(?:给予|受)?撤[销消]党内职务(?:处分)?)?[,，、]?(?:而|但|因|且|由于|鉴于)?(?:其|本人)?"
    r"(?:无|没有|未担任|未任|不担任)党内职务(?:[,，]?(?:给予|改为)(?:党内)?严重警告(?:处分)?)?"
    r"[,，、]?(?:本?应(?:当|该)?(?:给予|受)?撤[销消]党内职务(?:处分)?)?"
)


@lru_cache(maxsize=10_000)
def read_kind(text: str, regime: str = "") -> ReadKind:
    """Return the kind that ``text`` names, in ``regime`` if the column tells it.

    The words for the regime in the text itself win where the column says only 政务:
    事业单位 sanctions stand in that column too.
    """
    bare = re.sub(r"\s+", "", half_width(text))
    notes = [note for note in _NOTES.findall(bare) if note]
    kind = _NOTES.sub("", bare)
    said = ""
    for note in list(notes):
        if (plain := note.removesuffix("处分")) in _REGIME_WORDS:
            said = _REGIME_WORDS[plain]
            notes.remove(note)
        elif re.fullmatch(r"[一二两12壹贰]年", note) and "留党察看" in kind:
            kind = kind.removesuffix("处分").replace("留党察看处分", "留党察看") + note
            notes.remove(note)
    prefix = _PREFIX.match(kind)
    if prefix and prefix["regime"]:
        said = _REGIME_WORDS[prefix["regime"][:4].removesuffix("工作人员")]
    kind = _canonical(kind, prefix)
    if prefix and said == INSTITUTION and prefix["regime"]:
        kind = kind.removeprefix(prefix[0])  # ours, before a kind that no law knows
    found = _regime_of(kind, said, regime)
    read = ReadKind(found, kind, question=_question(kind, found, said, regime))
    for note in notes:
        read = _with_note(read, note)
    return read


def _canonical(kind: str, prefix: re.Match[str] | None) -> str:
    """Return the kind in the words of the law, if it is one; otherwise as it stands."""
    for form in (kind, kind[prefix.end() :] if prefix else kind):
        bare = form.replace("留党察看处分", "留党察看").removesuffix("处分")
        bare = re.sub(r"(?<=[告过级职])[一1]次$", "", bare)
        bare = "降低岗位等级" if _LOWERED.fullmatch(bare) else _OTHER_WORDS.get(bare, bare)
        for regime, kinds in KINDS.items():
            if (plain := plain_kind(regime, bare)) in kinds:
                return plain
        if bare == "留党察看":
            return bare
    return kind


def _regime_of(kind: str, said: str, column: str) -> str:
    """Return the regime: as the text says, else the only one with this kind, else the column."""
    having = [name for name, kinds in KINDS.items() if kind in kinds]
    if said == PARTY or (said and column == PARTY):
        return said
    if having == [INSTITUTION]:
        return INSTITUTION
    if column == PARTY and having == [ADMINISTRATIVE, INSTITUTION] and kind != "警告":
        return ADMINISTRATIVE
    if column and not said and len(having) == 1 and column not in having and kind != "撤职":
        return having[0]  # 严重警告 under 政务; 撤职 under 党纪 may mean 撤销党内职务
    if said or column:
        return said or column
    if having == [ADMINISTRATIVE, INSTITUTION]:
        return ADMINISTRATIVE
    return having[0] if len(having) == 1 else ""


def _question(kind: str, regime: str, said: str, column: str) -> str:
    if kind == "留党察看":
        return "留党察看是一年还是二年？未写明，请补全"
    told = said or regime
    if column and told and (column == PARTY) != (told == PARTY):
        return f"“{column}处分”栏中写的是{told}处分，已按{told}处分读入，请核对"
    if regime and kind not in KINDS[regime]:
        listed = "、".join(KINDS[regime])
        return f"不是{regime}处分的种类（{listed}），已按原文保留，期限需人工确定"
    if not column and not said and kind in KINDS[ADMINISTRATIVE] and kind in KINDS[INSTITUTION]:
        return "未写明是党纪、政务还是事业单位处分" + (
            f"，已按{regime}处分读入，请核对" if regime else "，未读入为处分，原文记入备注，请写明"
        )
    return "" if regime else "不是法规规定的处分种类，未读入为处分，原文记入备注，请核对"


def _with_note(read: ReadKind, note: str) -> ReadKind:
    """Return ``read`` with what a note in brackets says; an unknown note is kept as it stands."""
    if found := _IN_LIEU.search(note):
        read, note = replace(read, in_lieu=True), note.replace(found[0], "")
    # A bare range behind 留党察看 would be the probation, not the period.
    said_so = not read.kind.startswith("留党察看") or re.match("处分期|影响期", note)
    term = _TERM.fullmatch(note) if said_so else None
    if term:
        try:
            first, last = read_date(term[1]), read_date(term[2])
        except UnreadableDate:
            first = last = None
        if last and last.exact:
            start = first.exact if first else None
            return replace(read, stated_from=start, stated_until=last.exact)
    if months := months_of(note):
        return replace(read, stated_months=months)
    note = note.strip("；;，,")
    joined = "；".join(filter(None, (read.note, note)))
    return replace(read, note=joined)


def months_of(text: str) -> int | None:
    """Return the months of 18个月, 处分期18个月, 两年, 1.5年, 一年半; None for anything else."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    if found["months"]:
        return _number(found["months"])
    years = found["years"].replace("两", "二")
    whole = float(years) if years[0].isascii() else _number(years)
    return int(whole * 12) + (6 if found["half"] else 0)


def _number(text: str) -> int:
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digits = "〇一二三四五六七八九"
    return (digits.index(tens or "一") * 10 if ten else 0) + (digits.index(ones) if ones else 0)


_OTHER_BRACKETS = str.maketrans("()（）[]【】", "〔〕〔〕〔〕〔〕")


def write_kind(sanction: Sanction) -> str:
    """Return the kind as the ledger shows it, so that ``read_kind`` gives the same back.

    A kind that 政务 and 事业单位 share is written with 事业单位 before it.
    """
    shared = sanction.kind in KINDS[ADMINISTRATIVE] or sanction.kind not in KINDS[INSTITUTION]
    text = ("事业单位" if sanction.regime == INSTITUTION and shared else "") + sanction.kind
    if sanction.in_lieu:
        text += f"（{IN_LIEU}）"
    if sanction.stated_until:
        start = f"自{sanction.stated_from.isoformat()}" if sanction.stated_from else ""
        text += f"（处分期{start}至{sanction.stated_until.isoformat()}）"
    if sanction.stated_months:
        text += f"（处分期{sanction.stated_months}个月）"
    if sanction.note:
        text += f"（{sanction.note.translate(_OTHER_BRACKETS)}）"
    return text
