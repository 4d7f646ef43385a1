"""Capture on a phone: by touch, by search, without a script, with a photograph as phones take them."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.browser.capturing import NEW, at_capture, fill, in_books, opened, save
from tests.browser.geometry import lies_badly
from tests.browser.stage import PHONE, Stage
from tests.worlds.people import UNIVERSITY

ROTATED = 6  # EXIF: the camera was turned


def test_a_finding_is_logged_by_touch_and_the_next_one_has_the_same_unit(stage: Stage) -> None:
    _, page = at_capture(stage)
    assert lies_badly(page, touched=True) == []
    fill(page, "消防通道堆放杂物", photos=1)
    page.get_by_text("同时下发限期整改通知书").click()
    page.locator("[name=requirement]").fill("立即清理")
    page.get_by_label("5 个工作日").check()
    save(page)
    page.wait_for_url("**/logged")
    (finding,) = in_books(stage, "消防通道堆放杂物")
    assert finding["number"] in page.title()
    assert (finding["state"], len(finding["evidence"])) == ("notified", 1)
    assert lies_badly(page, touched=True) == []
    page.get_by_text("再记一条（同一单位）").click()
    assert page.locator("[name=organization_id]:checked").input_value() == stage.world.ids.university_id


def test_search_finds_by_letters_words_and_numbers_and_enter_sends_nothing(stage: Stage) -> None:
    _, page = at_capture(stage)
    units = page.locator("label:has([name=organization_id])")
    page.get_by_label("搜索单位").fill("龙湖")
    assert units.locator("visible=true").all_inner_texts() == [UNIVERSITY]
    page.get_by_label("搜索督查内容").fill("1-12")
    page.get_by_label("搜索督查内容").press("Enter")
    assert page.locator("[name=checklist_item_id]:checked").input_value() == stage.world.ids.checklist_item_id
    assert page.url.endswith(NEW)


def test_the_form_works_without_a_script(stage: Stage) -> None:
    seat = stage.seat("inspector", size=PHONE, scripts=False)
    page = seat.open(NEW)
    page.get_by_label(UNIVERSITY).check()
    page.locator("[name=summary]").fill("应急照明不亮")
    page.locator("[name=severity][value=major]").check()
    page.locator("[name=evidence_ids][multiple]").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": jpeg((640, 480))}
    )
    save(page)
    page.wait_for_url("**/logged")
    (finding,) = in_books(stage, "应急照明不亮")
    assert (finding["severity"], len(finding["evidence"])) == ("major", 1)


def test_a_large_photograph_that_lies_on_its_side_is_sent_small_and_upright(stage: Stage, tmp_path: Path) -> None:
    taken = tmp_path / "IMG_1.JPG"
    taken.write_bytes(jpeg((4000, 3000), orientation=ROTATED))
    assert taken.stat().st_size > 7_000_000
    _, page = at_capture(stage)
    fill(page, "封条编号无法辨认")
    page.locator("[name=evidence_ids][capture]").set_input_files(taken)
    page.locator("[data-photos] img").wait_for()
    save(page)
    page.wait_for_url("**/logged")
    (finding,) = in_books(stage, "封条编号无法辨认")
    (piece,) = finding["evidence"]
    assert piece["size"] <= 700_000
    sent = Image.open(BytesIO(stage.world["inspector"].call("GET", f"/evidence/{piece['id']}").data))
    assert (sent.size, sent.getexif().get(0x0112, 1)) == ((1536, 2048), 1)
    top, bottom = (sent.getpixel((768, row)) for row in (100, 1900))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > bottom[0] + 60  # what was red on the left is above


def jpeg(size: tuple[int, int], *, orientation: int = 1) -> bytes:
    """A photograph with grain, red on its left."""
    grain = Image.effect_noise(size, 24)
    red = Image.linear_gradient("L").rotate(270).resize(size)
    exif = Image.Exif()
    exif[0x0112] = orientation
    written = BytesIO()
    Image.merge("RGB", (Image.blend(grain, red, 0.6), grain, grain)).save(written, "JPEG", quality=96, exif=exif)
    return written.getvalue()


def test_a_draft_is_there_again_after_a_reload_and_goes_when_it_is_discarded(stage: Stage) -> None:
    seat, page = at_capture(stage)
    fill(page, "写了一半", photos=2)
    page.locator("[name=evidence_ids][capture]").dispatch_event("click")  # phones that are short of memory reload here
    page = opened(seat)
    assert page.locator("[name=summary]").input_value() == "写了一半"
    assert page.locator("[name=organization_id]:checked").input_value() == stage.world.ids.university_id
    assert page.locator("[data-photos] img").count() == 2
    page.get_by_role("button", name="丢弃草稿").click()
    page.locator("[data-note=draft]").wait_for(state="detached")
    page = opened(seat)
    assert page.locator("[name=summary]").input_value() == ""
    assert in_books(stage, "写了一半") == []
