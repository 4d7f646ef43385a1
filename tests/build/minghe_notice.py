"""The notice of another city for another year: 明招考〔2027〕8号, with days as people write them and one doubt."""

from msgspec.structs import replace

from service.checklists.catalogues import Catalogue
from tests.build.notice_files import DISTRICTS, UNIVERSITIES, notice_file

CENTRE = "明河市招生考试中心"
NUMBER, DOCUMENT_NUMBER = "2027-8", "明招考〔2027〕8号"
EXAM_DAYS = ("2027-06-05", "2027-06-06")
HEADING = (
    "明河市招生考试中心文件",
    "明招考〔2027〕8 号",
    "明河市招生考试中心",
    "关于开展 2027 年专升本考试安全督查工作的通知",
    "各区县（市）招生考试机构，各有关高校：",
    "2027 年专升本考试定于 6 月 5 日（星期六）至 6 日（星期日）举行。现将考试安全督查工作有关要求通知如下：",
    "二、督查方式",
    "1.高校自查。各高校对照附件 1 认真自查，将自查情况形成书面报告于每周四下午 5 点前报考区招考机构。",
    "2.区县（市）招考机构将自查、督查情况形成书面报告于每周五 17:00 前报市招生考试中心。",
    "三、督查时间",
    "2027 年 3 月 29 日至 6 月 6 日。",
    "四、工作要求",
    "对逾期拒不整改或整改不到位的，向领导班子汇报，研究提出处理意见，并向市教育局、市招委报告。",
    "附件：1.专升本考试安全高校准备情况督查表2.专升本考试安全考区准备情况督查表3.督查工作具体分工",
    "2027 年 3 月 26 日",
)
LABOUR = (
    "2027 年明河市专升本考试安全督查工作具体分工",
    "一、市招考中心领导督查工作责任分工",
    "沈安：东城区、云溪县",
    "高远：西城区",
    "二、督查组具体分工",
    "第一组",
    "组长：许衡\t组员：林悦、江牧",
    "督查县区：东城区、云溪县",
    "第二组",
    "组长：方齐\t组员：王　刚",
    "督查县区：西城区",
)
# whose completion times these are: items of the shipped checklists, so that nothing else is in doubt
TIMES_OF_UNIVERSITIES = (
    "4月28日前",
    "4月28日前后",  # the doubt: it stops the loading until SETTLEMENT says when
    "2027年5月31日前",
    "考前一周",
    "考前三天",
    "长期坚持",
    "已完成",
    "即日起至考试结束",
)
TIMES_OF_DISTRICTS = ("4月30日前完成", "5月31日", "4月1日至4月28日", "考前一个月", "5月底", "考试前")
SETTLEMENT = "# 疑点答复\n1-2 = 2027-04-28\n"


def minghe_notice(
    *,
    heading: tuple[str, ...] = HEADING,
    labour: tuple[str, ...] = LABOUR,
    universities: tuple[str, ...] = TIMES_OF_UNIVERSITIES,
    districts: tuple[str, ...] = TIMES_OF_DISTRICTS,
) -> bytes:
    """The .docx; its one doubt stops the loading until it is settled by the lines of SETTLEMENT."""
    checklists = [_with_times(UNIVERSITIES, universities), _with_times(DISTRICTS, districts)]
    return notice_file(heading=heading, checklists=checklists, labour=labour)


def _with_times(catalogue: Catalogue, times: tuple[str, ...]) -> Catalogue:
    rows = zip(catalogue.rows, times, strict=False)
    return replace(
        catalogue,
        rows=tuple(
            replace(row, completion=words, question=str(row.question).replace("2021年", "2027年"))
            for row, words in rows
        ),
    )
