"""The words of the law: states, moves, roles and the parts that people play towards a finding."""

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
    SYSTEM = "system"  # 时钟


class Part(StrEnum):
    """What an actor is towards one finding; the table of moves grants moves to parts."""

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
    ACKNOWLEDGE = "acknowledge"


class Clock(StrEnum):
    """What a finding's timers wait for; the order decides which of two due at one instant runs first."""

    RECEIPT = "receipt"  # the unit's receipt of the notice
    REMINDER = "reminder"  # reminders before the deadline
    DEADLINE = "deadline"  # the deadline itself
    NOTIFICATION = "notification"  # the overseer's notice of what was found
    REVIEW = "review"  # the reviewer's word on a submission
    DECISION = "decision"  # the decision on an extension that was asked for
    OPINION = "opinion"  # the leadership team's handling opinion
    LADDER = "ladder"  # the next level of escalation
    REPEAT = "repeat"  # the quiet repeat at the last level


class Hearer(StrEnum):
    """Who can be told of a step; resolved to people by the books."""

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


LAST_LEVEL = 2  # bureau and committee; 1 is the leadership team, 0 none
