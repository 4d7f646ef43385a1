"""What happens in each story: the instant, the move, the state and level then, and whoever is told."""

from tests.journeys.played_stories import Step

TEAM_1, TEAM_4 = "head-1 inspector-11 inspector-12", "head-4 inspector-41 inspector-42"
LEADERSHIP = "leadership-1 leadership-2 leadership-3"
JINSHUI, ZHENGDONG = "office-jinshui", "office-zhengdong"
COLLEAGUES, OTHER_LEADERS = "head-1 inspector-11", "leadership-1 leadership-3"  # of the one whose act it is
ABOVE = f"bureau committee {TEAM_4} leader-1 leadership-1 leadership-2 {ZHENGDONG}"
EVERYONE = f"bureau committee zhengdong-1 {TEAM_4} leader-1 {LEADERSHIP} {ZHENGDONG}"

STORIES: dict[str, list[Step]] = {
    "put_right_in_time": [
        ("04-20 10:12", "log.general", "found", 0, ""),
        ("04-20 15:30", "notify", "notified", 0, "jinshui-1"),
        ("04-21 09:05", "begin", "rectifying", 0, TEAM_1),
        ("04-27 09:00", "remind.deadline", "rectifying", 0, "jinshui-1"),
        ("04-28 16:20", "submit", "rectifying", 0, TEAM_1),
        ("04-29 10:40", "review_pass", "verified", 0, f"jinshui-1 {JINSHUI}"),
    ],
    "put_right_badly": [
        ("04-28 09:30", "log.general", "found", 0, ""),
        ("04-28 14:00", "notify", "notified", 0, "jinshui-2"),
        ("04-29 08:50", "begin", "rectifying", 0, TEAM_1),
        ("04-30 09:00", "remind.deadline", "rectifying", 0, "jinshui-2"),  # three working days before 8 May
        ("05-07 09:00", "remind.deadline", "rectifying", 0, "jinshui-2"),
        ("05-08 09:00", "remind.deadline", "rectifying", 0, "jinshui-2"),
        ("05-08 10:00", "submit", "rectifying", 0, TEAM_1),
        ("05-08 15:00", "review_fail", "rectifying", 0, f"jinshui-2 leader-1 {JINSHUI}"),
        ("05-09 09:00", "remind.deadline", "rectifying", 0, "jinshui-2"),  # the grace ends on the worked Saturday
        ("05-09 14:00", "submit", "rectifying", 0, TEAM_1),
        (
            "05-11 10:30",
            "review_fail",
            "escalated",
            1,
            f"jinshui-2 {COLLEAGUES} leader-1 {LEADERSHIP} {JINSHUI}",
        ),
        (
            "05-12 15:00",
            "opine",
            "escalated",
            2,
            f"bureau committee {TEAM_1} leader-1 {OTHER_LEADERS} {JINSHUI}",
        ),
        (
            "05-12 15:00",
            "set_anew",
            "rectifying",
            2,
            f"jinshui-2 bureau committee {TEAM_1} leader-1 {OTHER_LEADERS} {JINSHUI}",
        ),
        ("05-14 09:00", "remind.deadline", "rectifying", 2, "jinshui-2"),
        ("05-18 09:00", "remind.deadline", "rectifying", 2, "jinshui-2"),
        ("05-18 11:00", "submit", "rectifying", 2, TEAM_1),
        (
            "05-19 09:30",
            "review_pass",
            "verified",
            2,
            f"jinshui-2 bureau committee {COLLEAGUES} leader-1 {LEADERSHIP} {JINSHUI}",
        ),
    ],
    "nobody_touches": [
        ("04-22 09:40", "log.major", "found", 0, "zhengdong-1 leader-1"),
        ("04-22 11:20", "notify", "notified", 0, "zhengdong-1"),
        ("04-23 17:00", "deem_received", "notified", 0, f"zhengdong-1 {TEAM_4} {ZHENGDONG}"),
        ("04-24 09:00", "remind.deadline", "notified", 0, "zhengdong-1"),
        ("04-28 09:00", "remind.deadline", "notified", 0, "zhengdong-1"),
        ("04-29 09:00", "remind.deadline", "notified", 0, "zhengdong-1"),
        ("04-29 17:00", "expire", "overdue", 0, f"zhengdong-1 {TEAM_4} {ZHENGDONG}"),
        ("04-29 17:00", "escalate.1", "escalated", 1, f"zhengdong-1 {TEAM_4} leader-1 {LEADERSHIP} {ZHENGDONG}"),
        ("04-30 17:00", "breach.acknowledgement", "escalated", 1, LEADERSHIP),
        ("05-06 17:00", "remind.opinion", "escalated", 1, LEADERSHIP),  # 30 April, 6 May: two of three working days
        ("05-07 10:30", "opine", "escalated", 2, ABOVE),  # not the unit, nor leadership-3, whose act it is
        ("05-07 10:30", "set_anew", "rectifying", 2, EVERYONE.replace("leadership-3 ", "")),
        ("05-08 16:00", "reply", "rectifying", 2, f"leader-1 {LEADERSHIP}"),
        ("05-11 09:00", "remind.deadline", "rectifying", 2, "zhengdong-1"),
        ("05-13 09:00", "remind.deadline", "rectifying", 2, "zhengdong-1"),
        ("05-13 09:20", "submit", "rectifying", 2, TEAM_4),
        ("05-14 10:15", "review_pass", "verified", 2, EVERYONE.replace("inspector-41 ", "")),
    ],
    "more_time": [
        ("04-23 14:10", "log.general", "found", 0, ""),
        ("04-23 16:00", "notify", "notified", 0, "zhengdong-2"),
        ("04-24 10:00", "begin", "rectifying", 0, TEAM_4),  # six working days later it is 7 May
        ("04-29 09:00", "remind.deadline", "rectifying", 0, "zhengdong-2"),
        ("04-30 09:30", "ask_extension", "rectifying", 0, TEAM_4),
        ("05-06 09:00", "remind.deadline", "rectifying", 0, "zhengdong-2"),  # the clock runs on while it is asked for
        ("05-06 10:20", "grant_extension", "rectifying", 0, f"head-4 inspector-41 zhengdong-2 {ZHENGDONG}"),
        ("05-09 09:00", "remind.deadline", "rectifying", 0, "zhengdong-2"),  # three working days before 13 May
        ("05-12 09:00", "remind.deadline", "rectifying", 0, "zhengdong-2"),
        ("05-12 11:00", "submit", "rectifying", 0, TEAM_4),
        ("05-13 09:50", "review_pass", "verified", 0, f"zhengdong-2 {ZHENGDONG}"),
    ],
    "nobody_reviews": [
        ("04-27 10:00", "log.general", "found", 0, ""),
        ("04-27 15:00", "notify", "notified", 0, "zhongmu-1"),
        ("04-28 09:00", "begin", "rectifying", 0, TEAM_4),
        ("04-29 11:00", "submit", "rectifying", 0, TEAM_4),
        ("05-06 17:00", "breach.review", "rectifying", 0, TEAM_4),  # two working days with a holiday between
        ("05-07 17:00", "breach.review", "rectifying", 0, f"{TEAM_4} leader-3"),
        ("05-08 17:00", "breach.review", "rectifying", 0, f"{TEAM_4} leader-3 {LEADERSHIP}"),
        ("05-09 17:00", "breach.review", "rectifying", 0, f"{TEAM_4} leader-3 {LEADERSHIP}"),  # Saturday
        ("05-11 17:00", "breach.review", "rectifying", 0, f"{TEAM_4} leader-3 {LEADERSHIP}"),
        ("05-12 10:00", "review_pass", "verified", 0, "office-zhongmu zhongmu-1"),
    ],
}
