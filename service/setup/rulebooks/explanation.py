"""What a policy means, in sentences: clocks, the ladder, reviews, duties, and who hears of what."""

from collections.abc import Collection, Iterator
from typing import Any

from service.wording import word
from service.wording.above import blanks_of_above
from service.wording.texts import filled, wording, written
from workflows.policy import Policy
from workflows.policy.findings import EVENT_KINDS
from workflows.vocabulary import AUTHORITY_CLOCKS, Addressee, Move, Origin, Role, Severity


def explanation(policy: Policy, language: str) -> list[str]:
    """The policy in `zh` or `en`, a line for each rule."""
    return list(_Explanation(policy, language).lines())


class _Explanation:
    def __init__(self, policy: Policy, language: str) -> None:
        self._policy, self._language = policy, language

    def lines(self) -> Iterator[str]:
        title = self._policy.title.get(self._language, "")  # type: ignore[call-overload]  # zh and en are its keys
        yield self._say("title", version=self._policy.version, title=title)
        parts = (
            ("clocks", self._clocks()),
            ("ladder", self._ladder()),
            ("reviews", self._reviews()),
            ("duties", self._duties()),
            ("hears", self._hears()),
        )
        for head, lines in parts:
            yield from ("", self._say(head), *(f"  {line}" for line in lines))

    def _clocks(self) -> Iterator[str]:
        policy = self._policy
        yield self._say("receipt", days=self._days(policy.clocks.receipt))
        for clock in AUTHORITY_CLOCKS:
            days, who = getattr(policy.clocks, str(clock)), policy.behind.get(clock, ())  # type: ignore[call-overload]
            yield self._say(str(clock), days=self._days(days), who=self._who(who))
        for stage, named in enumerate(policy.breach, start=1):
            yield self._say("breach", stage=stage, who=self._say("breach_also", who=self._who(named)) if named else "")
        yield self._say("breach_last")
        for reminder in policy.reminders:
            yield self._say("reminder", days=reminder.working_days_before, at=f"{reminder.at:%H:%M}")
        if not policy.reminders:
            yield self._say("no_reminder")
        yield self._acknowledgements()

    def _acknowledgements(self) -> str:
        wanted = self._policy.acknowledgement
        if not wanted.wanted_from:
            return self._say("no_acknowledge")
        above = [
            f"{word(role, self._language)} → {word(one, self._language)}" for role, one in wanted.next_above.items()
        ]
        days = self._days(wanted.within_working_days)
        return self._say("acknowledge", who=self._who(wanted.wanted_from), days=days, above=self._listed(above))

    def _ladder(self) -> Iterator[str]:
        ladder, above = self._policy.ladder, self._who(self._policy.offices.above)
        for severity in Severity:
            days = ladder.leadership_after.of(severity)
            when = self._say("after", days=self._days(days)) if days else self._say("at_once")
            yield self._say("level_1", severity=word(severity, self._language), when=when)
        if ladder.report_without_opinion_after == "never":
            yield self._say("report_never", above=above)
        else:
            yield self._say("report", days=self._days(ladder.report_without_opinion_after), above=above)
            if ladder.warn_before_report:
                yield self._say("warn", days=self._days(ladder.warn_before_report))
        yield self._say("repeat", days=ladder.repeat_after_days)

    def _reviews(self) -> Iterator[str]:
        policy = self._policy
        for severity in Severity:
            count = policy.reviews.failures.of(severity)
            yield self._say("failures", severity=word(severity, self._language), count=count)
        yield self._say("partials", count=policy.reviews.partials)
        yield self._say("grace", days=self._days(policy.reviews.grace_working_days))
        longest = self._days(policy.extensions.longest_working_days)
        at_most = policy.extensions.at_most
        yield self._say("extensions", count=at_most, days=longest) if at_most else self._say("no_extensions")
        for severity in Severity:
            count, settlement = policy.evidence.submission.of(severity), policy.evidence.settlement
            of_severity = word(severity, self._language)
            yield self._say("evidence", severity=of_severity, count=count, settlement=settlement)

    def _duties(self) -> Iterator[str]:
        inspections, reports = self._policy.inspections, self._policy.reports
        yield self._say("feedback", days=self._days(inspections.feedback_working_days), every=inspections.every_days)
        names = self._say("weekdays").split()
        yield self._say(
            "reports_due",
            university=names[reports.university_weekday - 1],
            district=names[reports.district_weekday - 1],
            at=f"{reports.at:%H:%M}",
            days=self._days(reports.missing_after_working_days),
        )

    def _hears(self) -> Iterator[str]:
        """Each kind of event with who hears of it; by origin where that differs."""
        for kind in sorted(EVENT_KINDS, key=_order):
            by_origin = {origin: self._policy.heard_by(origin, kind) for origin in Origin}
            in_words = self._kind(kind)
            if len(set(by_origin.values())) == 1:
                if by_origin[Origin.CENTRE]:
                    yield self._say("hears_kind", kind=in_words, who=self._who(by_origin[Origin.CENTRE]))
                continue
            for origin, named in by_origin.items():
                of_origin = word(origin, self._language)
                yield self._say("hears_origin", kind=in_words, origin=of_origin, who=self._who(named))

    def _kind(self, kind: str) -> str:
        """What an alert of this kind is called."""
        move = Move(kind.partition(".")[0])
        label = wording("alerts").get(kind, {}).get(self._language, {}).get("label")
        blanks = blanks_of_above(self._policy.offices.above, self._language)
        return f"{filled(label, blanks) if label else word(move, self._language)} {kind}"

    def _who(self, named: Collection[Addressee | Role]) -> str:
        return self._listed([word(one, self._language) for one in named]) if named else self._say("none")

    def _listed(self, names: Collection[str]) -> str:
        return self._say("between").join(names) if names else self._say("none")

    def _days(self, days: int) -> str:
        return self._say("days", days=days) if days > 1 else self._say("day")

    def _say(self, key: str, **particulars: Any) -> str:
        return written("policy", key, self._language, **particulars)


def _order(kind: str) -> tuple[int, str]:
    return list(Move).index(Move(kind.partition(".")[0])), kind
