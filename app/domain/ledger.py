"""The office's ledger (台账): its columns declared once, and the plain cells it is read from.

``COLUMNS`` is the one list: the export writes it in order, the import recognises it by title and
synonyms, the help lists it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import product

Cell = str | int | float | bool | date | datetime | None
"""What stands in a cell, with its type kept: a number is not the text it looks like."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one worksheet, from its first row and column on; short rows end early.

    ``merged`` holds (first row, first column, last row, last column), counted from 0;
    ``hidden`` the numbers of hidden rows, counted from 1, where the format tells.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """An office file as plain cells.

    ``typed`` is false where all cells are text (CSV), so that a number cannot be told from text.
    ``from_1904`` says that day numbers count from 1904 (files that began on an old Mac).
    ``passed_over`` names sheets that were not read, with the reason.
    """

    sheets: Sequence[Sheet]
    typed: bool = True
    from_1904: bool = False
    passed_over: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something in the ledger that a person has to decide: where it stands, and what is asked.

    ``row`` counts as the spreadsheet does (0: the whole file), ``column`` is its letter.
    ``lacking`` is the key of a column that the sheet does not have: the answer stands for its cell.
    """

    row: int
    column: str
    label: str
    value: str
    message: str
    sheet: str = ""
    lacking: str = ""

    @property
    def sentence(self) -> str:
        """The question as one line: where, what stands there, what is asked."""
        where = f"第{self.row}行" if self.row else ""
        if self.column:
            where += f" {self.column}列（{self.label}）"
        if self.sheet:
            where = f"“{self.sheet}”{where}"
        if self.value:
            where += f"“{self.value}”"
        return f"{where}：{self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column: its title, what it fills (``key``), its width in characters, other titles in use.

    A ``computed`` column is exported and recognised, but what it says is never stored.
    """

    title: str
    key: str
    width: float = 12
    synonyms: str = ""
    computed: bool = False


def _each(fronts: str, backs: str) -> str:
    """Return every front joined to every back, for headers over two rows and over one."""
    return "|".join(a + b for a, b in product(fronts.split("|"), backs.split("|")))


_PARTY = (
    "党纪|党纪处分|党内|党内处分|党内纪律处分|党纪党内处分|处分情况党纪|处分情况党纪处分|"
    "党纪政务处分党纪"
)
_ADMIN = (
    "政务|政务处分|政纪|政纪处分|行政|行政处分|事业单位|事业单位处分|政务处分事业单位处分|"
    "政务事业单位处分|政务事业单位|政务处分事业单位|政务政纪处分|政务行政处分|处分情况政务|"
    "处分情况政务处分|事业单位工作人员处分|行政纪律处分"
)
_ANY = "处分|处分情况|受处分情况|所受处分|党纪政务处分|党政纪处分|党纪政纪处分|处分决定"
_KIND = (
    "种类|类型|类别|档次|等次|等级|名称|处分种类|处分类型|处分档次|结果|情况|内容|种类档次|"
    "种类及时间|种类时间|种类及日期|及时间"
)
_TIME = (
    "时间|日期|年月|决定时间|决定日期|生效时间|生效日期|作出时间|作出日期|批准时间|批准日期|"
    "处分时间|处分日期|决定生效时间|决定生效日期|决定作出时间|起算时间|起算日期|起始时间|起始日期|"
    "开始时间|开始日期"
)
_END = (
    "期满日期|期满时间|期满日|到期日期|到期时间|到期日|影响期满日期|影响期满时间|"
    "影响期届满日期|影响期届满时间|影响期截止日期|影响期截止时间|处分期满日期|处分期满时间|"
    "处分期满日|解除时间|解除日期|期满|届满时间|届满日期|截止时间|截止日期|终止时间|终止日期|"
    "结束时间|结束日期|影响期满|影响期至|影响期截止|影响期止|影响期结束时间|影响期结束日期|"
    "影响期终止时间|影响期终止日期|影响期满日|处分影响期截止日期|处分影响期满时间|处分影响期满日期|"
    "处分解除时间|处分解除日期|解除处分时间|解除处分日期|处分期届满时间|处分期届满日期|处分期截止日期|"
    "处分期结束时间|处分期至|应解除时间|应解除日期"
)
_TERM = (
    "影响期|处分影响期|处分期|处分期限|期限|影响期限|影响期起止|影响期起止时间|处分期起止|"
    "处分期起止时间|影响期月|处分期月"
)
_NUMBER = "文号|决定文号|决定书文号|处分文号|处分决定文号|处分决定书文号|决定书编号"

COLUMNS: tuple[LedgerColumn, ...] = (
    LedgerColumn("序号", "number", 6, "编号|序|No|顺序号"),
    LedgerColumn(
        "姓名",
        "name",
        10,
        "名字|回访对象姓名|回访对象|受处分人|受处分人姓名|受处分人员|受处分人员姓名|被处分人|"
        "被处分人姓名|处分对象|人员姓名|当事人|当事人姓名|对象姓名|被审查调查人|被处分人员|被处分人员姓名|"
        "受处分党员|受处分党员姓名|受处分对象|违纪人员|违纪人员姓名|违纪人|教职工姓名|本人姓名",
    ),
    LedgerColumn("性别", "sex", 6),
    LedgerColumn("出生年月", "born_on", 11, "出生日期|出生时间|出生|出生年月日|生日"),
    LedgerColumn(
        "文化程度",
        "education",
        14,
        "学历|学历学位|最高学历|教育程度|文化水平|全日制学历|学历及学位|最高学历学位|受教育程度",
    ),
    LedgerColumn(
        "参加工作时间",
        "work_since",
        13,
        "工作时间|参加工作日期|参加工作年月|参工时间|工作日期|入职时间|参加工作|工作年月|入职日期|"
        "何时参加工作",
    ),
    LedgerColumn(
        "入党时间",
        "party_since",
        11,
        "入党日期|入党年月|政治面貌及入党时间|政治面貌入党时间|加入中共时间|加入中国共产党时间|加入党组织时间|何时入党|入党年份|加入共产党时间",
    ),
    LedgerColumn(
        "工作单位及职务",
        "workplace",
        26,
        "工作单位|单位|所在单位|所在单位及职务|单位及职务|单位职务|工作单位职务|部门|所在部门|"
        "单位部门|单位名称|原工作单位及职务|工作单位及职务职称|单位及职务职称|所在单位部门|"
        "所属单位|二级单位|学院|所在学院|二级学院|所在二级学院|所在二级单位|学院部门|部门学院|单位学院|院系|"
        "所在院系|院系部门|工作部门|所属部门|工作单位及职务职级|单位及职务职级|工作单位和职务|单位和职务|"
        "所在单位和职务|现工作单位及职务|时任单位及职务|原单位及职务|所在部门及职务|部门及职务|单位职务职称",
    ),
    LedgerColumn(
        "人员类别",
        "person_type",
        12,
        "人员类型|人员身份|岗位类别|身份类别|岗位类型|岗位性质|人员性质|身份|人员分类",
    ),
    LedgerColumn(
        "家庭住址",
        "address",
        24,
        "住址|家庭地址|现住址|居住地址|地址|常住地址|居住地|家庭住所|住所|现居住地|通讯地址",
    ),
    LedgerColumn(
        "联系电话",
        "phone",
        15,
        "手机|电话|手机号|手机号码|联系方式|电话号码|联系手机|移动电话|电话手机|手机电话|联系电话手机|"
        "本人电话|办公电话|联系号码",
    ),
    LedgerColumn(
        "受处分原因",
        "facts",
        44,
        "主要违纪违法事实|违纪违法事实|主要违纪事实|违纪事实|受处分原因主要违纪违法事实|"
        "处分原因|处分事由|案由|主要事实|违纪违法行为|主要违纪违法行为|违纪行为|主要问题|"
        "违纪违法问题|错误事实|违纪事实摘要|违纪违法事实摘要|主要违纪问题|主要违纪违法问题|违纪问题|"
        "主要错误事实|简要案情|案情摘要|案情简介|案情|违纪情况|违纪违法情况|违纪违法事实简述|处分理由|"
        "主要违纪违法事实摘要|问题简述|受处分事由|受处分原因及事实",
    ),
    LedgerColumn("党纪处分种类", "party_kind", 20, _PARTY + "|" + _each(_PARTY, _KIND)),
    LedgerColumn("党纪处分时间", "party_on", 13, _each(_PARTY, _TIME)),
    LedgerColumn("党纪期满日期", "party_until", 13, _each(_PARTY, _END), computed=True),
    LedgerColumn(
        "恢复党员权利时间",
        "restored_on",
        16,
        "恢复党员权利日期|恢复权利时间|恢复党员权利|恢复权利日期|权利恢复时间|党员权利恢复时间|"
        "恢复党员权利年月",
    ),
    LedgerColumn(
        "政务处分种类",
        "admin_kind",
        20,
        _ADMIN + "|" + _each(_ADMIN, _KIND),
    ),
    LedgerColumn("政务处分时间", "admin_on", 13, _each(_ADMIN, _TIME)),
    LedgerColumn("政务期满日期", "admin_until", 13, _each(_ADMIN, _END), computed=True),
    LedgerColumn(
        "影响期最后一日",
        "until",
        14,
        "最后一日|影响期最后日期|" + _END + "|" + _each(_ANY, _END),
        computed=True,
    ),
    LedgerColumn("对象认定", "verdict", 14, "认定|回访对象认定", computed=True),
    LedgerColumn("认定依据", "reason", 36, "认定理由", computed=True),
    LedgerColumn(
        "状态事项",
        "events",
        28,
        "情况说明|状态|人员状态|状态说明|变动情况|后续情况|目前状态|现状|目前状况|人员变动|人员变动情况|"
        "异动情况|动态|状态变化|变动事项|当前状态|现实状态|人员状况|人员现状|现状况",
    ),
    LedgerColumn("回访次数", "visit_count", 9, "已回访次数"),
    LedgerColumn("最近回访时间", "visited_on", 14, "回访时间|回访日期"),
    LedgerColumn("回访方式", "visit_means", 10, "方式"),
    LedgerColumn("结果运用", "outcome", 14, "回访结果|回访结果运用"),
    LedgerColumn("反馈时间", "fed_back_on", 12, "反馈日期"),
    LedgerColumn("归档时间", "filed_on", 12, "归档日期"),
    LedgerColumn("备注", "remarks", 20, "附注|其他说明|备注说明|说明|其他|注"),
)
"""The thirty columns of the exported ledger, in its order."""

RECORD_TITLE = "系统编号"
"""Over the hidden last column of an export: whose row it is when it comes back corrected."""

MARKS_TITLE = "导入核对"
"""Over the column of problems in a marked copy; passed over when the copy comes back mended."""

READ_BESIDES: tuple[LedgerColumn, ...] = (
    LedgerColumn(
        "职务",
        "post",
        12,
        "职务职称|职称职务|职称|职务或职称|职务和职称|职务及职称|现任职务|现任职务职称|时任职务|职务职级|"
        "岗位职务|原任职务|行政职务|专业技术职务|职务名称|职级",
    ),
    LedgerColumn("政治面貌", "membership", 12, "党派|是否党员|是否中共党员"),
    LedgerColumn(
        "处分类别",
        "regime",
        12,
        "处分性质|党纪政务|党政纪|处分类别党纪政务|党纪或政务|党纪政纪|处分属性",
    ),
    LedgerColumn(
        "处分种类",
        "kind",
        20,
        "处分类型|处分档次|处分|处分名称|处分结果|处分情况|受处分种类|受处分情况|处分种类档次|"
        "处分种类及档次|给予处分|给予何种处分|所受处分|何种处分|受何处分|受何种处分|受处分类型|受处分档次|"
        "处分内容|处分等级|处分等次|党纪政务处分|党政纪处分|党纪政纪处分|党纪政务处分种类|党纪政务处分情况|"
        "处分种类及时间|党纪政务处分种类及时间|处分决定|" + _each(_ANY, _KIND),
    ),
    LedgerColumn(
        "处分时间",
        "on",
        12,
        "处分日期|处分决定时间|处分决定日期|决定时间|决定日期|生效时间|生效日期|处分生效时间|"
        "处分生效日期|受处分时间|受处分日期|处分年月|处分决定生效时间|处分决定生效日期|处分决定书日期|"
        "处分决定作出时间|处分决定作出日期|作出处分决定时间|作出处分决定日期|作出处分时间|作出处分日期|"
        "处分开始时间|处分开始日期|处分起始时间|处分起始日期|处分起算时间|处分起算日期|处分作出时间|"
        "处分批准时间|批准时间|批准日期|给予处分时间|决定处分时间|党纪政务处分时间|党政纪处分时间|何时受处分|"
        "处分月份|影响期起始时间|影响期起算日期|影响期开始时间|影响期起|处分期起|"
        + _each(_ANY, _TIME),
    ),
    LedgerColumn("案卷号", "file_no", 16, "案号|案件编号|案卷编号|档案号"),
    LedgerColumn(
        "决定机关",
        "organ",
        16,
        "处分决定机关|处分机关|作出机关|处分单位|处分决定单位|作出处分决定的机关|作出处分决定机关|"
        "作出处分机关|决定单位|批准机关|处分批准机关|处分决定作出机关",
    ),
    LedgerColumn("党纪处分决定书文号", "party_no", 16, _each(_PARTY, _NUMBER)),
    LedgerColumn("政务处分决定书文号", "admin_no", 16, _each(_ADMIN, _NUMBER)),
    LedgerColumn("党纪影响期", "party_term", 12, _each(_PARTY, _TERM), computed=True),
    LedgerColumn("政务处分期", "admin_term", 12, _each(_ADMIN, _TERM), computed=True),
    LedgerColumn("影响期", "term", 12, _TERM + "|" + _each(_ANY, _TERM), computed=True),
    LedgerColumn("处分决定书文号", "no", 16, _NUMBER + "|" + _each(_ANY, _NUMBER)),
    LedgerColumn(RECORD_TITLE, "record", 10, computed=True),
    LedgerColumn(MARKS_TITLE, "marks", 60, computed=True),
)
"""Columns that offices keep besides: read where they are found, not exported."""

_BRACKETED = re.compile(r"[(（\[【〔].*?[)）\]】〕]")
_NOT_IN_LABELS = re.compile(r"[\s/\\、,，:：;；*＊#·.。|()（）\[\]【】〔〕\-—_]|的")


def bare_label(label: str) -> str:
    """Return a title without spaces, brackets and marks: what two ways of writing it share."""
    return _NOT_IN_LABELS.sub("", unicodedata.normalize("NFKC", label)).casefold()


def _by_label(columns: Iterable[LedgerColumn]) -> dict[str, LedgerColumn]:
    """Return the columns by every label; where two claim one, the column that is named so wins."""
    found: dict[str, LedgerColumn] = {}
    for column in columns:
        for synonym in filter(None, column.synonyms.split("|")):
            found.setdefault(bare_label(synonym), column)
    found.update({bare_label(column.title): column for column in columns})
    return found


_BY_LABEL = _by_label((*COLUMNS, *READ_BESIDES))


def column_labelled(label: str) -> LedgerColumn | None:
    """Return the column that a header means, or None. Spaces, brackets and marks do not matter."""
    if not label or len(label) > 60:
        return None
    return _BY_LABEL.get(label) or _meant(label)


@lru_cache(maxsize=8192)  # every cell below a header is asked whether it begins another
def _meant(label: str) -> LedgerColumn | None:
    if column := _BY_LABEL.get(bare_label(label)):
        return column
    outside = _BRACKETED.sub("", label)
    return None if outside == label else _BY_LABEL.get(bare_label(outside))


COLUMN_OF = {column.key: column for column in (*COLUMNS, *READ_BESIDES)}


def base_key(key: str) -> str:
    """Return what a column fills without the number of the sanction: kind of ``kind#2``."""
    return key.partition("#")[0]


def column_filling(key: str) -> LedgerColumn | None:
    """Return the column of this key, or None."""
    return COLUMN_OF.get(key)


def column_index(letter: str) -> int:
    """Return the number, from 0, of the column that a spreadsheet shows as ``letter``."""
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - 64
    return number - 1


def column_letter(index: int) -> str:
    """Return the letter that a spreadsheet shows for a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
