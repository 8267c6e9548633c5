"""What the office and the law know: entities, their fields, dates and rules. Plain Python only.

Glossary (one English word per thing, with the term of the measures):

=====================  ==========================================================
Subject                回访对象, a person under sanction
Case                   案件: what the person did, under one file number
Sanction               处分: regime 党纪 / 政务 / 事业单位, kind, decision
Event                  状态事项: what happened to a person or sanction afterwards
Period                 影响期（党纪）, 处分期（政务、事业单位）, with its working
Verdict                对象认定: whether a revisit is due, by article 5
Standing               a subject's periods and verdict as last computed
RegistrationForm       登记表: 受处分人员回访关爱工作情况登记表
FormVersion            登记表的一版: draft → final (定稿) → signed → filed; StoredPaper its files
Phrase                 常用语: a ready sentence for one box, the office's or one's own
Staff                  工作人员
VisitingList           本期名单, with entries and consultations (征求意见)
Plan                   回访工作方案: draft → submitted → approved → carried out → closed
PlanMember             工作组成员: who goes, with part and recusal (回避)
Gate, Exemption        关口, and the 例外 that let something through it
Visit                  回访: what really happened; Talk 谈话, Contact 电话或信函
Outcome                回访结果: one of the three of article 9; OutcomeAct what it demands
Feedback               反馈, to the person or to the unit's party organisation
UnitReminder           督促提醒函, with the unit's reply; ResultUse who asked for a result, and why
Ending                 期满办理: restoring rights, the end of a 政务 or 事业单位 period
FilingEntry            归档: the volume of a visit; FilingPaper a line of its 卷内目录
Request                诉求: open → answered → told
DocumentNumber         文号: which number a letter has; a void one (作废) is never given again
Particulars            what the office puts on a letter: 落款, 文号, 成文日期, 联系人
Chain                  where a person stands between list and form
Reminder               提醒: something due, recomputed from facts
Settings               设置: what the office may choose
AuditEvent             审计记录
Account                账户: a person who may sign in
Attachment             附件: a scan or paper that hangs on a record; its bytes lie in the pool
=====================  ==========================================================
"""
