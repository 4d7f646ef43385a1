"""What the shipped Word templates say: styles and sentences, with the fields that are filled in.

Sentences are an office's own affair: it edits a copy of the Word file. These are what it begins with.
A list of blocks for each kind: (style, text), or a table (headings, widths in mm, loop, cells).
"""

from dataclasses import dataclass

HEADER, NUMBER, TITLE, ADDRESSEE, BODY = "发文机关", "发文字号", "公文标题", "主送机关", "公文正文"
HEADING, SUBHEADING, CLOSING, SEAL, SENDER = "一级标题", "二级标题", "结语", "盖章处", "发文机关署名"
DATE, ATTACHED, ATTACHMENT, PHOTO, CAPTION = "成文日期", "附件说明", "附件", "照片", "照片说明"
HEAD, CELL, FIGURE, IMPRINT, ANCHOR = "表头文字", "表内文字", "表内居中", "版记", "版记定位"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: a head that repeats on every page, and a row for each of what `loop` names (none: the cells alone)."""

    head: tuple[str, ...]
    widths: tuple[int, ...]  # mm; together 156, the width of the page's text
    cells: tuple[tuple[str, ...], ...]
    loop: str | None = None  # such as «f in findings»
    centred: tuple[int, ...] = ()  # columns
    whole: tuple[str, ...] | None = None  # the rows, by their first cell, that no page tears apart; none: all


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记 at the foot of the last page: to whom copies go, if to anybody, and who printed it when."""

    copies: str
    printed: str


Block = tuple[str, str] | Grid | Imprint

_PHOTOS_NAMED: tuple[Block, ...] = (
    (ATTACHED, "{%p if photos %}"),
    (ATTACHED, "附件：现场照片"),
    (ATTACHED, "{%p endif %}"),
)
_PHOTOS: tuple[Block, ...] = (
    (ATTACHMENT, "{%p if photos %}"),
    (ATTACHMENT, "附件"),
    (TITLE, "现场照片"),
    (PHOTO, "{%p for photo in photos %}"),
    (PHOTO, "{{ photo.picture }}"),
    (CAPTION, "{{ photo.caption }}"),
    (PHOTO, "{%p endfor %}"),
    (ATTACHMENT, "{%p endif %}"),
)
_ROUND = "《{{ round.title }}》{% if round.document_number %}（{{ round.document_number }}）{% endif %}"
_UNDER = f"根据{_ROUND}要求，"
_FOUND = (
    "督查发现，{{ unit }}存在以下问题（编号{{ finding.number }}，性质为{{ finding.severity }}）：{{ finding.problem }}"
)
_STANDING: tuple[Block, ...] = (
    (BODY, "{%p for line in standing %}"),
    (BODY, "{{ line }}"),
    (BODY, "{%p endfor %}"),
)
_IMPRINT = Imprint("抄送：{{ copies }}。", "{{ office }}\t{{ date }}印发")
_SIGNED: tuple[Block, ...] = ((SEAL, ""), (SEAL, ""), (SENDER, "{{ office }}"), (DATE, "{{ date }}"))
_HEAD: tuple[Block, ...] = ((HEADER, "{{ office }}"), (NUMBER, "{{ number }}"))
_HEAD_UPWARD: tuple[Block, ...] = ((HEADER, "{{ office }}"), (NUMBER, "　{{ number }}\t签发人：　　　　　"))
_FINDINGS = Grid(
    ("序号", "问题编号", "存在问题", "整改要求", "整改期限"),
    (12, 30, 45, 39, 30),
    (("{{ loop.index }}", "{{ f.number }}", "{{ f.problem }}", "{{ f.requirement }}", "{{ f.deadline }}"),),
    "f in findings",
    (0, 1, 4),
)

SENTENCES: dict[str, tuple[Block, ...]] = {
    "rectification_notice": (
        *_HEAD,
        (TITLE, "限期整改通知书"),
        (ADDRESSEE, "{{ unit }}："),
        (
            BODY,
            _UNDER + "{{ by }}对你单位考试安全工作进行了检查，发现以下问题。现予通知，请限期整改。",
        ),
        (HEADING, "一、存在问题和整改要求"),
        _FINDINGS,
        (HEADING, "二、有关事项"),
        (BODY, "（一）请自收到本通知书之日起{{ receipt_days }}个工作日内签收；逾期未签收的，视为已经签收。"),
        (
            BODY,
            "（二）请逐项明确整改措施和责任人，在整改期限内整改到位，并提交整改情况和佐证材料，由{{ by }}复查销号。",
        ),
        (BODY, "（三）确因客观原因不能按期完成的，请在期限届满前说明理由，申请延期。"),
        (CLOSING, "（四）逾期拒不整改或者整改不到位的，将逐级报告，研究提出处理意见。"),
        *_PHOTOS_NAMED,
        *_SIGNED,
        *_PHOTOS,
        _IMPRINT,
    ),
    "inspection_feedback": (
        *_HEAD,
        (TITLE, "督查反馈意见"),
        (ADDRESSEE, "{{ unit }}："),
        (
            BODY,
            _UNDER
            + "{{ by }}于{{ inspected_on }}对你单位考试安全准备情况进行了督查{% if methods %}，采取的方式为{{ methods }}{% endif %}{% if rooms %}，查看了{{ rooms }}{% endif %}。现将有关情况反馈如下：",
        ),
        (HEADING, "一、总体情况"),
        (
            BODY,
            "{{ checklist }}共有督查内容{{ counts.total }}项，其中已落实{{ counts.in_place }}项，未落实{{ counts.not_in_place }}项，不适用{{ counts.not_applicable }}项，未查看{{ counts.not_seen }}项。",
        ),
        (BODY, "{%p if summary %}"),
        (BODY, "{{ summary }}"),
        (BODY, "{%p endif %}"),
        Grid(
            ("督查项目", "已落实", "未落实", "不适用", "未查看"),
            (60, 24, 24, 24, 24),
            (
                (
                    "{{ c.category }}",
                    "{{ c.in_place }}",
                    "{{ c.not_in_place }}",
                    "{{ c.not_applicable }}",
                    "{{ c.not_seen }}",
                ),
            ),
            "c in categories",
            (1, 2, 3, 4),
        ),
        (HEADING, "二、发现的问题"),
        (BODY, "{%p if not findings %}"),
        (CLOSING, "本次督查未发现问题。请继续落实考试安全工作要求，及时消除隐患。"),
        (BODY, "{%p else %}"),
        _FINDINGS,
        (
            CLOSING,
            "{% if notice %}整改要求和期限以《限期整改通知书》（{{ notice }}）为准，请按期整改到位。{% else %}请按上述要求按期整改到位。{% endif %}",
        ),
        (BODY, "{%p endif %}"),
        *_PHOTOS_NAMED,
        *_SIGNED,
        *_PHOTOS,
        _IMPRINT,
    ),
    "leadership_report": (
        *_HEAD_UPWARD,
        (TITLE, "关于{{ unit }}{{ finding.number }}号问题整改情况的报告"),
        (ADDRESSEE, "{{ addressee }}："),
        (BODY, _UNDER + "现将{{ unit }}有关问题的整改情况报告如下："),
        (HEADING, "一、问题基本情况"),
        (BODY, _FOUND),
        (BODY, "{%p if finding.requirement != '——' %}"),
        (BODY, "对该问题提出的整改要求是：{{ finding.requirement }}"),
        (BODY, "{%p endif %}"),
        (BODY, "{%p if leader != '——' %}"),
        (BODY, "该问题的{{ leader_called }}为{{ leader }}同志。"),
        (BODY, "{%p endif %}"),
        (HEADING, "二、督办经过"),
        Grid(
            ("时间", "事项", "办理"),
            (56, 72, 28),
            (("{{ s.at }}", "{{ s.what }}{% if s.why %}：{{ s.why }}{% endif %}", "{{ s.who }}"),),
            "s in steps",
            (2,),
        ),
        (HEADING, "三、目前情况"),
        *_STANDING,
        (BODY, "{%p if why %}"),
        (BODY, "{{ why }}"),
        (BODY, "{%p endif %}"),
        (CLOSING, "{{ closing }}"),
        *_SIGNED,
        _IMPRINT,
    ),
    "upward_report": (
        *_HEAD_UPWARD,
        (TITLE, "关于{{ unit }}考试安全问题处理意见的报告"),
        (ADDRESSEE, "{{ addressees }}："),
        (BODY, _UNDER + "现将{{ unit }}有关问题的情况和处理意见报告如下："),
        (HEADING, "一、问题基本情况"),
        (BODY, _FOUND),
        (HEADING, "二、督办经过"),
        Grid(
            ("时间", "事项"),
            (56, 100),
            (("{{ s.at }}", "{{ s.what }}{% if s.why %}：{{ s.why }}{% endif %}"),),
            "s in steps",
        ),
        (HEADING, "三、处理意见"),
        (
            BODY,
            "{% if opinion.given_on %}{{ opinion.given_on }}，{% endif %}经研究，决定对该问题作如下处理（处理方式为{{ opinion.measure }}）：",
        ),
        (BODY, "{{ opinion.text }}"),
        (BODY, "{%p if opinion.new_deadline %}"),
        (BODY, "重新确定的整改期限为{{ opinion.new_deadline }}。"),
        (BODY, "{%p endif %}"),
        (HEADING, "四、目前情况"),
        *_STANDING,
        (CLOSING, "特此报告。"),
        *_SIGNED,
        _IMPRINT,
    ),
    "weekly_report": (
        (HEADER, "{{ unit }}"),
        (NUMBER, "　（第{{ week }}期）\t签发人：　　　　　"),
        (TITLE, "{{ unit }}考试安全工作周报"),
        (ADDRESSEE, "{{ recipient }}："),
        (BODY, _UNDER + "现将{{ period }}考试安全工作情况报告如下："),
        (HEADING, "一、问题整改情况"),
        (BODY, "{{ overview }}"),
        Grid(
            ("督查项目", "新增", "已通知", "已销号", "逾期", "上报", "结转", "期末在办"),
            (40, 16, 16, 16, 16, 16, 16, 20),
            (
                (
                    *("{{ c.category }}", "{{ c.new }}", "{{ c.notified }}", "{{ c.put_right }}", "{{ c.overdue }}"),
                    *("{{ c.escalated }}", "{{ c.carried_over }}", "{{ c.open }}"),
                ),
            ),
            "c in categories",
            (1, 2, 3, 4, 5, 6, 7),
        ),
        (BODY, "{%p for s in sections %}"),
        (HEADING, "{{ s.heading }}"),
        (BODY, "{%p for line in s.lines %}"),
        (BODY, "{{ line }}"),
        (BODY, "{%p endfor %}"),
        (BODY, "{%p endfor %}"),
        (CLOSING, "特此报告。"),
        (SEAL, ""),
        (SEAL, ""),
        (SENDER, "{{ unit }}"),
        (DATE, "{{ date }}"),
        _IMPRINT,
    ),
    "campaign_summary": (
        *_HEAD_UPWARD,
        (TITLE, "关于开展“五个专项行动”情况的报告"),
        (ADDRESSEE, "{{ recipient }}："),
        (BODY, _UNDER + "我办协调有关部门开展“五个专项行动”。截至{{ date }}，有关情况报告如下："),
        (BODY, "{%p for c in campaigns %}"),
        (HEADING, "{{ c.heading }}"),
        (BODY, "{{ c.overview }}"),
        (BODY, "{%p for a in c.actions %}"),
        (BODY, "{{ a }}"),
        (BODY, "{%p endfor %}"),
        (BODY, "{%p endfor %}"),
        (CLOSING, "特此报告。"),
        *_SIGNED,
        _IMPRINT,
    ),
    "close_out_slip": (
        (TITLE, "问题整改销号单"),
        Grid(
            (),
            (34, 122),
            (
                ("问题编号", "{{ finding.number }}"),
                ("责任单位", "{{ unit }}"),
                ("督查项目", "{{ finding.item }}"),
                ("问题性质", "{{ finding.severity }}"),
                ("存在问题", "{{ finding.problem }}"),
                ("整改要求", "{{ finding.requirement }}"),
                ("整改期限", "{{ finding.deadline }}"),
                ("整改措施", "{{ measures }}"),
                ("佐证材料", "{{ evidence }}"),
                ("复查意见", "{{ comment }}"),
                ("复查人员", "{{ reviewer }}"),
                ("销号时间", "{{ verified_at }}"),
                ("责任单位\n（盖章）", "{{ unit }}\n\n\n　　　　　　　　　年　　月　　日"),
                ("复查单位\n（盖章）", "{{ office }}\n\n\n　　　　　　　　　年　　月　　日"),
            ),
            centred=(0,),
            whole=("责任单位\n（盖章）", "复查单位\n（盖章）"),
        ),
    ),
}
