"""The layout file is read strictly: what it gets wrong is said, with the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.paper.grid import WrongLayout, read_grid
from tests.paper.paper_samples import LAYOUT, official_grid

# The annex of the measures, row by row, left to right: its labels and nothing else.
ANNEX = [
    ["回访对象姓名", "性别", "出生年月"],
    ["文化程度", "参加工作时间", "入党时间"],
    ["工作单位及职务"],
    ["家庭住址", "联系电话"],
    ["受处分原因（主要违纪违法事实）"],
    ["党纪处分", "时间", "政务处分", "时间"],
    ["种类", "种类"],
    ["回访时间"],
    ["回访对象态度以及现实表现简述"],
    ["回访意见建议"],
    ["备注"],
]


def test_the_official_grid_has_the_labels_of_the_annex_in_their_order() -> None:
    rows = [[cell.label for cell in row.cells if cell.label] for row in official_grid().rows]
    assert rows == ANNEX


def test_the_official_grid_places_every_box_of_the_form_once() -> None:
    grid = official_grid()
    placed = [cell.field for cell in grid.cells() if cell.field]
    placed += [item.field for item in grid.above]
    boxes = [name for name, spec in form_fields(RegistrationForm).items() if spec.section]
    assert sorted(placed) == sorted(boxes)


def test_the_official_grid_has_the_spans_and_least_heights_of_the_design() -> None:
    grid = official_grid()
    assert [[cell.span for cell in row.cells] for row in grid.rows] == [
        [5, 4, 3, 4, 4, 4],
        [5, 4, 3, 4, 4, 4],
        [5, 19],
        [5, 9, 4, 6],
        [5, 19],
        [3, 2, 7, 3, 2, 7],
        [2, 7, 2, 7],
        [5, 19],
        [5, 19],
        [5, 19],
        [5, 19],
    ]
    assert [row.least_mm for row in grid.rows] == [10, 10, 12, 12, 45, 10, 10, 10, 70, 60, 15]
    assert (grid.sheet.inner_width_mm, grid.sheet.inner_height_mm) == (156, 225)
    assert grid.sheet.column_mm == 6.5


def test_a_field_is_named_by_the_labels_before_it() -> None:
    grid = official_grid()
    assert grid.label_of("party_kind") == "党纪处分种类"
    assert grid.label_of("admin_decided_on") == "政务处分时间"
    assert grid.label_of("reported_on") == "填报时间"
    assert grid.label_of("sex") == "性别"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('field = "sex"', 'field = "gender"', "没有字段“gender”"),
        ('field = "reporting_unit"', 'field = "nobody"', "没有字段“nobody”"),
        ('{ field = "sex", span = 4 }', '{ field = "sex", span = 5 }', "超过24列"),
        ('{ field = "sex", span = 4 }', '{ field = "sex", span = 3 }', "没有填满24列"),
        ('{ field = "sex", span = 4 }', '{ field = "name", span = 4 }', "字段重复：name"),
        ('align = "text"', 'align = "justify"', "align 只能是"),
        ("least_mm = 12", "least = 12", "不认识“least”"),
        ('field = "sex", span = 4', 'field = "sex", span = 4, rows = 2', "只能放 label"),
        ('label = "备注", span = 5', 'label = "备注", span = 5, rows = 2', "跨出了表格"),
        ('field = "sex", span = 4', 'field = "sex", label = "性", span = 4', "要么是 label"),
        ('side = "right"', 'side = "middle"', "side 只能是"),
        ('title = "受', 'tittle = "受', "title"),
        ("[page]", "[page", "读不出来"),
    ],
)
def test_a_wrong_layout_is_refused_with_the_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    good = LAYOUT.read_text(encoding="utf-8")
    assert old in good
    file = tmp_path / "wrong.toml"
    file.write_text(good.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongLayout, match=said) as refused:
        read_grid(file, RegistrationForm)
    assert "wrong.toml" in str(refused.value)


def test_a_missing_layout_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongLayout, match="nowhere"):
        read_grid(tmp_path / "nowhere.toml", RegistrationForm)
