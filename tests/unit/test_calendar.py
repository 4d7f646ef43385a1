"""The working calendar: China's real years, the laws of counting, and a file that is wrong."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Calendar, CalendarError, load_calendar, shipped_calendar_text
from workflows.calendar_file import calendar_mistakes

CHINA = load_calendar(shipped_calendar_text())
ONE_DAY = timedelta(days=1)
PUBLISHED = range(2021, 2027)

# One year past either end of the plans, so that complete and incomplete years meet.
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
counts = st.integers(1, 300)

SMALL = """
version = "校历-1"
zone = "Asia/Shanghai"
opens = "09:00"
closes = "17:00"
[years.2021]
source = "国办发明电〔2020〕27号"
off = [2021-01-01]
work = [2021-02-07]
"""


def every_day(year: int) -> Iterator[date]:
    on = date(year, 1, 1)
    while on.year == year:
        yield on
        on += ONE_DAY


@pytest.mark.parametrize("year", PUBLISHED)
def test_every_day_of_a_published_year_agrees_with_the_holidays_library(year: int) -> None:
    library = holidays.country_holidays("CN", years=year)
    different = [on for on in every_day(year) if CHINA.is_working_day(on) != library.is_working_day(on)]
    assert different == []


def test_a_year_has_as_many_working_days_as_its_notice_leaves() -> None:
    worked = [sum(map(CHINA.is_working_day, every_day(year))) for year in PUBLISHED]
    assert worked == [250, 249, 249, 251, 248, 248]


@pytest.mark.parametrize(
    "on", [date(2021, 2, 7), date(2021, 2, 20), date(2021, 4, 25), date(2021, 5, 8), date(2021, 10, 9)]
)
def test_a_make_up_day_at_the_weekend_is_worked(on: date) -> None:
    assert on.weekday() >= 5
    assert CHINA.is_working_day(on)


@pytest.mark.parametrize("day", [1, 2, 3, 4, 5])
def test_labour_day_2021_is_five_days_off(day: int) -> None:
    assert not CHINA.is_working_day(date(2021, 5, day))


def test_an_ordinary_weekend_is_not_worked() -> None:
    assert not CHINA.is_working_day(date(2021, 6, 5))


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        (date(2021, 9, 30), 1, date(2021, 10, 8)),  # over National Day to the Friday
        (date(2021, 9, 30), 2, date(2021, 10, 9)),  # the make-up Saturday
        (date(2021, 9, 30), 3, date(2021, 10, 11)),
        (date(2021, 2, 5), 1, date(2021, 2, 7)),  # the make-up Sunday before Spring Festival
        (date(2021, 2, 10), 1, date(2021, 2, 18)),
        (date(2021, 2, 10), 3, date(2021, 2, 20)),
        (date(2021, 10, 3), 1, date(2021, 10, 8)),  # from within the holiday
        (date(2021, 12, 31), 1, date(2022, 1, 4)),  # over the year's end
        (date(2021, 3, 29), 1000, date(2025, 3, 31)),  # several years on
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # leap day
        (date(2024, 2, 29), 1, date(2024, 3, 1)),
        (date(2021, 10, 8), 0, date(2021, 10, 8)),  # worked: itself
        (date(2021, 10, 1), 0, date(2021, 10, 8)),
        (date(2028, 12, 31), 0, date(2029, 1, 1)),  # the year's last days are off, next year has no plan
    ],
)
def test_working_days_are_counted_forward(on: date, n: int, expected: date) -> None:
    assert CHINA.working_day_after(on, n) == expected


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        (date(2021, 10, 8), 1, date(2021, 9, 30)),
        (date(2021, 10, 11), 1, date(2021, 10, 9)),
        (date(2021, 10, 4), 1, date(2021, 9, 30)),
        (date(2022, 1, 4), 1, date(2021, 12, 31)),
        (date(2024, 3, 1), 1, date(2024, 2, 29)),
        (date(2025, 3, 31), 1000, date(2021, 3, 29)),
        (date(2021, 2, 20), 0, date(2021, 2, 20)),
        (date(2021, 2, 17), 0, date(2021, 2, 10)),
        (date(2022, 1, 1), 0, date(2021, 12, 31)),
    ],
)
def test_working_days_are_counted_backward(on: date, n: int, expected: date) -> None:
    assert CHINA.working_day_before(on, n) == expected


@given(days, counts)
def test_the_nth_working_day_after_has_n_minus_one_between(on: date, n: int) -> None:
    found = CHINA.working_day_after(on, n)
    between = sum(CHINA.is_working_day(on + ONE_DAY * k) for k in range(1, (found - on).days))
    assert CHINA.is_working_day(found)
    assert between == n - 1


@given(days, counts)
def test_the_nth_working_day_before_has_n_minus_one_between(on: date, n: int) -> None:
    found = CHINA.working_day_before(on, n)
    between = sum(CHINA.is_working_day(on - ONE_DAY * k) for k in range(1, (on - found).days))
    assert CHINA.is_working_day(found)
    assert between == n - 1


@given(days, counts)
def test_counting_forward_and_back_returns_to_the_same_working_day(on: date, n: int) -> None:
    start = CHINA.working_day_after(on, 0)
    assert CHINA.working_day_before(CHINA.working_day_after(start, n), n) == start


@given(days)
def test_zero_is_the_day_itself_exactly_when_it_is_worked(on: date) -> None:
    after, before = CHINA.working_day_after(on, 0), CHINA.working_day_before(on, 0)
    assert (after == on) == (before == on) == CHINA.is_working_day(on)
    if not CHINA.is_working_day(on):
        assert (after, before) == (CHINA.working_day_after(on, 1), CHINA.working_day_before(on, 1))


@given(days, days, counts)
def test_a_later_start_never_ends_earlier(one: date, other: date, n: int) -> None:
    first, second = sorted((one, other))
    assert CHINA.working_day_after(first, n) <= CHINA.working_day_after(second, n)
    assert CHINA.working_day_before(first, n) <= CHINA.working_day_before(second, n)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        CHINA.working_day_after(date(2021, 5, 6), -1)
    with pytest.raises(ValueError, match="0 or more"):
        CHINA.working_day_before(date(2021, 5, 6), -1)


def test_a_count_beyond_the_calendar_of_dates_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="year"):
        CHINA.working_day_after(date(9999, 12, 1), 300)
    with pytest.raises(ValueError, match="year"):
        CHINA.working_day_before(date(1, 1, 10), 300)


def test_a_year_without_a_plan_counts_monday_to_friday_and_says_so() -> None:
    national_day = date(2027, 10, 1)
    assert CHINA.is_working_day(national_day)
    assert not CHINA.is_working_day(date(2027, 10, 9))
    assert not CHINA.is_complete(national_day)
    assert CHINA.is_complete(date(2026, 12, 31))


def test_missing_years_are_named() -> None:
    assert CHINA.missing_years(date(2020, 12, 31), date(2028, 1, 1)) == [2020, 2027, 2028]
    assert CHINA.missing_years(date(2021, 3, 29), date(2021, 6, 6)) == []


def test_business_opens_at_nine_and_closes_at_five_in_zhengzhou() -> None:
    assert CHINA.opening(date(2021, 6, 4)) == datetime(2021, 6, 4, 1, tzinfo=UTC)
    assert CHINA.closing(date(2021, 6, 4)) == datetime(2021, 6, 4, 9, tzinfo=UTC)
    assert CHINA.closing(date(2021, 6, 4)).tzinfo is UTC


def test_the_local_day_begins_at_sixteen_hours_utc() -> None:
    assert CHINA.local_date(datetime(2021, 6, 3, 15, 59, 59, tzinfo=UTC)) == date(2021, 6, 3)
    assert CHINA.local_date(datetime(2021, 6, 3, 16, tzinfo=UTC)) == date(2021, 6, 4)
    new_york = timezone(timedelta(hours=-4))
    assert CHINA.local_date(datetime(2021, 12, 31, 12, tzinfo=new_york)) == date(2022, 1, 1)


def test_an_instant_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="no zone"):
        CHINA.local_date(datetime(2021, 6, 4, 17))  # noqa: DTZ001 — the mistake itself


def test_a_local_time_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="must not carry a zone"):
        CHINA.instant(date(2021, 6, 4), time(9, tzinfo=UTC))


def test_an_instant_is_not_taken_for_a_day() -> None:
    instant = datetime(2021, 6, 4, 17, tzinfo=UTC)
    asked = (
        lambda: CHINA.is_working_day(instant),
        lambda: CHINA.working_day_after(instant, 1),
        lambda: CHINA.working_day_before(instant, 1),
        lambda: CHINA.opening(instant),
        lambda: CHINA.closing(instant),
    )
    for ask in asked:
        with pytest.raises(TypeError):
            ask()


def test_a_calendar_is_hashed_by_identity_and_cannot_be_changed() -> None:
    again = load_calendar(shipped_calendar_text())
    assert len({CHINA, CHINA, again}) == 2
    assert again.version == CHINA.version == "china-2026.1"
    with pytest.raises(AttributeError):
        CHINA.version = "china-2026.2"  # type: ignore[misc]  # the mistake itself


def test_an_office_may_keep_its_own_hours_and_days() -> None:
    own: Calendar = load_calendar(SMALL.replace("17:00", "18:30"))
    assert own.closing(date(2021, 1, 4)) == datetime(2021, 1, 4, 10, 30, tzinfo=UTC)
    assert own.working_day_after(date(2020, 12, 31), 1) == date(2021, 1, 4)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('version = "校历-1"', "version = ", "is no valid TOML"),
        ("off = [2021-01-01]", "off = [2021-02-30]", "is no valid TOML"),
        ('version = "校历-1"', "", "lacks version"),
        ('version = "校历-1"', 'version = " "', "version: must be a text in quotes, not empty"),
        ('version = "校历-1"', "version = 1", "version: must be a text"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Zhengzhou"', "'Asia/Zhengzhou' is no zone"),
        ('zone = "Asia/Shanghai"', 'zone = "../Shanghai"', "is no zone"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia"', "is no zone"),
        ('opens = "09:00"', 'opens = "nine"', "'nine' must be hours:minutes"),
        ('opens = "09:00"', "opens = 09:00:00", "opens: must be a text in quotes"),
        ('closes = "17:00"', 'closes = "09:00"', "closes: must be later than opens"),
        ('closes = "17:00"', 'closes = "17:00"\nlunch = "12:00"', "knows no lunch"),
        ("[years.2021]", "[years.21]", "must be a year of four digits"),
        ("[years.2021]", "[years.0000]", "must be a year of four digits"),
        ("[years.2021]", '[years."２０２１"]', "must be a year of four digits"),
        ("[years.2021]", "[years]\n2022 = true\n[years.2021]", "years.2022: must be a table"),
        ("off = [2021-01-01]", "", "years.2021.off: lacks off"),
        ("off = [2021-01-01]", "off = [2021-01-01]\nhalf = []", "years.2021.half: knows no half"),
        ("off = [2021-01-01]", "off = 2021-01-01", "years.2021.off: must be a list of dates"),
        ("off = [2021-01-01]", 'off = ["2021-01-01"]', "must be a date without quotes"),
        ("off = [2021-01-01]", "off = [2021-01-01T00:00:00]", "must be a date without quotes"),
        ("off = [2021-01-01]", "off = [2022-01-01]", "2022-01-01 belongs under years.2022"),
        ("off = [2021-01-01]", "off = [2021-01-01, 2021-01-01]", "stands there twice"),
        ("off = [2021-01-01]", "off = [2021-02-07]", "2021-02-07 cannot be both off and work"),
        ("work = [2021-02-07]", "work = [2021-02-08]", "2021-02-08 is no Saturday or Sunday"),
        ('source = "国办发明电〔2020〕27号"', "", "years.2021.source: lacks source"),
        ('source = "国办发明电〔2020〕27号"', 'source = ""', "years.2021.source: must be a text"),
    ],
)
def test_a_wrong_calendar_file_is_refused_with_a_sentence(old: str, new: str, sentence: str) -> None:
    assert old in SMALL
    with pytest.raises(CalendarError) as refused:
        load_calendar(SMALL.replace(old, new))
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("日历文件有误 / the calendar file is wrong:\n")


def test_all_mistakes_of_a_calendar_file_are_named_at_once_with_their_lines() -> None:
    text = SMALL.replace("17:00", "5 pm").replace("off = [2021-01-01]", "off = [2021-01-01, 2022-01-01]\nof = []")
    lines = {one.line: one.en for one in calendar_mistakes(text)}
    numbered = dict(enumerate(text.splitlines(), 1))
    assert {numbered[line or 0].partition(" ")[0] for line in lines} == {"closes", "off", "of"}
    assert "did you mean off?" in " ".join(lines.values())


def test_years_that_are_no_table_are_refused() -> None:
    text = 'version = "1"\nzone = "Asia/Shanghai"\nopens = "09:00"\ncloses = "17:00"\nyears = [2021]'
    with pytest.raises(CalendarError, match="one table for each year"):
        load_calendar(text)
