"""The column 状态事项, read and written: ``2024-05-31 退休；2024-06-12 延长留党察看一年``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from app.domain.ledger_cells import half_width, text_of
from app.domain.partial_date import DateStyle, PartialDate, UnreadableDate, read_date, write_date
from app.domain.subject import (
    ALTERED,
    DIED,
    ENDED,
    EVENT_KINDS,
    EXPELLED,
    EXTENDED,
    INCLUDED,
    NEW_OFFENCE,
    NO_PROSECUTION,
    PARTY,
    PUNISHED,
    PUT_OFF,
    RESIGNED,
    RESTORED,
    RETIRED,
    REVIEWED,
    REVOKED,
    TO_JUDICATURE,
    TRANSFERRED,
    Event,
)

ADMIN_SIDE = "政务"
"""What a phrase calls the 政务 or 事业单位 sanction of its row, as against the party one."""


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One phrase as read; ``side`` is 党纪, 政务 or ``""`` when it does not say which sanction."""

    kind: str
    on: PartialDate
    months: int | None = None
    new_kind: str = ""
    until: PartialDate | None = None
    reason: str = ""
    side: str = ""

    def event(self) -> Event:
        """Return a new event, not yet tied to a person or a sanction."""
        return Event(
            kind=self.kind,
            on=self.on,
            months=self.months,
            new_kind=self.new_kind,
            until=self.until.exact if self.until else None,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """A phrase that was not understood; ``question`` is a Chinese sentence."""

    text: str
    question: str
    kind_without_date: str = ""


_WORDS: tuple[tuple[str, str], ...] = (
    (
        RESTORED,
        r"(留党察看)?(考察|察看)?(期)?(满)?(后|，|,)?(经批准)?(同意|决定)?(按期|按时|如期)?"
        r"恢复(其|了)?(党员)?(的)?权利",
    ),
    (
        EXTENDED,
        r"(留党察看)?(考察|察看)?(期)?(满)?(后)?(再|决定)?延长(其)?(留党察看|察看|考察)?(期)?(限)?",
    ),
    (
        REVOKED,
        r"(复查|复议|申诉)?(后)?撤[销消](原)?(党纪|党内|政务|政纪|事业单位)?(的)?处分(决定)?"
        r"|(党纪|党内|政务|政纪|事业单位)?处分(决定)?(已|被)?撤[销消]",
    ),
    (ALTERED, r"(复查|复议|申诉)?(后)?(变更|改变)(原)?(党纪|党内|政务|政纪|事业单位)?处分(种类)?"),
    (NO_PROSECUTION, r"(检察院)?(决定)?不起诉|(被)?(判决|宣告)?无罪|不起诉或无罪"),
    (RETIRED, r"(已)?(办理)?(正式|提前|病|到龄|因病)?(办理)?(提前|病)?退休(手续)?"),
    (
        TO_JUDICATURE,
        r"(被|已)?(依法)?移[送交](至)?(司法|检察|公安)(机关|院)?(依法)?(处理|审查起诉|侦查|查处)?",
    ),
    (
        PUNISHED,
        r"(被|受到|受)?(追究)?刑事(处罚|责任)|"
        r"(因?犯?.{1,20}罪)?[,，]?(被)?(.{0,12}法院)?(依法)?(一审|二审|终审)?判(处)?"
        r"(刑|管制|拘役|缓刑|有期徒刑|无期徒刑).*",
    ),
    (EXPELLED, r"(被|给予)?开除公职(处分)?"),
    (DIED, r"(已)?(因?(病|意外|突发疾病|车祸|公|故))?(死亡|去世|逝世|病故|身故|亡故|病逝)"),
    (
        TRANSFERRED,
        r"(已)?(工作)?(调离|调出|调动|调走)(本校|学校|本单位|我校)?"
        r"|(已)?(工作)?(调离|调出)(本校|学校|本单位|我校)?,?(至|到|往|去|赴).{2,20}",
    ),
    (RESIGNED, r"(已)?(辞职|辞去公职|离职|解除聘用合同|解聘)"),
    (REVIEWED, r"(申请)?复查|申诉|复核|复审"),
    (PUT_OFF, r"(批准)?(暂缓|推迟)回访"),
    (INCLUDED, r"(重新)?(列入|纳入)回访(对象|名单)?"),
    (NEW_OFFENCE, r"(影响期|处分期)?(期)?内(又|再次|再)(违纪|违法)(违法|违纪)?"),
    (
        ENDED,
        r"(已)?(确认)?(处分|影响)?期满(自动)?(解除)?|(已)?(按期|到期|期满)?解除(党纪|党内|政务|政纪|事业单位)?处分"
        r"|(党纪|党内|政务|政纪|事业单位)?处分(期满)?(已|按期|到期|自动)*解除",
    ),
)
_KIND_OF = tuple((kind, re.compile(words)) for kind, words in _WORDS)

_NOT_CRIMINAL = re.compile(
    r"(受|受到|被)?(公安机关)?(处以|给予)?(行政|治安)(管理)?(拘留|处罚|罚款)"
)

_NUMERAL = "〇○零一二三四五六七八九十"
_DATE = (
    r"(?:(?:19|2\d)\d{6}|(?:\d{4}|\d{2})(?:[-./]\s*\d{1,2}(?:[-./]\s*\d{1,2})?)"
    r"|\d{4}年(?:\s*\d{1,2}月(?:\s*\d{1,2}[日号])?)?|(?:19|2\d)\d{4}(?!\d)"
    rf"|[〇○零一二三四五六七八九]{{4}}年(?:[{_NUMERAL}]{{1,2}}月(?:[{_NUMERAL}]{{1,3}}[日号])?)?|(?:19|2\d)\d\d(?!\d))"
)
_FIRST = re.compile(rf"^(?:已?于|自|从)?\s*({_DATE})(?:起|,|:|，|：)?\s*(?:因|经)?(.*)$", re.DOTALL)
_LAST = re.compile(rf"^(.*?)\s*(?:于|\(|时间|日期|:|,)*\s*({_DATE})\s*\)?$", re.DOTALL)
_STRONG = re.compile(r"[;；。\n]+")
_NUMBERING = re.compile(
    r"(?:^|(?<=[\s\u4e00-\u9fff)]))(?:\(?\d{1,2}[.、)]\s*(?=(?:19|20)\d\d)|[①-⑨])"
)
_BEFORE_A_DATE = re.compile(rf"[,，、\s]+(?=(?:已?于)?{_DATE})")
_AFTER_A_DATE = re.compile(rf"({_DATE})[,，、\s]+(?=\D)")
_NOTHING_NEW = frozenset(
    (
        "无",
        "-",
        "—",
        "/",
        "在职",
        "在岗",
        "在编在岗",
        "在职在岗",
        "正常",
        "在校",
        "无变化",
        "无变动",
        "无异动",
    )
)
_BRACKETS = re.compile(r"\(([^()]*)\)$")
_UNTIL = re.compile(
    rf"(?:(.+)[,，、;；])?(?:期限|暂缓)?(?:至|到)({_DATE})(?:止)?(?:[,，、;；](.+))?"
)
_PUT_OFF_UNTIL = re.compile(rf"(.+?回访),?(?:期限)?(?:至|到)({_DATE})(?:止)?")
_PERIOD = re.compile(r"(\d{1,2}|[一二两三六九十]{1,2}|半)(年|个月)")
_NEW_KIND = re.compile(r"(?:变更|改变)?(?:处分)?(?:变更)?(?:为|成|至)(.+)$")


@lru_cache(maxsize=20_000)
def read_events(text: str) -> tuple[ReadEvent | Unread, ...]:
    """Return every phrase of a cell, in its order; what is not understood comes as ``Unread``."""
    plain = _NUMBERING.sub("\n", half_width(text_of(text)))
    pieces = (one.strip(" ,，、.。") for part in _STRONG.split(plain) for one in _pieces(part))
    return tuple(_read(piece) for piece in pieces if piece and piece not in _NOTHING_NEW)


def _pieces(part: str) -> list[str]:
    """Return the phrases that commas or spaces part: before each date, or after it."""
    if _FIRST.match(part.strip()):
        return _BEFORE_A_DATE.split(part)
    return _AFTER_A_DATE.sub(r"\1\n", part).split("\n")


def _read(piece: str) -> ReadEvent | Unread:
    parts = _split(piece)
    if parts is None:
        kind = _known(re.sub(r"\s+", "", piece))
        asked = f"“{kind}”是哪一天？未写日期" if kind else "没有看懂的事项"
        return Unread(piece, f"{asked}；原文已记入备注，请核对后补录", kind)
    spelled, words = parts
    try:
        on = read_date(spelled)
    except UnreadableDate as wrong:
        return Unread(piece, f"{wrong}；原文已记入备注，请核对后补录")
    phrase, until, reason = _details(re.sub(r"\s+", "", words))
    side = _side(phrase.partition("为")[0])
    new_kind = ""
    if (altered := _NEW_KIND.search(phrase)) and re.match(r".*(变更|改变|改)", phrase):
        new_kind = altered[1]
        phrase = "变更处分"
    months = None
    if (period := _PERIOD.search(phrase)) and "延长" in phrase:
        months = _months(period)
        phrase = phrase.replace(period[0], "")
    kind = _known(phrase)
    if not kind and _NOT_CRIMINAL.match(phrase):
        return Unread(
            piece,
            "行政处罚（含行政拘留）不是刑事处罚，不影响对象认定（办法第五条）；原文已记入备注",
        )
    if not kind or on is None:
        return Unread(piece, "没有看懂的事项；原文已记入备注，请核对后补录")
    return ReadEvent(kind, on, months, new_kind, until, reason, side)


def _split(piece: str) -> tuple[str, str] | None:
    """Return date and words of a phrase, whichever comes first, or None without a date."""
    if first := _FIRST.match(piece):
        return first[1], first[2]
    if last := _LAST.match(piece):
        return last[2], last[1]
    return None


def _details(words: str) -> tuple[str, PartialDate | None, str]:
    """Return the phrase without the notes in brackets, and what the notes say."""
    until: PartialDate | None = None
    reasons: list[str] = []
    while note := _BRACKETS.search(words):
        words, said = words[: note.start()], note[1]
        if until is None and (day := _UNTIL.fullmatch(said)):
            with suppress(UnreadableDate):
                until, said = read_date(day[2]), "，".join(filter(None, (day[1], day[3])))
        reasons.insert(0, said)
    if until is None and (put_off := _PUT_OFF_UNTIL.fullmatch(words)):
        with suppress(UnreadableDate):
            words, until = put_off[1], read_date(put_off[2])
    return words, until, "；".join(filter(None, reasons))


def _side(phrase: str) -> str:
    if re.search(r"党纪|党内处分", phrase):
        return PARTY
    return ADMIN_SIDE if re.search(r"政务|政纪|事业单位", phrase) else ""


def _known(phrase: str) -> str:
    bare = re.sub(r"^(?:该同志|本人)?(?:现|目前)?已(?:经)?(?=.)", "", phrase)
    for said in (phrase, bare):
        if said in EVENT_KINDS:
            return said
        if kind := next((kind for kind, words in _KIND_OF if words.fullmatch(said)), ""):
            return kind
    return ""


def _months(period: re.Match[str]) -> int:
    number = {"半": 0.5, "一": 1, "二": 2, "两": 2, "三": 3, "六": 6, "九": 9, "十": 10}.get(
        period[1]
    )
    if number is None:
        number = int(period[1]) if period[1].isdigit() else {"十二": 12}.get(period[1], 12)
    return int(number * (12 if period[2] == "年" else 1))


_NUMBERS = {12: "一年", 24: "二年", 6: "六个月"}


def write_event(event: Event, side: str = "") -> str:
    """Return one phrase that ``read_events`` reads back; ``side`` names the sanction if it must."""
    phrase = event.kind
    if event.kind == EXTENDED and event.months:
        phrase += _NUMBERS.get(event.months, f"{event.months}个月")
    elif event.kind == ALTERED:
        phrase = (f"变更{side}处分" if side else phrase) + (
            f"为{event.new_kind}" if event.new_kind else ""
        )
    elif event.kind == REVOKED and side:
        phrase = f"撤销{side}处分"
    if event.reason:
        phrase += f"（{half_width(event.reason).translate({40: 91, 41: 93, 59: 44, 10: 32})}）"
    if event.until:
        phrase += f"（至{event.until.isoformat()}）"
    on = write_date(event.on, DateStyle.ISO) + " " if event.on else ""
    return on + phrase


def write_events(phrases: Iterable[str]) -> str:
    """Return the cell: every phrase once, earliest first."""
    return "；".join(sorted(dict.fromkeys(phrases)))
