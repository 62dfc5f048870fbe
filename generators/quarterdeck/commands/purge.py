"""Takes a name out of every version for good: says where it stands, takes it out, proves that it is gone (F-148)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from quarterdeck.commands.versions import Opened, Told, opened
from quarterdeck.model.errors import OutsideError, UsageError
from quarterdeck.publish import purging
from quarterdeck.publish.aws import client, reach_of
from quarterdeck.publish.cleaning import How
from quarterdeck.publish.cloudfront import REGION, forget
from quarterdeck.publish.purging import Search, fingerprint
from quarterdeck.reports.words import counted
from quarterdeck.text.mentions import MARK, SHORTEST, Wanted

_LEFT: Final = 1
_FAILED: Final = 3
_HOW: Final[Mapping[How, str]] = {
    "text": f"{MARK} takes its place",
    "page": "the page becomes a note",
    "file": "the file goes",
}
_KNOWN: Final = (
    "Former states of all files are erased with it, so that nothing can be brought back; a version that loses "
    "something can no longer be rebuilt byte for byte."
)
_UNTOUCHED: Final = (
    "Not touched: the files and the git history of the portfolio, evidence/ and build/ on any machine, mails that were "
    "sent, and what readers saved. What the portfolio still says comes back with the next version."
)


class Purge(NamedTuple):
    """Where something stands; nothing is taken out yet."""

    store: Opened
    environ: Mapping[str, str]
    wanted: Wanted
    is_entity: bool
    looked: Search

    def sentences(self) -> Iterator[str]:
        """Where it stands and what becomes of it, a line for each file however many versions have it."""
        looked = self.looked
        versions: dict[tuple[str, How], set[str]] = defaultdict(set)
        for one in looked.found:
            versions[f"{one.audience or 'private'}/{one.path}", one.how].add(one.version)
        for (path, how), each in sorted(versions.items()):
            yield f"{path}  in {counted(len(each), 'version')}: {_HOW[how]}"
        yield from self._fixed(looked)
        names = f" for {' and '.join(self.wanted.names)}" if self.is_entity else ""
        read = f"{counted(looked.files, 'file')} of {counted(looked.versions, 'version')} searched{names}"
        yield (
            f"{read}: {counted(len(looked.found), 'file')} to change."
            if looked.found
            else f"{read}: none holds it."
        )
        if self.is_entity and len(self.wanted.names) == 1:
            yield "No briefing here gives a business of that id a name, so the id alone was looked for."
        if looked.shipped:
            yield (
                f"{counted(looked.shipped, 'script or style', 'scripts and styles')} of the program itself hold those "
                "letters too, the same for every portfolio; they are left."
            )
        yield _KNOWN

    def _fixed(self, looked: Search) -> Iterator[str]:
        root = self.store.state.root
        for key in looked.fixed:
            shown = key.replace(f"/{root}/", "/") if root else key
            yield f"{shown}  cannot do without it: it holds the name of the portfolio, or titles of versions"

    def apply(self) -> Told:
        """Take it out, search again, and have the edge forget what it keeps.

        Raises:
            OutsideError: The store refuses or does not answer; run it again.
        """
        _, store, state = self.store
        proof = purging.purge(store, state.root, self.wanted, self.looked, is_entity=self.is_entity)
        searched = f"{counted(proof.files, 'file')} of {counted(proof.versions, 'version')} searched again"
        rest = proof.everywhere
        said = [f"{searched}: none holds it."]
        if rest:
            said = [
                *self._fixed(proof),
                f"{searched}: it still stands in {counted(len(rest), 'file')}. Run it again.",
            ]
        pending = self._forgotten()
        if pending:
            said.append(f"Purged, cache pending: {pending} Run it again.")
        return Told((*said, _UNTOUCHED), _LEFT if rest else _FAILED if pending else 0)

    def _forgotten(self) -> str:
        """Have the edge forget what it keeps of the pages; gives why that failed."""
        settings, store, state = self.store
        distribution = settings.publishing.distribution
        if distribution is None:
            return ""
        try:
            asked = client("cloudfront", REGION, reach_of(self.environ))
            forget(asked, distribution, fingerprint(store, state))
        except OutsideError as error:
            return str(error)
        return ""


def purge(
    root: Path, environ: Mapping[str, str], *, term: str = "", entity: str = "", whole_words: bool = False
) -> Purge:
    """Find something in everything that a store holds.

    Args:
        root: The portfolio.
        environ: For variables that the settings name.
        term: What is to go, in plain letters.
        entity: Or the id of a business: it is looked for by its id and by each name that it ever had.
        whole_words: Leave longer words that only hold it.

    Raises:
        InputError: The settings are wrong.
        UsageError: Nothing was published, or what is to go is too short to be told from chance.
        OutsideError: The store refuses or does not answer.
    """
    here = opened(root, environ)
    wanted = _wanted(purging.names_of(here.store, entity) if entity else (term,), whole_words=whole_words)
    looked = purging.search(here.store, here.state.root, wanted, is_entity=bool(entity))
    return Purge(here, environ, wanted, bool(entity), looked)


def _wanted(names: Sequence[str], *, whole_words: bool) -> Wanted:
    try:
        return Wanted(names, whole_words=whole_words)
    except ValueError as error:
        raise UsageError(
            f"{str(error)!r} cannot be told from chance: it takes {SHORTEST} letters, and may be no part of {MARK}. "
            "Write more of it."
        ) from None
