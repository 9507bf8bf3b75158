"""The report page as a person uses it, in a real Chromium: mouse, keyboard, a phone, paper and the dark."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from pipeline import open_snapshot
from pipeline.report import write_report
from tests.end_to_end.browser import Visit, executable, launched, scanlines
from tests.unit.analysis.told import Told, published
from tests.unit.report.samples import HOSTILE, hostile, many, mice, sample

#: Opens a page and sees to it, at the end of the test, that it did nothing that it must not do.
Open = Callable[..., Visit]

#: Machines that test much at once are slow; nothing here depends on how long something takes.
expect.set_options(timeout=15_000)

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8")


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium; where there is none, these tests skip."""
    path = executable()
    if path is None:
        pytest.skip("no Chromium on this system: `apt-get install chromium`, and the page is looked at")
    with (
        sync_playwright() as playwright,
        launched(playwright, path, tmp_path_factory.mktemp("home")) as browser,
    ):
        yield browser


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Open]:
    """Opens pages. Whatever the test does, no page may fail, ask for anything or open a dialog."""
    visits: list[Visit] = []

    def opened(file: Path, address: str = "", **window: Any) -> Visit:
        visits.append(Visit(chromium, file, address, **window))
        return visits[-1]

    yield opened
    misdeeds = [misdeed for one in visits for misdeed in one.misdeeds]
    for one in visits:
        one.page.context.close()
    assert not misdeeds


def written(folder: Path, *documents: Told) -> Path:
    """The page of a snapshot of these documents."""
    published(folder / "outputs", *documents)
    return write_report(open_snapshot(folder / "outputs"), folder / "page.html").path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trial, the news of it, mice, and a trial of another target."""
    folder = tmp_path_factory.mktemp("small")
    sample(folder / "outputs")
    return write_report(open_snapshot(folder / "outputs"), folder / "page.html").path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough studies for many pages of the table, and documents for several batches."""
    return written(tmp_path_factory.mktemp("large"), *many(300))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents that try to be more than text, and a harmless one."""
    return written(tmp_path_factory.mktemp("evil"), *hostile(), mice())


def test_the_command_writes_the_page(small: Path) -> None:
    """Beside the snapshots, and says where and how large it is."""
    output = small.parent / "outputs"
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "report", str(output)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout == f"{output / 'report.html'}: 4 documents, 4 studies, 0.1 MB\n"
    assert (output / "report.html").read_bytes() == small.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["nowhere"], 6, "nowhere"),
        (["{}", "--at", "1999-01-01"], 6, "1999"),
        (["{}", "--to", "no/page.html"], 2, "no"),
        (["{}", "--to", "."], 2, "folder"),
    ],
)
def test_what_cannot_be_is_one_line(small: Path, arguments: list[str], code: int, named: str) -> None:
    """With an exit code, and no page."""
    asked = [word.format(small.parent / "outputs") for word in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "report", *asked], capture_output=True, text=True, check=False,
        cwd=small.parent,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (code, "")
    assert named in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_page_shows_numbers_charts_table_and_documents(small: Path, visit: Open) -> None:
    """And the picture of it is not blank."""
    page = visit(small).page
    expect(page.locator(".numbers dt", has_text="Patients").locator("..")).to_contain_text("58")
    expect(page.locator("figure svg[role=img]")).to_have_count(4)
    expect(page.locator("#evidence-count")).to_have_text("3 studies")
    expect(page.locator("#evidence-body tr")).to_have_count(3)
    expect(page.locator("#documents-list li")).to_have_count(4)
    assert len(scanlines(page.screenshot())) > 100


def test_animals_bear_a_badge_and_denials_a_sign(small: Path, visit: Open) -> None:
    """No mouse is taken for a person, and no denied event for one that was seen; neither by colour alone."""
    shown = visit(small)
    assert shown.column("setting") == ["● human", "● human", "▲ animal"]
    assert shown.column("crs") == ["12/38 (32%)", "– not stated", "✕ 0/10"]
    label = shown.page.locator("#evidence-body tr:nth-child(3) [data-column=crs] a").get_attribute(
        "aria-label"
    )
    assert label == "CRS of any grade: denied, 0/10. Show the sentence"


def test_filters_by_column_search_over_all_and_both_together(large: Path, visit: Open) -> None:
    """Each narrows the other; what is counted is what is shown; one button clears all."""
    shown = visit(large)
    page, count = shown.page, shown.page.locator("#evidence-count")
    expect(count).to_have_text("300 studies, showing 1–50")
    page.fill("#filter-targets", "gprc5d")
    expect(count).to_have_text("25 of 300 studies")
    assert set(shown.column("targets")) == {"GPRC5D"}
    page.select_option("#filter-setting", "animal")
    assert set(shown.column("setting")) == {"▲ animal"}
    page.fill("#filter-n", "60")
    page.fill("#filter-published", "2015")
    assert all(int(cell.split()[0]) >= 60 for cell in shown.column("n"))
    assert all(cell >= "2015" for cell in shown.column("published"))
    assert 0 < page.locator("#evidence-body tr").count() < 10
    page.click("#clear-filters")
    expect(count).to_have_text("300 studies, showing 1–50")
    page.fill("#search", "LUPUS gprc5d")
    assert set(shown.column("targets")) == {"GPRC5D"}
    assert set(shown.column("diseases")) == {"lupus"}
    page.fill("#search", "no such thing")
    expect(page.locator("#nothing-found")).to_be_visible()


def test_headers_sort_both_ways_and_what_is_not_stated_comes_last(small: Path, visit: Open) -> None:
    """A real button in each header; the order is told to screen readers."""
    shown = visit(small)
    header = shown.page.locator("th[data-column=crs]")
    button = header.get_by_role("button", name="CRS")
    assert header.get_attribute("aria-sort") is None
    button.click()
    expect(header).to_have_attribute("aria-sort", "descending")
    assert shown.column("crs") == ["12/38 (32%)", "✕ 0/10", "– not stated"]
    button.click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert shown.column("crs") == ["✕ 0/10", "12/38 (32%)", "– not stated"]
    shown.page.get_by_role("button", name="Product").click()
    assert shown.column("product") == ["CD19 CAR T cells", "CD19 CAR T cells", "CD22 CAR T cells"]
    expect(shown.page.locator("[aria-sort]")).to_have_count(1)


def test_pages_of_the_table_are_walked(large: Path, visit: Open) -> None:
    """Fifty rows at a time; the last page has no next one."""
    page = visit(large).page
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#evidence-count")).to_have_text("300 studies, showing 51–100")
    expect(page.locator("#page-number")).to_have_text("Page 2 of 6")
    for _ in range(4):
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("button", name="Next")).to_be_disabled()


def test_a_target_of_a_chart_leads_to_its_studies(small: Path, visit: Open) -> None:
    """From the chart's table to the evidence table, searched and sorted, and back."""
    shown = visit(small)
    page = shown.page
    figure = page.locator("figure", has_text="CRS by target")
    figure.locator("summary").click()
    figure.get_by_role("link", name="CD19").click()
    assert set(shown.column("targets")) == {"CD19"}
    assert set(shown.column("setting")) == {"● human"}
    expect(page.locator("th[data-column=crs]")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#evidence")).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#evidence-count")).to_have_text("3 studies")


def test_a_cell_leads_to_its_sentence_and_back_leads_back(small: Path, visit: Open) -> None:
    """The sentence is marked, the mention has the focus; back, the table is as it was, the cell has it."""
    shown = visit(small)
    page = shown.page
    page.fill("#search", "lymphoma")
    cell = page.locator("#evidence-body [data-column=icans] a")
    cell.click()
    shown.settled()
    expect(page.locator(".is-pointed-at")).to_have_text(re.compile("^No ICANS"))
    assert shown.focused().startswith("ICANS")
    expect(page.locator("#mention-details")).to_contain_text("denied")
    expect(page.locator("#mention-details q")).to_have_text("No")
    expect(page.locator("mark.is-absent .words", has_text="ICANS")).to_have_css(
        "text-decoration-line", "line-through"
    )
    page.go_back()
    expect(page.locator("#evidence-count")).to_have_text("1 of 3 studies")
    expect(cell).to_be_focused()
    page.go_forward()
    expect(page.locator(".is-pointed-at")).to_have_count(1)


def test_an_address_can_be_shared(small: Path, large: Path, visit: Open) -> None:
    """Of a sentence, of a study, and of a question to the table."""
    shown = visit(small, "#doc=trial&at=100-118")
    shown.settled()
    expect(shown.page.locator(".is-pointed-at")).to_be_in_viewport()
    shown = visit(small, f"#study={quote('severe#1 & more#t0')}")
    shown.settled()
    assert shown.focused() == "CD22 CAR T cells"
    asked = visit(large)
    asked.page.fill("#filter-targets", "cd70")
    asked.page.get_by_role("button", name="Subjects").click()
    address = asked.page.evaluate("location.hash")
    other = visit(large, address)
    assert other.column("n") == asked.column("n")
    assert other.page.input_value("#filter-targets") == "cd70"
    lost = visit(small, "#doc=gone")
    expect(lost.page.locator("#not-here")).to_be_visible()


def test_offsets_are_characters_also_beyond_the_basic_plane(small: Path, visit: Open) -> None:
    """Two letters that JavaScript counts double stand before every mention of this document."""
    shown = visit(small, f"#doc={quote('severe#1 & more')}")
    shown.settled()
    marks = shown.page.locator("#reader-text mark").all_inner_texts()
    assert [words.partition("\n")[0] for words in marks] == ["CD22", "Twenty adults", "myeloma", "ICANS"]


def test_marks_tell_types_apart_and_can_be_switched_off(small: Path, visit: Open) -> None:
    """Each type has a line and a tag of its own; another study's results are told apart."""
    shown = visit(small, "#doc=mice")
    shown.settled()
    page = shown.page
    tags = page.locator("#reader-text mark").evaluate_all(
        "marks => marks.map((m) => m.dataset.tag.replaceAll('\\u00a0', ' '))"
    )
    assert tags == ["DIS", "N", "TX", "AE denied", "N other study", "AE possible other study"]
    lines = page.locator("#legend-types mark .words").evaluate_all(
        "marks => marks.map((m) => { const s = getComputedStyle(m);"
        " return [s.textDecorationLine, s.textDecorationStyle, s.textDecorationThickness].join(' '); })"
    )
    assert len(set(lines)) == len(lines) == 7
    expect(page.locator("#reader-facts .is-external")).to_have_count(2)
    disease = page.locator("#reader-text mark[data-label=DISEASE]")
    ground = disease.evaluate("mark => getComputedStyle(mark).backgroundColor")
    page.get_by_role("checkbox", name="disease").uncheck()
    assert disease.evaluate("mark => getComputedStyle(mark).backgroundColor") != ground


def test_everything_is_reached_by_keyboard_alone(small: Path, visit: Open) -> None:
    """From the skip link over sorting and a cell to the text, from mention to mention, and back."""
    shown = visit(small)
    page, press = shown.page, shown.page.keyboard.press
    press("Tab")
    assert shown.focused() == "Skip to the evidence table"
    press("Enter")
    for _ in range(40):
        press("Tab")
        if shown.focused().startswith("Target"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    press("Enter")
    expect(page.locator("th[data-column=targets]")).to_have_attribute("aria-sort", "ascending")
    for _ in range(40):
        press("Tab")
        if shown.focused().startswith("12/38"):
            break
    press("Enter")
    shown.settled()
    assert shown.focused().startswith("Cytokine release syndrome")
    press("ArrowRight")
    assert shown.focused().startswith("ICANS")
    expect(page.locator("#mention-details .mention-words")).to_have_text("ICANS")
    press("ArrowLeft")
    press("ArrowLeft")
    assert shown.focused().startswith("12 of them")
    press("Tab")
    assert page.evaluate("document.activeElement.closest('mark')") is None
    page.go_back()
    expect(page.locator("#evidence")).to_be_visible()
    assert shown.focused().startswith("12/38")


@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_documents_are_shown_and_do_nothing(evil: Path, visit: Open, width: int) -> None:
    """Script tags, marks that turn the writing round, 10,000 characters: all is text, the layout holds."""
    shown = visit(evil, viewport={"width": width, "height": 800})
    page = shown.page
    titles = page.locator("#documents-list a").all_text_contents()
    assert set(titles) >= {attack for attack in HOSTILE if attack == " ".join(attack.split())}
    assert not shown.is_wider_than_the_window()
    for place in range(len(titles)):
        page.locator("#documents-list a").nth(place).click()
        shown.settled()
        assert page.locator("#reader-title").text_content() == titles[place]
        assert not shown.is_wider_than_the_window()
        page.go_back()
    page.get_by_role("button", name="Table").click()
    assert not shown.is_wider_than_the_window()
    assert page.evaluate("window.pwned") is None
    assert page.locator("a[href^='javascript' i]").count() == 0
    assert page.locator("#overview").is_visible()


def test_a_policy_stops_what_would_get_in_all_the_same(small: Path, chromium: Browser) -> None:
    """Were there mark-up in a text, its script would not run, and its picture not be fetched."""
    shown = Visit(chromium, small)
    shown.page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        " '<img src=x onerror=window.pwned=1><img src=https://example.org/x.png>')"
    )
    shown.page.wait_for_timeout(200)
    assert shown.page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in misdeed for misdeed in shown.misdeeds)
    shown.page.context.close()


def test_a_phone_shows_cards_and_scrolls_one_way(small: Path, visit: Open) -> None:
    """At 360 pixels; the table is there for whoever wants it, and scrolls inside of its frame."""
    shown = visit(small, viewport={"width": 360, "height": 740}, has_touch=True)
    page = shown.page
    expect(page.locator("#evidence-cards article")).to_have_count(3)
    assert not shown.is_wider_than_the_window()
    page.get_by_role("button", name="Table").click()
    expect(page.locator("#evidence-body tr")).to_have_count(3)
    assert not shown.is_wider_than_the_window()
    page.get_by_role("button", name="Cards").click()
    page.locator("article", has_text="animal").get_by_role("link", name="CRS of any grade").click()
    shown.settled()
    assert not shown.is_wider_than_the_window()
    expect(page.locator("#mention-details")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".mention-panel")).to_be_hidden()


def test_a_phone_shows_the_text_first_and_a_way_to_the_facts(small: Path, visit: Open) -> None:
    """What was read stands below the text, in the order of the tab key; one button leads there."""
    shown = visit(small, "#doc=mice", viewport={"width": 360, "height": 740}, has_touch=True)
    shown.settled()
    page = shown.page
    places = [page.locator(one).bounding_box() for one in ("#reader-text", "#reader-side")]
    assert [place is not None for place in places] == [True, True]
    assert places[0]["y"] < places[1]["y"]  # type: ignore[index]
    page.get_by_role("button", name="Studies and facts").click()
    expect(page.locator("#reader-studies article").first).to_be_in_viewport()
    expect(page.locator("#reader-side")).to_be_focused()


@pytest.mark.parametrize(("width", "rows", "cards"), [(768, 0, 3), (1280, 3, 0)])
def test_the_table_stands_where_it_fits(small: Path, visit: Open, width: int, rows: int, cards: int) -> None:
    """On a tablet half of its columns would be out of sight: there the studies are cards at first."""
    page = visit(small, viewport={"width": width, "height": 900}).page
    expect(page.locator("#evidence-body tr")).to_have_count(rows)
    expect(page.locator("#evidence-cards article")).to_have_count(cards)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["", "#doc=mice&at=79-104"])
def test_text_has_contrast_in_the_light_and_in_the_dark(
    small: Path, visit: Open, scheme: str, address: str
) -> None:
    """4.5 to 1 and more, for every text that is shown."""
    shown = visit(small, address, color_scheme=scheme)
    page = shown.page
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(int(n) for n in re.findall(r"\d+", ground)[:3]) < 150) == (scheme == "dark")
    found = page.evaluate(CONTRAST)
    assert found["n"] > 50
    assert found["poor"] == []


def test_the_reader_of_the_page_decides_on_light_or_dark(small: Path, visit: Open) -> None:
    """Whatever the system says; charts follow."""
    page = visit(small, color_scheme="light").page
    colours = (
        "[getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.querySelector('figure svg [fill=\"#00000a\"]')).fill]"
    )
    before = page.evaluate(colours)
    page.select_option("#theme", "dark")
    after = page.evaluate(colours)
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_paper_holds_all_rows_that_were_asked_for(large: Path, visit: Open) -> None:
    """Not the fifty of the screen; light, whatever the screen, and without buttons."""
    page = visit(large, color_scheme="dark").page
    page.select_option("#filter-setting", "animal")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("#evidence-body tr")).to_have_count(60)
    expect(page.locator("#search")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#evidence-body tr")).to_have_count(50)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_documents_are_listed_with_the_newest_first(large: Path, visit: Open) -> None:
    """As in the evidence table."""
    days = visit(large).page.locator("#documents-list .about").all_inner_texts()
    told = [re.findall(r"\d{4}-\d\d-\d\d", about)[0] for about in days]
    assert len(told) == 50
    assert told == sorted(told, reverse=True)
    assert told[0] > told[-1]


def test_documents_are_unpacked_when_they_are_opened(large: Path, visit: Open) -> None:
    """What is not looked at costs nothing: one page of rows, one of documents, and the index is unpacked."""
    shown = visit(large)
    page = shown.page
    assert page.evaluate("window.unpacked") == 1
    assert page.locator("#evidence-body tr").count() == page.locator("#documents-list li").count() == 50
    page.click("#documents-more")
    expect(page.locator("#documents-list li")).to_have_count(100)
    page.fill("#documents-search", "study 299")
    page.locator("#documents-list a").first.click()
    shown.settled()
    assert page.evaluate("window.unpacked") == 2
    expect(page.locator("#reader-title")).to_have_text(re.compile("^Study 299 "))
    assert page.locator("#reader-text mark").count() == 27
