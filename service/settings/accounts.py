"""What an office demands of accounts: how long a sign-in holds, and which passwords are taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from service.settings.values import bad, number
from workflows.vocabulary import Role

ACCOUNT_NAMES = (
    "DUBAN_PASSWORD_PROFILE",
    "DUBAN_SECOND_FACTOR_ROLES",
    "DUBAN_SEPARATE_ADMINISTRATION",
    "DUBAN_SIGN_IN_HOURS",
    "DUBAN_SIGN_IN_IDLE_MINUTES",
)
NOBODY = "none"
LONGEST_HOURS, LONGEST_IDLE, SHORTEST_IDLE = 24 * 31, 24 * 60, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRules:
    """What a password must be, and how often one may be wrong; the defaults are the profile `asvs5`.

    OWASP ASVS 5.0, 6.2: length counts, not a mixture of kinds of characters, and no change by the calendar.
    """

    shortest: int = 12  # characters; ASVS asks for 8, and recommends 15
    kinds: int = 1  # of capitals, small letters, digits and others, so many at least
    holds_for: timedelta | None = None  # then it must be changed; none: until somebody else may know it
    former: int = 0  # so many earlier ones are not taken again
    wrong_tries: str = "10 per 15 minutes"  # at one user name from one address, and at one's own


PASSWORD_PROFILES: Mapping[str, PasswordRules] = {
    "asvs5": PasswordRules(),
    # 等保 (GB/T 22239-2019, 身份鉴别): 复杂度、定期更换、登录失败处理, in the figures that reviewers ask for
    "djbh": PasswordRules(shortest=10, kinds=3, holds_for=timedelta(days=90), former=5, wrong_tries="5 per 30 minutes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRules:
    """The rules of accounts; the defaults are what an office of ordinary needs has."""

    sign_in_holds: timedelta = timedelta(hours=12)  # a working day, however busy it is
    idle_after: timedelta = timedelta(hours=1)  # without a call; a page that polls calls
    passwords: PasswordRules = field(default_factory=PasswordRules)
    second_factor_roles: frozenset[Role] = frozenset()  # that may do nothing without a second factor
    separate_administration: bool = False  # 三权分立: `admin` does not the work of the other two


def account_rules(environ: Mapping[str, str]) -> AccountRules:
    """Read the rules of accounts; raises BadSettings."""
    hours = _within("DUBAN_SIGN_IN_HOURS", environ, usual=12, least=1, most=LONGEST_HOURS)
    minutes = _within("DUBAN_SIGN_IN_IDLE_MINUTES", environ, usual=60, least=SHORTEST_IDLE, most=LONGEST_IDLE)
    return AccountRules(
        sign_in_holds=timedelta(hours=hours),
        idle_after=timedelta(minutes=minutes),
        passwords=_passwords(environ),
        second_factor_roles=_roles(environ),
        separate_administration=_switch("DUBAN_SEPARATE_ADMINISTRATION", environ),
    )


def _passwords(environ: Mapping[str, str]) -> PasswordRules:
    name = "DUBAN_PASSWORD_PROFILE"
    profile = environ.get(name, "asvs5").strip()
    if profile not in PASSWORD_PROFILES:
        bad(name, f"没有 {profile}，请写 asvs5 或 djbh（等保）", f"there is no {profile}; write asvs5 or djbh")
    return PASSWORD_PROFILES[profile]


def _roles(environ: Mapping[str, str]) -> frozenset[Role]:
    name = "DUBAN_SECOND_FACTOR_ROLES"
    known = {str(role) for role in Role if role is not Role.SYSTEM}
    words = {word.strip() for word in environ.get(name, NOBODY).split(",") if word.strip()} - {NOBODY}
    if words - known:
        listed, wrong = ", ".join(sorted(known)), ", ".join(sorted(words - known))
        bad(name, f"没有职务 {wrong}，请从这些中选：{listed}", f"there is no role {wrong}; choose of {listed}")
    return frozenset(map(Role, words))


def _switch(name: str, environ: Mapping[str, str]) -> bool:
    value = environ.get(name, "0").strip()
    if value not in ("0", "1"):
        bad(
            name,
            f"只能是 1（分设）或 0（不分设），不能是 {value}，请修改",
            f"is 1 (apart) or 0, not {value}; change it",
        )
    return value == "1"


def _within(name: str, environ: Mapping[str, str], *, usual: int, least: int, most: int) -> int:
    value = number(name, environ, usual)
    if not least <= value <= most:
        bad(name, f"须在 {least} 与 {most} 之间，请修改", f"must lie between {least} and {most}; change it")
    return value
