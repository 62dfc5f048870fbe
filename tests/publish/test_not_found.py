"""The page for what is not there works under the site's own policy and says nothing of what was asked."""

from quarterdeck.publish.not_found import NOT_FOUND_PAGE
from quarterdeck.site.builder import ASSETS
from tests.sites import Dom

PAGE = Dom(NOT_FOUND_PAGE.decode("ascii"))


def test_it_brings_nothing_of_its_own_that_the_policy_refuses() -> None:
    assert not "".join(PAGE.scripts).strip()
    assert not [one for one in PAGE.elements if "style" in one.attributes or one.tag == "style"]


def test_everything_it_asks_for_is_in_the_newest_version() -> None:
    asked = [
        address
        for one in PAGE.of("link", "script", "img")
        for address in (one.attributes.get("href") or one.attributes.get("src"),)
    ]
    assert len(asked) == 5
    for address in asked:
        assert address is not None
        assert address.startswith("/latest/assets/")
        assert (ASSETS / address.removeprefix("/latest/assets/")).is_file(), address


def test_it_says_the_same_of_what_is_gone_and_of_what_is_not_for_the_reader() -> None:
    """F-147: neither that something exists, nor that it does not."""
    assert PAGE.titles == ["This page is not in this version"]
    assert [one.attributes["href"] for one in PAGE.of("a")] == ["/latest/"]
    assert not {"allowed", "permission", "exist", "sign"} & set(PAGE.text.casefold().split())
