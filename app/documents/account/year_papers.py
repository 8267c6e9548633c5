"""Drafts for the writer: the plan of a year and its summary, the facts filled in, the rest to be said."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.account.report_letter import figures_table, summary_table
from app.documents.letters.parts import Sections
from app.domain.fields import display
from app.domain.papers import MEASURES
from app.domain.revisit_report import (
    BY_KIND,
    BY_METHOD,
    BY_OUTCOME,
    BY_TYPE,
    NO_OUTCOME,
    SUMMARY,
    TREND,
    Report,
    summary_sentence,
)
from app.domain.small_numbers import NOTE
from app.domain.year_facts import YearFacts
from app.paper.letter import Block, Diagram, Letter, Paragraph, SignOff, Title
from app.paper.report_charts import chart_of


def plan_letter(facts: YearFacts, *, office: str) -> Letter:
    """Return the plan of a year: who will be due in which quarter, as the facts stand now."""
    year, numbered = facts.year, Sections()
    title = f"{year}年回访关爱工作计划（草稿）"
    blocks: list[Block] = [
        Title(title),
        Paragraph(
            f"为做好{year}年受处分人员回访关爱工作，根据{MEASURES}，结合实际，制定本计划。"
            "（请写明指导思想和工作目标）"
        ),
        numbered.main("回访对象"),
        Paragraph(_who(facts)),
        figures_table(facts.quarters),
        Paragraph(
            "各季度名单由案件管理室在开展回访之前，与纪检监察室、被回访人所在单位沟通联系后确定"
            "（办法第八条第一项）。（请写明重点回访的对象和理由）"
        ),
        numbered.main("工作安排"),
        *(
            Paragraph(f"（{'一二三四'[place]}）{line}")
            for place, line in enumerate(_quarters(facts))
        ),
        numbered.main("组织实施"),
        Paragraph(
            "案件管理室牵头组织，综合处、纪检监察室参与实施，受处分人员所在单位予以配合（办法第三条）。"
            "每次回访由两人以上组成工作组，工作方案报学校纪委主要负责人审核同意后开展（办法第八条第二项）。"
            "（请写明人员分工、时间要求）"
        ),
        numbered.main("工作要求"),
        Paragraph("（请写明安全、保密、档案和结果运用等要求）"),
        SignOff((office,) if office else (), None),
    ]
    return Letter(title, tuple(blocks), name=title)


def _who(facts: YearFacts) -> str:
    text = (
        f"按{display(facts.known_on)}名册中的事实推算，{facts.year}年处于影响期（处分期）内、"
        f"应当回访的共{len(facts.due)}人，其中上年度以来尚未回访过的{len(facts.never)}人，"
        f"年内期满的{len(facts.ending)}人。"
    )
    return text + "以后作出的处分和发生的变动不在其内。"


def _quarters(facts: YearFacts) -> Sequence[str]:
    return [
        f"第{'一二三四'[place]}季度：可安排回访对象{line.figures[0].text}人，"
        f"其中本季度内期满、宜在期满前回访的{line.figures[1].text}人。（请写明拟回访人数和时间）"
        for place, line in enumerate(facts.quarters.lines)
    ]


def summary_letter(report: Report, facts: YearFacts, *, office: str) -> Letter:
    """Return the summary of a year: its figures in sentences and tables, the findings left open."""
    year, numbered = facts.year, Sections()
    title = f"{year}年回访关爱工作总结（草稿）"
    blocks: list[Block] = [
        Title(title),
        Paragraph(
            f"{year}年，根据{MEASURES}，对受处分人员开展了回访关爱工作。现将有关情况总结如下。"
            "（请写明工作的总体评价）"
        ),
        numbered.main("基本情况"),
        Paragraph(summary_sentence(report)),
        summary_table(report),
        Paragraph(_compared(report)),
        *_chart(report, TREND),
        numbered.main("开展情况"),
        numbered.sub("回访对象"),
        *_chart(report, BY_KIND),
        figures_table(report.table(BY_KIND)),
        *_chart(report, BY_TYPE),
        figures_table(report.table(BY_TYPE)),
        numbered.sub("回访方式"),
        figures_table(report.table(BY_METHOD)),
        Paragraph("（请写明谈话、查阅资料等开展情况和典型做法）"),
        numbered.main("结果运用"),
        Paragraph(_outcomes(report)),
        *_chart(report, BY_OUTCOME),
        numbered.main("诉求办理"),
        Paragraph(
            f"回访中提出诉求和困难{facts.requests.text}项，已办结{facts.answered.text}项，"
            f"其中已告知本人{facts.told.text}项；尚在办理{facts.open.text}项。"
            "（请写明解决的突出困难）"
        ),
        numbered.main("存在的问题"),
        Paragraph(
            f"截至{display(report.period.cutoff)}，应访未访{_value(report, '未访人数')}人，其中暂缓"
            f"{_value(report, '其中暂缓')}人；已访人员中尚未反馈、尚未归档的，请在“台账与统计”中核对。"
            "（请写明问题和原因）"
        ),
        numbered.main("下一步打算"),
        Paragraph("（请写明）"),
        *([Paragraph(f"注：{NOTE}")] if report.guarded else []),
        SignOff((office,) if office else (), None),
    ]
    return Letter(title, tuple(blocks), name=title)


def _chart(report: Report, key: str) -> list[Block]:
    """Return the chart of a table, as in the report; nothing where there is none."""
    chart = chart_of(report, key)
    return [Diagram(chart)] if chart is not None else []


def _value(report: Report, title: str) -> str:
    lines = report.table(SUMMARY).lines
    return next(line.figures[0].text for line in lines if line.label == title)


def _compared(report: Report) -> str:
    now, before = report.table(TREND).lines[-1], report.table(TREND).lines[-2]
    return (
        f"上一年（{before.label}）应访{before.figures[0].text}人，已访{before.figures[1].text}人，"
        f"回访率{before.figures[-1].text}；本年回访率{now.figures[-1].text}。"
    )


def _outcomes(report: Report) -> str:
    lines = [line for line in report.table(BY_OUTCOME).lines if not line.total]
    known = [line for line in lines if line.label != NO_OUTCOME]
    said = "；".join(f"{line.label}{line.figures[0].text}人" for line in known)
    open_ = next((line for line in lines if line.label == NO_OUTCOME), None)
    text = f"已认定回访结果的：{said}。" if said else "（请写明对回访结果的认定和运用情况）"
    if open_ is not None:
        text += f"已访而尚未认定结果的{open_.figures[0].text}人。"
    return text
