"""The words of the law: states, moves, roles and the sides that people are on towards a finding."""

from enum import StrEnum


class State(StrEnum):
    """Where a finding (问题) stands; there is no seventh state."""

    FOUND = "found"  # 已发现: logged, not yet notified to the unit
    NOTIFIED = "notified"  # 已通知: the rectification notice is out, not yet received by the unit
    RECTIFYING = "rectifying"  # 整改中: received, being put right, or awaiting review
    VERIFIED = "verified"  # 已销号: seen to be put right
    OVERDUE = "overdue"  # 已逾期: the deadline passed without a submission
    ESCALATED = "escalated"  # 已上报: before the leadership team or above


class Severity(StrEnum):
    """How dangerous a finding is."""

    GENERAL = "general"  # 一般问题
    MAJOR = "major"  # 重大安全隐患


class Origin(StrEnum):
    """Who logged a finding, which decides who oversees it (notice, part 2)."""

    CENTRE = "centre"  # 市招考中心督查
    DISTRICT = "district"  # 区县招考机构督查
    UNIT = "unit"  # 自查


class OrganizationKind(StrEnum):
    """What an organization (机构) is."""

    CENTRE = "centre"
    DISTRICT = "district"
    UNIVERSITY = "university"
    BUREAU = "bureau"
    COMMITTEE = "committee"


class Role(StrEnum):
    """What a person is to Duban; the clock acts as `system`."""

    INSPECTOR = "inspector"  # 督查组成员
    TEAM_HEAD = "team_head"  # 督查组组长
    DISTRICT = "district"  # 区县招考机构
    UNIVERSITY = "university"  # 高校
    LEADER = "leader"  # 包干责任领导
    LEADERSHIP = "leadership"  # 领导班子
    BUREAU = "bureau"  # 市教育局
    COMMITTEE = "committee"  # 市招委
    ADMIN = "admin"  # 管理员: settings, no power over findings
    SECURITY_ADMIN = "security_admin"  # 安全管理员: people, rights, passwords, tokens
    AUDITOR = "auditor"  # 审计管理员: reads the security log, and nothing else
    SYSTEM = "system"  # 时钟


UNIT_KINDS = (OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT)  # what a finding, sheet or report can be about
TEAM_ROLES = (Role.INSPECTOR, Role.TEAM_HEAD)
ASSIGNED_ROLES = (*TEAM_ROLES, Role.LEADER)  # to whom districts are assigned (包干分工)
CENTRE_ROLES = (*ASSIGNED_ROLES, Role.LEADERSHIP)
UNIT_ROLES = (Role.UNIVERSITY, Role.DISTRICT)
UPWARD_ROLES = (Role.BUREAU, Role.COMMITTEE)
ADMINISTRATORS = (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)  # 三权: nobody is two of them


class Side(StrEnum):
    """What an actor is towards one finding; the table of moves grants moves to sides."""

    CLOCK = "clock"
    UNIT = "unit"  # of the organization that the finding is against
    OVERSEER = "overseer"  # acts for the other side
    REVIEWER = "reviewer"  # may check a submission: the centre alone when major or escalated
    DECIDER = "decider"  # decides extensions
    WITHDRAWER = "withdrawer"  # an overseer who may withdraw a finding logged by mistake
    RESPONSIBLE_LEADER = "responsible_leader"
    LEADERSHIP = "leadership"
    UPWARD = "upward"  # education bureau or admission-exam committee
    ALERTED = "alerted"  # the person an alert was addressed to


class Move(StrEnum):
    """Everything that can happen to a finding."""

    LOG = "log"
    SETTLE = "settle"
    NOTIFY = "notify"
    BEGIN = "begin"
    SUBMIT = "submit"
    REVIEW_PASS = "review_pass"  # noqa: S105 - a move, not a password
    REVIEW_PARTIAL = "review_partial"
    REVIEW_FAIL = "review_fail"
    REFUSE = "refuse"
    EXPIRE = "expire"
    ESCALATE = "escalate"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    DENY_EXTENSION = "deny_extension"
    OPINE = "opine"
    SET_ANEW = "set_anew"
    REPLY = "reply"
    REOPEN = "reopen"
    VOID = "void"
    DEEM_RECEIVED = "deem_received"
    REMIND = "remind"
    BREACH = "breach"
    REPEAT = "repeat"
    RECOUNT = "recount"
    ACKNOWLEDGE = "acknowledge"


class Clock(StrEnum):
    """What a finding's timers wait for; the order decides which of two due at one instant runs first."""

    RECOUNT = "recount"  # a deadline that was counted before the year's holidays were known
    RECEIPT = "receipt"  # the unit's receipt of the notice
    REMINDER = "reminder"  # reminders before the deadline
    DEADLINE = "deadline"  # the deadline itself
    NOTIFICATION = "notification"  # the overseer's notice of what was found
    REVIEW = "review"  # the reviewer's word on a submission
    DECISION = "decision"  # the decision on an extension that was asked for
    OPINION = "opinion"  # the leadership team's handling opinion
    LADDER = "ladder"  # the next level of escalation
    REPEAT = "repeat"  # the quiet repeat at the last level


class Addressee(StrEnum):
    """Who can hear of a step; resolved to people by the books."""

    UNIT = "unit"
    OVERSEER = "overseer"
    REVIEWER = "reviewer"
    DECIDER = "decider"
    TEAM = "team"
    DISTRICT = "district"
    RESPONSIBLE_LEADER = "responsible_leader"
    LEADERSHIP = "leadership"
    BUREAU = "bureau"
    COMMITTEE = "committee"
    TOLD = "told"  # everyone who was told that it had gone up


class Light(StrEnum):
    """The traffic light of lists, digests and reports."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Holiday(StrEnum):
    """The public holidays (法定节假日)."""

    NEW_YEAR = "new_year"  # 元旦
    SPRING_FESTIVAL = "spring_festival"  # 春节
    QINGMING = "qingming"  # 清明节
    LABOUR = "labour"  # 劳动节
    DRAGON_BOAT = "dragon_boat"  # 端午节
    MID_AUTUMN = "mid_autumn"  # 中秋节
    NATIONAL = "national"  # 国庆节
    NATIONAL_AND_MID_AUTUMN = "national_and_mid_autumn"  # 中秋节、国庆节, in years in which they meet


class Measure(StrEnum):
    """What a handling opinion (处理意见) orders."""

    TALK = "talk"  # 约谈
    CIRCULAR = "circular"  # 通报
    SUPERVISED = "supervised"  # 挂牌督办
    ACCOUNTABILITY = "accountability"  # 追责
    OTHER = "other"


class Outcome(StrEnum):
    """What a review (复查) found."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    PARTIAL = "partial"
    FAIL = "fail"


class InspectionKind(StrEnum):
    """Whether a sheet is filled in by somebody who inspects, or by the unit itself (notice, part 2)."""

    INSPECTION = "inspection"  # 督查
    SELF_CHECK = "self_check"  # 自查


class Method(StrEnum):
    """How an inspection looks (notice, part 2, paragraph 3)."""

    HEARING = "hearing"  # 听取汇报
    DOCUMENTS = "documents"  # 查阅资料
    ON_SITE = "on_site"  # 实地查看


class Answer(StrEnum):
    """What a sheet says of one checklist item (落实情况)."""

    IN_PLACE = "in_place"  # 已落实
    NOT_IN_PLACE = "not_in_place"  # 未落实
    NOT_APPLICABLE = "not_applicable"  # 不适用
    NOT_SEEN = "not_seen"  # 未查看


class ReportState(StrEnum):
    """How it stands with one weekly report (周报)."""

    OWED = "owed"  # 待报: its deadline lies ahead
    SUBMITTED = "submitted"  # 已报, in time or late
    LATE = "late"  # 逾期未报: the deadline passed
    MISSING = "missing"  # 缺报: a working day later it still was not there


class Readiness(StrEnum):
    """How it stands with one checklist item at one unit."""

    IN_PLACE = "in_place"  # 已落实
    NOT_IN_PLACE = "not_in_place"  # 未落实
    NOT_APPLICABLE = "not_applicable"  # 不适用
    NOT_SEEN = "not_seen"  # 未查看: nobody has confirmed it, and its time has not come
    LATE = "late"  # 到期未确认


class Coverage(StrEnum):
    """Whether a unit was inspected of late."""

    INSPECTED = "inspected"  # 本期已督查
    NOT_INSPECTED = "not_inspected"  # 本期未督查: longer ago than the policy allows
    NEVER = "never"  # 从未督查


class CampaignCode(StrEnum):
    """The five special campaigns (五个专项行动) of the notice, part 2."""

    CHEATING_DEVICES = "cheating_devices"  # 打击销售作弊器材
    ONLINE_ENVIRONMENT = "online_environment"  # 净化涉考网络环境
    SURROUNDINGS = "surroundings"  # 净化考点周边环境
    IMPERSONATION = "impersonation"  # 打击替考作弊
    TRAINING_AGENCIES = "training_agencies"  # 清理整顿涉考培训机构


class ClosingOutcome(StrEnum):
    """What was decided of a finding that was still open when its round closed."""

    CARRIED_OVER = "carried_over"  # 转入下一轮次
    ENDED = "ended"  # 终结


class DocumentKind(StrEnum):
    """What can be put on paper (公文)."""

    RECTIFICATION_NOTICE = "rectification_notice"  # 限期整改通知书
    INSPECTION_FEEDBACK = "inspection_feedback"  # 督查反馈
    LEADERSHIP_REPORT = "leadership_report"  # 向领导班子的报告
    UPWARD_REPORT = "upward_report"  # 向市教育局、市招委的报告
    WEEKLY_REPORT = "weekly_report"  # 周报
    CAMPAIGN_SUMMARY = "campaign_summary"  # 专项行动情况
    CLOSE_OUT_SLIP = "close_out_slip"  # 销号单
    LEDGER = "ledger"  # 整改台账


class DocumentStatus(StrEnum):
    """How far a document is."""

    QUEUED = "queued"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


LAST_LEVEL = 2  # bureau and committee; 1 is the leadership team, 0 none
AUTHORITY_CLOCKS = (Clock.NOTIFICATION, Clock.REVIEW, Clock.DECISION, Clock.OPINION)
