"""谈话记录: question and answer, signed at the foot of every page (办法 art. 8(3))."""

from __future__ import annotations

from app.documents.letters.parts import SIGN_DATE, Gaps, grid, pair
from app.domain.fields import display
from app.domain.papers import Particulars
from app.domain.plan import PERSON
from app.domain.visit import Talk, WholeVisit
from app.paper.letter import COUNTED, Blank, Block, Letter, Paragraph, Signatures, Title

PEN_LINES = 2.0  # room for an answer that is written by hand


def letters(whole: WholeVisit, particulars: Particulars) -> list[Letter]:
    """Return one record per talk of the visit."""
    return [letter(whole, talk, particulars) for talk in whole.talks]


def letter(whole: WholeVisit, talk: Talk, particulars: Particulars) -> Letter:
    """Return the record of one talk; unanswered questions keep room for a pen."""
    gaps = Gaps(talk.name)
    role = "回访对象本人" if talk.audience == PERSON else talk.audience
    blocks: list[Block] = [
        Title("谈话记录"),
        grid(
            pair("谈话时间", _time(talk, gaps)),
            pair("谈话地点", gaps.of(talk, "place")),
            pair("谈话人", gaps.of(talk, "talker"), "记录人", gaps.of(talk, "recorder")),
            pair("被谈话人", gaps.of(talk, "name"), "身份", role),
            pair("单位及职务", gaps.of(talk, "post")),
        ),
    ]
    if talk.recorder.strip() and talk.recorder.strip() == talk.talker.strip():
        gaps.note("谈话人和记录人不能是同一人")
    unanswered = 0
    for one in talk.exchanges:
        question, answer = (str(one.get(key, "")).strip() for key in ("question", "answer"))
        if question:
            blocks.append(Paragraph(f"问：{question}", keep=True))
        blocks.append(Paragraph(f"答：{answer}"))
        if not answer:
            unanswered += 1
            blocks.append(Blank(PEN_LINES))
    if not talk.exchanges:
        gaps.note("谈话记录还没有问答")
    elif unanswered:
        gaps.note(f"有{unanswered}个问题还没有回答，打印后留空")
    if talk.corrections.strip():
        blocks.append(Paragraph(f"被谈话人的更正：{talk.corrections.strip()}"))
    blocks += [
        Signatures(
            (
                f"被谈话人签名：　　　　　　{SIGN_DATE}",
                f"谈话人签名：　　　　　　　{SIGN_DATE}",
                f"记录人签名：　　　　　　　{SIGN_DATE}",
            ),
            above="被谈话人核对意见：",
        ),
    ]
    return Letter(
        "谈话记录",
        tuple(blocks),
        name=f"{talk.name}（{talk.audience}）",
        foot=f"被谈话人（逐页签名）：　　　　　　　　　{SIGN_DATE}",
        pages=COUNTED,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


def _time(talk: Talk, gaps: Gaps) -> str:
    day = gaps.fill(talk.on, "谈话日期", "　　年　　月　　日")
    starts, ends = talk.starts.strip(), talk.ends.strip()
    if not starts or not ends:
        gaps.note("起止时间：未填写，打印后为空白")
    return f"{display(day)}　{starts or '　时　分'}至{ends or '　时　分'}"
