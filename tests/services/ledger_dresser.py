"""Makes ledgers as messy as an office's, with what they mean beside them: one truth, many dresses.

Knows nothing of the reader: its titles and spellings are its own, so that what both share by
accident is only what offices really write. The same seed makes the same ledger.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

PARTY, ADMIN, INSTITUTION = "党纪", "政务", "事业单位"

Told = tuple[str, str, str]  # regime, kind, ISO day


@dataclass
class Person:
    """Who one person of a made-up ledger is, and what every row must be read as."""

    name: str
    sex: str
    born: str
    unit: str
    post: str
    phone: str
    sanctions: list[Told] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Made:
    """A ledger file, its people, and the (row, column letter) of every doubtful cell."""

    path: Path
    people: list[Person]
    about: str


SURNAMES = [
    "侯",
    "单",
    "解",
    "朴",
    "尉迟",
    "欧阳",
    "查",
    "覃",
    "区",
    "万",
    "段",
    "陶",
    "司马",
    "翟",
]
GIVEN = [
    "春",
    "英珍",
    "䶮",
    "𠮷",
    "㛃",
    "晓华",
    "一宁",
    "建",
    "喆",
    "𫖯",
    "国兰",
    "志",
    "海丽",
    "少",
]
UNITS = [
    "教务处",
    "图书馆",
    "体育学院",
    "化学化工学院",
    "计划财务处",
    "后勤管理处",
    "马克思主义学院",
]
POSTS = ["副教授", "讲师", "科长", "副处长", "实验师", "会计", "辅导员"]
FACTS = [
    "履职不力，造成损失",
    "酒后驾驶机动车被处罚",
    "违规发放津贴补贴（三次）",
    "虚列支出、套取资金",
]

TITLES: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "序 号"),
    "name": ("姓名", "姓  名", "名字", "受处分人", "受处分人员姓名", "姓\n名", "*姓名", "被处分人"),
    "sex": ("性别", "性 别"),
    "born": ("出生年月", "出生日期", "出生\n年月", "出生时间", "出 生 年 月", "出生年月日"),
    "workplace": ("工作单位及职务", "单位及职务", "工作单位及职务（职称）", "所在单位及职务"),
    "unit": ("单位", "所在单位", "部门", "所在部门（学院）", "学院", "工作单位", "单位名称"),
    "post": ("职务", "职务/职称", "职称", "职务（职称）", "现任职务"),
    "phone": ("联系电话", "手机", "手机号码", "联系方式", "电话", "联系电话（手机）"),
    "facts": ("受处分原因", "主要违纪违法事实", "违纪事实", "案由", "处分事由"),
    "kind": ("处分种类", "处分类型", "处分档次", "受处分种类", "处分结果", "处分种类及档次"),
    "on": ("处分时间", "处分日期", "生效时间", "处分决定时间", "决定日期", "处分决定\n生效日期"),
    "events": ("状态事项", "情况说明", "目前状态", "变动情况"),
    "remarks": ("备注", "备  注"),
    "other": ("籍贯", "民族", "承办人", "案卷柜号"),
}
GROUPS = {
    PARTY: ("党纪处分", "党内处分", "党纪", "党 纪 处 分"),
    ADMIN: ("政务处分", "政纪处分", "行政处分", "政务（事业单位）处分", "政务/事业单位处分"),
}
UNDER_KIND = ("种类", "类型", "档次", "处分种类", "名称")
UNDER_TIME = ("时间", "日期", "决定时间", "生效日期", "处分时间", "生效\n时间")


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(one)] for one in str(number))


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else "一二三"[tens - 1] + "十"
    return ten + ("一二三四五六七八九"[ones - 1] if ones else "")


DAY_STYLES: tuple[Callable[[int, int, int], Any], ...] = (
    lambda y, m, d: f"{y}-{m:02}-{d:02}",
    lambda y, m, d: f"{y}.{m}.{d}",
    lambda y, m, d: f"{y}.{m:02}.{d:02}",
    lambda y, m, d: f"{y}/{m}/{d}",
    lambda y, m, d: f"{y}{m:02}{d:02}",
    lambda y, m, d: f"{y}年{m}月{d}日",
    lambda y, m, d: f"{y}年{m:02}月{d:02}日",
    lambda y, m, d: f"{y}．{m}．{d}",
    lambda y, m, d: f" {y}.{m}.{d}. ",
    lambda y, m, d: f"{y} 年 {m} 月 {d} 日",
    lambda y, m, d: f"{y}. {m}. {d}",
    lambda y, m, d: f"{y}、{m}、{d}",
    lambda y, m, d: f"{y}年{m}月{d}号",
    lambda y, m, d: f"{_digits(y)}年{_count(m)}月{_count(d)}日",
    lambda y, m, d: f"{y}-{m}-{d} 00:00:00",
    lambda y, m, d: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in f"{y}-{m}-{d}"),
)
TYPED_DAY_STYLES: tuple[Callable[[int, int, int], Any], ...] = (
    datetime,
    lambda y, m, d: (date(y, m, d) - date(1899, 12, 30)).days,
    lambda y, m, d: int(f"{y}{m:02}{d:02}"),
)
MONTH_STYLES: tuple[Callable[[int, int], Any], ...] = (
    lambda y, m: f"{y}-{m:02}",
    lambda y, m: f"{y}年{m}月",
    lambda y, m: f"{y}{m:02}",
    lambda y, m: f"{y}/{m}",
    lambda y, m: f"{y}年{m:02}月",
    lambda y, m: f"{y}.{m:02}",
    lambda y, m: f"{y} 年{m}月",
    lambda y, m: f"{y}．{m:02}",
    lambda y, m: f"{_digits(y)}年{_count(m)}月",
)

KIND_STYLES: dict[str, tuple[str, ...]] = {
    PARTY: ("党内{0}", "党内{0}处分", "给予党内{0}处分", "党纪{0}", "{0}（党内）", "党内 {0}"),
    ADMIN: ("政务{0}", "行政{0}", "政务{0}处分", "{0}（政务）", "政纪{0}处分", "给予政务{0}处分"),
    INSTITUTION: ("{0}", "{0}处分", "事业单位{0}"),
}
OWN_KIND_STYLES = ("{0}", "{0}处分", " {0} ")
PARTY_KINDS = ("警告", "严重警告", "撤销党内职务", "留党察看一年", "留党察看二年")
ADMIN_KINDS = ("警告", "记过", "记大过", "降级", "撤职")
SPELT = {
    "留党察看一年": ("留党察看一年", "留党察看1年", "留党察看（一年）"),
    "留党察看二年": ("留党察看二年", "留党察看两年", "留党察看2年"),
    "撤销党内职务": ("撤销党内职务", "撤消党内职务"),
}
EVENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("退休", ("{0} 退休", "{0}退休", "于{0}办理退休手续", "退休（{0}）", "{0}到龄退休")),
    ("移送司法机关", ("{0} 移送司法机关", "{0}被移送司法机关", "{0}移送司法机关处理")),
    ("调离", ("{0} 调离", "{0}调离学校", "{0}调出")),
    ("刑事处罚", ("{0} 刑事处罚", "{0}被判处有期徒刑一年，缓刑二年", "{0}受到刑事处罚")),
)


class Dresser:
    """Puts people into a ledger of random shape."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed = seed
        self.folder = folder
        self.dice = random.Random(seed)
        self.text_only = self.dice.random() < 0.35
        self.two_pairs = self.dice.random() < 0.55
        self.joined = self.dice.random() < 0.4
        self.by_year = not self.text_only and self.dice.random() < 0.25
        self.merged = not self.text_only and not self.by_year and self.dice.random() < 0.4
        self.stacked = not self.merged and self.dice.random() < 0.3  # several lines in one cell
        self.grouped = self.two_pairs and not self.text_only and self.dice.random() < 0.6

    def make(self) -> Made:
        """Write the ledger and return it with its truth."""
        people = self._people()
        about = ", ".join(
            name
            for name in (
                "text_only",
                "two_pairs",
                "joined",
                "by_year",
                "merged",
                "stacked",
                "grouped",
            )
            if getattr(self, name)
        )
        path = self._text(people) if self.text_only else self._book(people)
        return Made(path, people, about)

    def _people(self) -> list[Person]:
        dice = self.dice
        people: dict[str, Person] = {}
        for _ in range(dice.randint(5, 14)):
            name = dice.choice(SURNAMES) + dice.choice(GIVEN)
            born = f"{dice.randint(1962, 1996)}-{dice.randint(1, 12):02}"
            person = Person(
                name, dice.choice("男女"), born, dice.choice(UNITS), dice.choice(POSTS), ""
            )
            person.phone = "1" + "".join(dice.choice("3456789") for _ in range(10))
            days = iter(sorted(dice.sample(range(1, 28), 6)))
            for _ in range(dice.choice((1, 1, 1, 2, 3))):
                regime = dice.choice((PARTY, ADMIN, INSTITUTION))
                kind = (
                    "降低岗位等级"
                    if regime == INSTITUTION
                    else dice.choice(PARTY_KINDS if regime == PARTY else ADMIN_KINDS)
                )
                on = f"{dice.randint(2021, 2025)}-{dice.randint(1, 12):02}-{next(days):02}"
                person.sanctions.append((regime, kind, on))
            if dice.random() < 0.25:
                kind, _styles = dice.choice(EVENTS)
                person.events.append((kind, f"2025-{dice.randint(1, 12):02}-{next(days):02}"))
            people.setdefault(name, person)
        return list(people.values())

    def _day(self, iso: str) -> Any:
        parts = [int(part) for part in iso.split("-")]
        styles = DAY_STYLES if self.text_only or self.stacked else DAY_STYLES + TYPED_DAY_STYLES * 3
        return self.dice.choice(styles)(*parts)

    def _month(self, iso: str) -> Any:
        year, month = map(int, iso.split("-"))
        return self.dice.choice(MONTH_STYLES)(year, month)

    def _kind(self, told: Told) -> str:
        regime, kind, _on = told
        spelt = self.dice.choice(SPELT.get(kind, (kind,)))
        own_column = self.two_pairs and self.dice.random() < 0.5
        styles = OWN_KIND_STYLES if own_column else KIND_STYLES[regime]
        return self.dice.choice(styles).format(spelt)

    def _name(self, name: str) -> str:
        if len(name) == 2:
            name = self.dice.choice((name, f"{name[0]}　{name[1]}", f"{name[0]}  {name[1]}"))
        return self.dice.choice((name, f" {name} ", name))

    def _phone(self, phone: str) -> Any:
        styles: list[Any] = [
            phone,
            f" {phone}",
            f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
            f"+86 {phone}",
        ]
        if not self.text_only:
            styles += [int(phone), float(phone)]
        return self.dice.choice(styles)

    def _rows(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows of one person by key; the personal cells stand in every row."""
        dice = self.dice
        groups = self._groups(person)
        rows = []
        for place, group in enumerate(groups):
            row: dict[str, Any] = {
                "name": self._name(person.name),
                "sex": person.sex,
                "born": self._month(person.born),
                "phone": self._phone(person.phone),
                "facts": FACTS[(hash_of(person.name) + place) % len(FACTS)],
                "other": dice.choice(("山东德州", "汉族", "老王")),
                "remarks": dice.choice((None, None, "档案在柜2")),
            }
            if self.joined:
                row["workplace"] = person.unit + person.post
            else:
                row["unit"], row["post"] = person.unit, person.post
            for side, pair in self._pairs(group):
                kind, on = ("kind", "on") if side == "" else (f"{side}/kind", f"{side}/on")
                if len(pair) == 1:
                    row[kind], row[on] = self._kind(pair[0]), self._day(pair[0][2])
                else:
                    row[kind] = dice.choice(("\n", "；", ";")).join(map(self._kind, pair))
                    row[on] = dice.choice(("\n", "；")).join(str(self._day(t[2])) for t in pair)
            if place == 0 and person.events:
                row["events"] = "；".join(self._event(*told) for told in person.events)
            rows.append(row)
        return rows

    def _groups(self, person: Person) -> list[list[Told]]:
        """Return which sanctions share a row."""
        if self.stacked:
            return [person.sanctions]
        groups: list[list[Told]] = []
        for told in person.sanctions:
            last = groups[-1] if groups and self.two_pairs else []
            both = len(last) == 1 and (last[0][0] == PARTY) != (told[0] == PARTY)
            if both and self.dice.random() < 0.5:
                last.append(told)
            else:
                groups.append([told])
        return groups

    def _event(self, kind: str, on: str) -> str:
        parts = [int(part) for part in on.split("-")]
        spelt = self.dice.choice(DAY_STYLES[:7])(*parts)
        return self.dice.choice(dict(EVENTS)[kind]).format(spelt)

    def _pairs(self, group: list[Told]) -> list[tuple[str, list[Told]]]:
        if not self.two_pairs:
            return [("", group)]
        sides = {
            PARTY: [t for t in group if t[0] == PARTY],
            ADMIN: [t for t in group if t[0] != PARTY],
        }
        return [(side, told) for side, told in sides.items() if told]

    def _columns(self) -> list[str]:
        columns = ["number", "name", "sex", "born", "phone", "facts"]
        columns += ["workplace"] if self.joined else ["unit", "post"]
        blocks: list[list[str]] = [[one] for one in columns[1:]]
        if self.two_pairs:
            blocks += [[f"{side}/kind", f"{side}/on"] for side in (PARTY, ADMIN)]
        else:
            blocks.append(["kind", "on"])
        blocks += [["events"], ["other"]]
        if self.dice.random() < 0.5:
            self.dice.shuffle(blocks)
        return ["number", *(one for block in blocks for one in block), "remarks"]

    def _header(
        self, columns: list[str]
    ) -> tuple[list[list[str | None]], list[tuple[int, int, int, int]]]:
        dice = self.dice
        if not self.grouped:
            titles: list[str | None] = []
            for one in columns:
                side, _slash, key = one.rpartition("/")
                if side:
                    under = UNDER_KIND if key == "kind" else UNDER_TIME
                    titles.append(dice.choice(GROUPS[side]).replace(" ", "") + dice.choice(under))
                else:
                    titles.append(dice.choice(TITLES[one]))
            return [titles], []
        top: list[str | None] = []
        below: list[str | None] = []
        merged = []
        for index, one in enumerate(columns):
            side, _slash, key = one.rpartition("/")
            if not side:
                top.append(dice.choice(TITLES[one]))
                below.append(None)
                merged.append((0, index, 1, index))
            else:
                first = key == "kind"
                top.append(dice.choice(GROUPS[side]) if first else None)
                below.append(dice.choice(UNDER_KIND if first else UNDER_TIME))
                if first:
                    merged.append((0, index, 0, index + 1))
        return [top, below], merged

    def _sheet(
        self, people: list[Person]
    ) -> tuple[list[list[Any]], list[tuple[int, int, int, int]]]:
        dice = self.dice
        columns = self._columns()
        above: list[list[Any]] = dice.choice(
            (
                [],
                [["××学院受处分人员台账"]],
                [
                    ["受处分人员情况统计表（内部资料）"],
                    ["填报单位：案件管理室", None, None, "2025年6月"],
                ],
                [["附件2"], ["受处分人员名册"], [None]],
            )
        )
        header, merged = self._header(columns)
        rows: list[list[Any]] = [*above, *header]
        merged = [(a + len(above), b, c + len(above), d) for a, b, c, d in merged]
        if above and not self.text_only:
            merged.append((0, 0, 0, len(columns) - 1))
        number = 0
        for person in people:
            first = len(rows)
            number += 1
            for place, row in enumerate(self._rows(person)):
                cells = [row.get(one) for one in columns]
                cells[0] = number
                if self.merged and place:
                    own = ("name", "sex", "born", "phone", "unit", "post", "workplace", "number")
                    cells = [
                        None if one in own else cell
                        for one, cell in zip(columns, cells, strict=True)
                    ]
                rows.append(cells)
            if self.merged and len(rows) - first > 1:
                for index, one in enumerate(columns):
                    if one in (
                        "number",
                        "name",
                        "sex",
                        "born",
                        "phone",
                        "unit",
                        "post",
                        "workplace",
                    ):
                        merged.append((first, index, len(rows) - 1, index))
            if dice.random() < 0.06:
                rows.append([None] * len(columns))
            if dice.random() < 0.04 and not self.grouped:
                rows.append(list(header[0]))
        if dice.random() < 0.6:
            rows.append(["合计", number] if dice.random() < 0.5 else [None, "合计", number])
        if dice.random() < 0.6:
            rows += [[None], ["注：本表由案件管理室负责维护，1980年以前出生的另册。"]]
        if dice.random() < 0.3:
            rows.append(["填表人：王某", None, None, "审核人：李某"])
        return rows, merged

    def _book(self, people: list[Person]) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        book.remove(book.active)
        if self.dice.random() < 0.4:
            notes = book.create_sheet("填表说明")
            notes.append(["一、姓名、出生年月必填。"])
            notes.append(["二、处分时间填到日。"])
        sheets: dict[str, list[Person]] = {"台账": people}
        if self.by_year:
            sheets = {"2024年": people[::2], "2025年": people[1::2]}
        for title, own in sheets.items():
            rows, merged = self._sheet(own)
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for top, left, bottom, right in merged:
                sheet.merge_cells(
                    start_row=top + 1,
                    start_column=left + 1,
                    end_row=bottom + 1,
                    end_column=right + 1,
                )
        if self.dice.random() < 0.4:
            pivot = book.create_sheet("数据透视")
            for cells in (["行标签", "计数项:姓名"], ["教务处", 3], ["总计", 3]):
                pivot.append(cells)
        path = self.folder / f"ledger{self.seed}.xlsx"
        book.save(path)
        return path

    def _text(self, people: list[Person]) -> Path:
        rows, _merged = self._sheet(people)
        delimiter = self.dice.choice((",", "\t", ";"))
        encoding = self.dice.choice(("gb18030", "utf-8-sig", "utf-8", "utf-16"))
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
        path = self.folder / f"ledger{self.seed}.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        return path


def hash_of(text: str) -> int:
    """Return a number that is the same in every run."""
    return sum(map(ord, text))
