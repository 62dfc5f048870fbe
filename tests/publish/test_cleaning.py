"""What becomes of each kind of file that holds a name (F-148)."""

import gzip
import io
import json
import zipfile

import pytest

from quarterdeck.publish.cleaning import NOTE, How, cleaned, holds, is_shipped
from quarterdeck.text.mentions import MARK, Wanted

WANTED = Wanted(["Zanzibar"])


def packed(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


ZIPPED = gzip.compress(b'{"name":"Zanzibar","cash":7}', mtime=0)
PAGE = "<nav>Zanzibar</nav><article class=x><h1>Zanzibar</h1>$7</article><footer>end</footer>"
ELSEWHERE = "<nav>Zanzibar</nav><article class=x><h1>Boat</h1>$7</article>"
CSV = "name,cash\nZanzibar,7\n"
INDEX = {
    "config": {"lang": ["en"]},
    "docs": [
        {"location": "", "text": "Home", "title": "Home"},
        {"location": "cfo/", "text": "$7", "title": "CFO"},
        {"location": "cfo/#cash", "text": "of zanz\u00adibar", "title": "Cash"},
        {"location": "boat/", "text": "$8", "title": "Boat"},
    ],
}

CASES: list[tuple[str, bytes, How | None, str | None, How | None, str | None]] = [
    ("index.html", PAGE.encode(), "text", PAGE.replace("Zanzibar", MARK), "page",
     f"<nav>{MARK}</nav><article class=x>{NOTE}</article><footer>end</footer>"),
    ("a/index.html", ELSEWHERE.encode(), "text", ELSEWHERE.replace("Zanzibar", MARK), "text",
     ELSEWHERE.replace("Zanzibar", MARK)),
    ("404.html", b"<p>Zanzibar", "text", f"<p>{MARK}", "text", f"<p>{MARK}"),
    ("index.html", b"<article>Boat</article>", None, None, None, None),
    ("reports/zanzibar/index.html", b"<p>nothing", "file", None, "file", None),
    ("cash.csv", CSV.encode(), "text", CSV.replace("Zanzibar", MARK), "file", None),
    ("chart.svg", b"<text>ZANZIBAR</text>", "text", f"<text>{MARK}</text>", "file", None),
    ("sitemap.xml", b"<loc>https://h/zanzibar/</loc>", "text", f"<loc>https://h/{MARK}/</loc>", "text",
     f"<loc>https://h/{MARK}/</loc>"),
    ("data.json", b'{"a":"zan\\u007aibar"}', "text", f'{{"a":"{MARK}"}}', "file", None),
    ("picture.png", b"\x89PNG\xff\x00tEXtZanzibar\x00", "file", None, "file", None),
    ("picture.png", b"\x89PNG\xff\x00tEXt\x00", None, None, None, None),
    ("book.xlsx", packed(sheet="<c>Zanzibar</c>"), "file", None, "file", None),
    ("book.xlsx", packed(sheet="<c>Boat</c>"), None, None, None, None),
    ("broken.md", b"\xff\xfe Zanzibar \x80", "text", None, "file", None),
]  # fmt: skip


def read(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")


@pytest.mark.parametrize(("path", "data", "how", "after", "how_entity", "after_entity"), CASES)
def test_F148_a_page_s_file(
    path: str,
    data: bytes,
    how: How | None,
    after: str | None,
    how_entity: How | None,
    after_entity: str | None,
) -> None:
    for is_entity, wanted, text in ((False, how, after), (True, how_entity, after_entity)):
        found = cleaned(path, data, WANTED, is_private=False, is_entity=is_entity)
        assert (found and found.how) == wanted
        if text is not None:
            assert found
            assert read(found.data) == text
        assert holds(path, data, WANTED) == (found is not None)
        assert not (found and found.data and holds(path, found.data, WANTED))


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    found = cleaned("broken.md", b"\xff\xfe Zanzibar \x80", WANTED, is_private=False, is_entity=False)
    assert found
    assert found.data == b"\xff\xfe [removed] \x80"


def test_F148_a_packed_briefing_is_read_and_packed_again() -> None:
    found = cleaned("briefing/briefing.json.gz", ZIPPED, WANTED, is_private=True, is_entity=False)
    assert found
    assert found.data
    assert json.loads(gzip.decompress(found.data)) == {"name": MARK, "cash": 7}
    again = cleaned("briefing/briefing.json.gz", ZIPPED, WANTED, is_private=True, is_entity=False)
    assert again == found  # a run that is repeated writes the same bytes


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("briefing/briefing.json.gz", ZIPPED),
        ("evidence/aws/main.json", b'["zanzibar"]'),
        ("evidence/repos/zanzibar/site/code.json", b"[]"),
        ("history/record.json", b'{"entities":["zanzibar"]}'),
    ],
)
def test_F148_private_files_that_tell_of_a_business_go(path: str, data: bytes) -> None:
    found = cleaned(path, data, WANTED, is_private=True, is_entity=True)
    assert found
    assert (found.data, found.how) == (None, "file")


def test_a_file_that_says_it_is_packed_and_is_not_is_read_as_it_is() -> None:
    found = cleaned("briefing/x.json.gz", b"Zanzibar", WANTED, is_private=True, is_entity=False)
    assert found
    assert found.data is None  # it was no JSON without the name either


def test_what_is_no_json_without_the_name_goes() -> None:
    wanted = Wanted(["1234"])
    found = cleaned("evidence/a.json", b'{"cash":1234}', wanted, is_private=True, is_entity=False)
    assert found
    assert (found.data, found.how, found.places) == (None, "file", 1)


@pytest.mark.parametrize(("path", "key"), [("search/search_index.json", "docs"), ("search.json", "items")])
def test_F148_the_search_index_forgets_pages_of_which_any_part_names_a_business(path: str, key: str) -> None:
    index = {"config": INDEX["config"], key: INDEX["docs"]}
    data = json.dumps(index).encode()
    found = cleaned(path, data, WANTED, is_private=False, is_entity=True)
    assert found
    assert found.data
    assert [one["location"] for one in json.loads(found.data)[key]] == ["", "boat/"]
    for_term = cleaned(path, data, WANTED, is_private=False, is_entity=False)
    assert for_term
    assert for_term.data
    assert json.loads(for_term.data)[key][2]["text"] == f"of {MARK}"


def test_a_search_index_that_cannot_be_read_goes() -> None:
    found = cleaned("search.json", b"{Zanzibar", WANTED, is_private=False, is_entity=True)
    assert found
    assert found.data is None


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("assets/javascripts/bundle.60a45f97.min.js", True),
        ("assets/qd.css", True),
        ("assets/fonts/inter-latin-wght-normal.woff2", True),
        ("assets/drawing.svg", False),
        ("reports/cfo.csv", False),
        ("search/search_index.json", False),
    ],
)
def test_scripts_styles_and_fonts_are_the_program_s(path: str, is_ours: bool) -> None:  # noqa: FBT001 - a column
    assert is_shipped(path) is is_ours
