"""Kinds of sanction as offices write them, and which persons can receive which."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.domain.subject import ADMINISTRATIVE, INSTITUTION, KINDS, PARTY

FAMILY = {PARTY: PARTY, ADMINISTRATIVE: ADMINISTRATIVE, INSTITUTION: ADMINISTRATIVE}
"""Which clock a regime runs on: 党纪 has its own, 政务 and 事业单位 share one."""

_ONE_YEAR = re.compile(r"留党察看(?:一|1|壹)年?|留党察看(?:12|十二)个?月")
_TWO_YEARS = re.compile(r"留党察看(?:二|两|2|贰)年?|留党察看(?:24|二十四)个?月")
_ADMIN_FAMILY = (ADMINISTRATIVE, INSTITUTION)


def full_name(regime: str, kind: str) -> str:
    """Return a sanction's name with its regime, once: 党内警告, 留党察看一年, 政务记过, 事业单位警告."""
    kind = kind.strip()
    if regime == PARTY and kind in ("警告", "严重警告"):
        return f"党内{kind}"
    return kind if regime == PARTY and kind else f"{regime}{kind or '处分'}"


@lru_cache(maxsize=4096)
def plain_kind(regime: str, kind: str) -> str:
    """Return ``kind`` in the words of ``KINDS`` where it is one of them, else as it was written.

    党内警告 is 警告, 记过处分 is 记过, 留党察看1年 is 留党察看一年. A bracketed note is left out.
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", kind))
    text = re.sub(r"\(.*?\)|〔.*?〕|\[.*?\]", "", text)
    if text in KINDS.get(regime, ()):
        return text
    text = text.replace("撤消", "撤销").replace("查看", "察看")
    bare = text.removesuffix("处分")
    for prefix in ("党内", "政务", "行政", "给予", "事业单位"):
        bare = bare.removeprefix(prefix)
    if bare.startswith("留党察看"):
        if _ONE_YEAR.fullmatch(bare):
            return "留党察看一年"
        if _TWO_YEARS.fullmatch(bare):
            return "留党察看二年"
        return bare
    if any(bare in kinds for kinds in KINDS.values()):
        return bare
    return text


def home_regime(regime: str, kind: str) -> str | None:
    """Return the regime whose rules give ``kind`` its term, or ``None`` for a kind of no regime.

    Within 政务 / 事业单位 a kind of the sister regime is followed there; a party kind never is.
    """
    if kind in KINDS.get(regime, ()):
        return regime
    if regime in _ADMIN_FAMILY:
        for other in _ADMIN_FAMILY:
            if kind in KINDS[other]:
                return other
    return None


def is_foreign(regime: str, kind: str) -> bool:
    """Tell whether ``kind`` is a listed kind, but of the other clock (记过 entered as 党纪)."""
    return home_regime(regime, kind) is None and any(
        kind in kinds for other, kinds in KINDS.items() if FAMILY[other] != FAMILY.get(regime)
    )


_LET_OFF = ("免予", "免于", "不予")


def looks_listed(kind: str) -> bool:
    """Tell whether ``kind`` names a listed kind inside other words: a slip, or several in one box.

    Such a text is asked about; taken as «not on the list» it would take a person off silently.
    """
    if kind.startswith(_LET_OFF):
        return False
    return any(listed in kind for kinds in KINDS.values() for listed in kinds)


def is_expulsion(regime: str, kind: str) -> bool:
    """Tell whether ``kind`` ends membership or employment: 开除党籍, 开除."""
    return kind == KINDS[regime][-1] if regime in KINDS else False


def weight(regime: str, kind: str) -> int:
    """Return how heavy ``kind`` is within its regime, lightest 0; unknown kinds weigh least."""
    kinds = KINDS.get(regime, ())
    return kinds.index(kind) if kind in kinds else -1


_MANAGEMENT_ONLY = ("记大过", "降级", "撤职")


def misfit(regime: str, kind: str, person_type: str, membership: str) -> str:
    """Return why this kind hardly fits this person, in one sentence, or ``""``.

    A warning, not a refusal (政务处分法7; 事业单位处分规定2、5; 条例36): the record may be of an earlier post.
    """
    if regime == PARTY:
        if membership == "中共预备党员":
            return f"预备党员不适用党内{kind}（条例第三十六条），请核对政治面貌或处分种类"
        if membership not in ("", "中共党员") and kind != "开除党籍":
            return f"政治面貌为{membership}，却有党纪处分“{kind}”，请核对"
        return ""
    if person_type == "学生":
        return f"人员类别为学生，{regime}处分“{kind}”不适用于学生，请核对"
    if person_type in ("专业技术人员", "工勤人员") and kind in _MANAGEMENT_ONLY:
        return (
            f"“{kind}”不在事业单位四种处分（警告、记过、降低岗位等级、开除）之内，"
            f"{person_type}除非同时担任管理职务不适用，请核对"
        )
    if person_type in ("管理人员", "公务员") and kind == "降低岗位等级":
        return f"{person_type}适用政务处分法的六种处分，“降低岗位等级”不在其内，请核对"
    if person_type == "公务员" and regime == INSTITUTION:
        return "公务员不适用事业单位工作人员处分，请核对处分类别"
    return ""
