"""Several kinds of sanction in one cell of a ledger, taken apart: 党内警告、政务记过."""

from __future__ import annotations

import re
from functools import lru_cache

from app.domain.ledger_cells import NOTHING, half_width, text_of
from app.domain.ledger_kinds import read_kind
from app.domain.subject import ADMINISTRATIVE, KINDS, PARTY

_NOTE = re.compile(r"[(（【\[〔][^()（）【】\[\]〔〕]*[)）】\]〕]")
_HIDDEN = 0xE000  # private characters: nobody's names, and no separators
_PRIVATE = "".join(map(chr, range(_HIDDEN, _HIDDEN + 100)))
_STRONG = re.compile(
    r"[\n;；。]+|\s+/\s+|(?<=处分)[、，,+]|[、，,+](?=党内|政务|政纪|行政|事业单位|(?:19|20)\d\d[年.\-/])"
)
_WEAK = re.compile(r"[、，,+＋/\s]+|(?<=[告过职级籍年分])(?:并处?|和|及|与|同时给予|同时|并给予)")
_NUMBERING = re.compile(
    r"(?:^|(?<=[\s；;。告过职级籍年分]))"
    r"(?:[(（]?[1-9１-９一二三][)）.．、](?:(?!\d)|(?=(?:19|20)\d\d[年.\-/]))|[①-⑨])\s*"
)
_BOTH_EXPELLED = re.compile(
    r"双开|(?:给予)?开除党籍(?:处分)?(?:[、，,和及与]|并)?(?:开除)?公职(?:处分)?"
)


@lru_cache(maxsize=20_000)
def kind_parts(text: str) -> tuple[str, ...]:
    """Return the kinds in a cell, in their order; what is no kind stays one piece.

    Lines, semicolons and numbers part them always, other marks and words (和, 并) only where
    kinds stand on both sides. What stands in brackets is never taken apart.
    """
    notes: list[str] = []

    def hide(note: re.Match[str]) -> str:
        notes.append(note[0])
        return chr(_HIDDEN + len(notes) - 1)

    found: list[str] = []
    numbered = _NUMBERING.sub("\n", text) if _NUMBERING.search(text) else text
    for part in _STRONG.split(_NOTE.sub(hide, numbered)[:2_000]):
        piece = part.strip(" 、，,.")
        if not piece or piece in NOTHING or _NONE_GIVEN.fullmatch(piece):
            continue
        if found and not piece.strip(_PRIVATE):
            found[-1] += _shown(piece, notes)  # a note on a line of its own
        elif found and _WHEN.fullmatch(half_width(piece)):
            found[-1] += f"（{piece}）"  # 党内警告，2023年8月31日
        elif _BOTH_EXPELLED.fullmatch(piece.rstrip(_PRIVATE)):
            behind = _shown(piece[len(piece.rstrip(_PRIVATE)) :], notes)
            found += [f"开除党籍{behind}", f"开除公职{behind}"]
        elif is_kind(shown := _shown(piece, notes)):
            found.append(shown)
        elif said := in_a_sentence(shown):
            found.append(said)
        else:
            inner = [_shown(one, notes) for one in _WEAK.split(piece) if one]
            parted = len(inner) > 1 and any(map(is_kind, inner))
            if parted and all(is_kind(one) or _LESSER.fullmatch(one) for one in inner):
                found += inner
            else:
                found.append(shown)
    return tuple(text_of(one) for one in found)


_KINDS_SAID = sorted({k for kinds in KINDS.values() for k in kinds}, key=len, reverse=True)
_NONE_GIVEN = re.compile(r"(?:未|没有|无)(?:受到?|给予|予)?(?:党纪|党内|政务|政纪|行政)?处分")
_LESSER = re.compile(
    r"(?:党内)?(?:诫勉(?:谈话|处理)?|批评教育|谈话提醒|提醒谈话|责令(?:作出)?书面?检查|责令检查|通报批评|通报|"
    r"停职检查|调整职务|调离岗位|调整岗位|责令辞职|引咎辞职|免职|降职|组织处理|取消荣誉称号|"
    r"取消预备党员资格|延长预备期|经济处罚|扣发(?:奖励性)?绩效(?:工资)?)"
)
"""What is given beside a sanction and is none: 组织处理 and the like (handbook 1.5)."""
_SAID = re.compile(
    r"(?:党内|党纪|政务|政纪|行政|事业单位)(?:"
    + "|".join([*_KINDS_SAID, "留党察看[12两]年", "撤消党内职务", "开除公职"])
    + ")(?:处分)?"
)
_WHEN = re.compile(r"(?:19|20)\d\d(?:年\d{1,2}月(?:\d{1,2}日)?|[.\-/]\d{1,2}(?:[.\-/]\d{1,2})?)")
_NOT_GIVEN = re.compile(
    "未|不予|免|拟|建议|撤销|解除|取消|变更|改为|恢复|延长|原|曾|期满|影响期|处分期"
)
_GIVING = re.compile(
    r"(?:同志)?(?:经研究)?(?:决定)?(?:被给予|被处以|给予|受到|予以|受|被)(?:其|该同志)?|^于|于$|作出$"
)


def in_a_sentence(text: str) -> str:
    """Return date and kind of the one sanction that a sentence tells, or ``""``.

    于2023年5月8日被校纪委给予党内警告处分 becomes 2023年5月8日党内警告处分（于2023年…）: if it says
    more, all of it stays as a note. A sentence of something else than giving is left alone.
    """
    plain = re.sub(r"\s+", "", half_width(text))
    kinds: list[str] = _SAID.findall(plain)
    days: list[str] = _WHEN.findall(plain)
    if len(kinds) != 1 or len(days) > 1 or not re.search("给予|受到?|予以|被", plain):
        return ""
    rest = plain.replace(kinds[0], "", 1)
    if _NOT_GIVEN.search(rest) or "(" in rest:
        return ""
    for one in days:
        rest = rest.replace(one, "", 1)
    rest = _GIVING.sub("", re.sub(r"^[,，。.、:]+|[,，。.、:]+$", "", rest)).strip(",，。.、:")
    return "".join(days) + kinds[0] + (f"（{text_of(text)}）" if rest else "")


def _shown(piece: str, notes: list[str]) -> str:
    return "".join(
        notes[ord(one) - _HIDDEN] if 0 <= ord(one) - _HIDDEN < len(notes) else one for one in piece
    )


def is_kind(text: str) -> bool:
    """Say whether ``text`` is one kind of sanction, of whatever regime, and nothing else."""
    return not read_kind(text, PARTY).question or not read_kind(text, ADMINISTRATIVE).question
