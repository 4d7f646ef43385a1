"""The files that the office of 明河市 writes: its organizations and people, its rounds, the holidays of a year."""

ORGANIZATIONS = """
[[organizations]]
kind = "centre"
name = "明河市招生考试中心"
[[organizations]]
kind = "bureau"
name = "明河市教育局"
[[organizations]]
kind = "committee"
name = "明河市招生考试委员会"
""" + "".join(
    f'[[organizations]]\nkind = "district"\nname = "{district}招考办"\nparent = "明河市招生考试中心"\n'
    f'[[organizations]]\nkind = "university"\nname = "{university}"\nparent = "{district}招考办"\n'
    for district, university in (("东城区", "明河理工学院"), ("云溪县", "云溪师范学院"), ("西城区", "明河医学院"))
)
WINTER = """
[round]
number = "2026-41"
title = "2026年明河市研究生招生考试安全督查"
starts_on = 2026-11-23
ends_on = 2027-01-31
exam_days = [2027-01-23, 2027-01-24]
"""
SECOND_EXAM = """
[round]
number = "2027-12"
title = "2027年明河市高职单招考试安全督查"
starts_on = 2027-04-12
ends_on = 2027-05-16
exam_days = [2027-05-15, 2027-05-16]
"""
LABOUR = """
[[teams]]
name = "督查组"
members = ["xu.heng", "lin.yue"]
""" + "".join(
    f'[[assignments]]\ndistrict = "{district}招考办"\nteam = "督查组"\nleader = "{{leader}}"\n'
    for district in ("东城区", "云溪县", "西城区")
)
HEADER = "用户名,姓名,职务,单位,邮箱,语言\n"
PEOPLE = (
    HEADER
    + """xu.heng,许衡,督查组组长,明河市招生考试中心,xu.heng@exam.example,zh
lin.yue,林悦,督查组成员,明河市招生考试中心,lin.yue@exam.example,zh
fang.qi,方齐,督查组组长,明河市招生考试中心,fang.qi@exam.example,zh
shen.an,沈安,包干责任领导,明河市招生考试中心,shen.an@exam.example,zh
gao.yuan,高远,包干责任领导,明河市招生考试中心,gao.yuan@exam.example,zh
gao.yuan,高远,领导班子,明河市招生考试中心,gao.yuan@exam.example,zh
tao.ran,陶然,领导班子,明河市招生考试中心,tao.ran＠exam.example,zh
dongcheng,孟宇,区县招考机构,东城区招考办,dongcheng@exam.example,zh
yunxi,顾平,区县招考机构,云溪县招考办,yunxi@exam.example,zh
xicheng,田野,区县招考机构,西城区招考办,xicheng@exam.example,zh
ligong,罗佳,高校,明河理工学院,ligong@exam.example,zh
shifan,白鹭,高校,云溪师范学院,shifan@exam.example,zh
yixue,程医,高校,明河医学院,yixue@exam.example,en
wei.zhou,卫舟,市教育局,明河市教育局,wei.zhou@exam.example,zh
yan.shu,严书,市招委,明河市招生考试委员会,yan.shu@exam.example,zh
,,,,,
"""
)
LATER_PEOPLE = (
    HEADER
    + """jiang.mu,江牧,督查组成员,明河市招生考试中心,jiang.mu@exam.example,zh
wang.gang,王　刚,督查组成员,明河市招生考试中心,wang.gang@exam.example,zh
lin.yue,林悦,督查组成员,明河市招生考试中心,lin.yue.new@exam.example,zh
"""
)
HOLIDAYS_OF_2027 = """
[years.2027]
source = "国务院办公厅关于2027年部分节假日安排的通知（示例）"
off = [
  2027-01-01, 2027-01-02, 2027-01-03,
  2027-02-05, 2027-02-06, 2027-02-07, 2027-02-08, 2027-02-09, 2027-02-10, 2027-02-11,
  2027-04-03, 2027-04-04, 2027-04-05, 2027-05-01, 2027-05-02, 2027-05-03, 2027-05-04, 2027-05-05,
  2027-06-09, 2027-09-15, 2027-10-01, 2027-10-02, 2027-10-03, 2027-10-04, 2027-10-05, 2027-10-06, 2027-10-07,
]
work = [2027-02-20, 2027-05-08]
"""
