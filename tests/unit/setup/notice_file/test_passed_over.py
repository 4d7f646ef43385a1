"""What is read past in a notice is named, and nothing else."""

import docx
from docx.shared import Cm

from service.setup.notice_file.notice import PassedOver
from service.setup.notice_file.reading import read_notice
from tests.build.minghe_notice import HEADING, LABOUR, minghe_notice
from tests.build.notice_files import UNIVERSITIES as CATALOGUE
from tests.build.notice_files import Layout, add_checklist, fill, notice_file, saved


def test_a_notice_that_is_read_whole_leaves_nothing() -> None:
    assert read_notice(minghe_notice()).passed_over == ()
    assert read_notice(notice_file()).passed_over == ()


def test_a_sentence_with_a_time_of_which_nothing_was_read_is_named() -> None:
    heading = (*HEADING[:6], "请于4月2日前报送联络员名单。请高度重视。", *HEADING[6:])
    assert read_notice(minghe_notice(heading=heading)).passed_over == (
        PassedOver("sentence_passed", "正文", "请于4月2日前报送联络员名单"),
    )


def test_tables_annexes_columns_and_notes_are_named() -> None:
    document = docx.Document()
    for line in HEADING:
        document.add_paragraph(line)
    fill(document.add_table(rows=0, cols=2), ("联络员", "电话"))
    for line in ("附件 1", CATALOGUE.title, "填表说明：逐项填写。"):
        document.add_paragraph(line)
    add_checklist(document, CATALOGUE.rows[:3], Layout())
    table = document.tables[-1]
    for row, text in zip(table.rows, ("序号", "1", "2", "3"), strict=True):
        row.cells[0].text = row.cells[0].text or text
    table.add_column(Cm(2))
    for row, text in zip(table.rows, ("备注", "附照片", "", ""), strict=True):
        row.cells[-1].text = text
    for line in ("附件 2", *LABOUR, "附件 3", "联络员登记表", "姓名、电话"):
        document.add_paragraph(line)
    assert read_notice(saved(document)).passed_over == (
        PassedOver("table_passed", "正文", "联络员电话"),
        PassedOver("column_passed", "附件1", "备注"),
        PassedOver("note_passed", "附件1", "填表说明：逐项填写。"),
        PassedOver("annex_passed", "附件3", "联络员登记表"),
    )
