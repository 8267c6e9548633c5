"""Names as they are sorted and found."""

import pytest

from app.storage.names import fold, search_keys, sort_key, spellings


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("张三", "zhangsan"),
        ("张三", "zs"),
        ("单雄信", "shanxiongxin"),
        ("单雄信", "danxiongxin"),
        ("单雄信", "sxx"),
        ("曾国强", "zengguoqiang"),
        ("曾国强", "cgq"),
        ("解晓东", "xiexiaodong"),
        ("仇英", "qiuying"),
        ("查良镛", "zhaliangyong"),
        ("区寄", "ouji"),
        ("朴正", "piaozheng"),
        ("覃辉", "qinhui"),
        ("覃辉", "tanhui"),
        ("缪荣株", "miaorongzhu"),
        ("翟俊杰", "zhaijunjie"),
        ("种师道", "chongshidao"),
        ("乐嘉", "yuejia"),
        ("乐嘉", "lejia"),
        ("盖叫天", "gejiaotian"),
        ("繁钦", "poqin"),
        ("尉迟恭", "yuchigong"),
        ("尉迟恭", "ycg"),
        ("单于胜", "chanyusheng"),
        ("万俟明", "moqiming"),
        ("长孙无忌", "zhangsunwuji"),
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("𬱖静", "yijing"),
        ("刘䶮", "liuyan"),
        ("𠮷田", "jitian"),
        ("华佗", "huatuo"),
        ("任盈盈", "renyingying"),
        ("阿依古丽·买买提", "ayigulimaimaiti"),
        ("阿依古丽·买买提", "aygl"),
    ],
)
def test_a_name_is_found_by_every_reading(name, typed):
    assert any(typed in way for way in spellings(name))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张 三", "张三"),
        ("张　三", "张三"),
        ("ＡＢＣ１２３", "abc123"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽•买买提", "阿依古丽・买买提"),
        ("（文）", "(文)"),
    ],
)
def test_spellings_that_mean_the_same_fold_to_the_same(one, other):
    assert fold(one) == fold(other)


def test_names_sort_by_pinyin_and_tone_with_surname_readings():
    names = [
        "张三",
        "曾一",
        "安宁",
        "单二",
        "李四",
        "仇五",
        "李思",
        "Smith",
        "翟六",
        "𬱖七",
        "尉迟恭",
    ]
    assert sorted(names, key=sort_key) == [
        "安宁",
        "李思",
        "李四",
        "仇五",
        "Smith",
        "单二",
        "𬱖七",
        "尉迟恭",
        "曾一",
        "翟六",
        "张三",
    ]


def test_search_keys_hold_workplace_unit_and_phone():
    keys = search_keys("张三", "化学与材料学院 副教授", "化学与材料学院", "138-1234-5678")
    assert "化学与材料学院副教授" in keys
    assert "hxyclxy" in keys
    assert "13812345678" in keys


def test_a_name_of_many_readings_stays_small():
    assert len(spellings("单" * 30)) < 60


def test_an_empty_or_foreign_name_has_keys_too():
    assert spellings("") == ()
    assert "o'neil" in search_keys("O’Neil".replace("’", "'"), "", "", "")
