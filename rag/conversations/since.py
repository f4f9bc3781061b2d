"""What has become of the sources since an answer was kept: each citation as it stands today."""

from collections.abc import Sequence
from dataclasses import replace

from rag.errors import QuestionError
from rag.ledger import Ledger
from rag.rendering.json_form import text_hash
from rag.saved import compare, recheck
from rag.types import Citation, Compared, SavedAnswer, SavedCitation, Standing


def since(ledger: Ledger, citations: Sequence[Citation]) -> list[Compared]:
    """Hold citations of an answer against the documents of today, in their order."""
    saved = tuple(map(_saved, citations))
    try:
        return recheck(ledger, SavedAnswer("", saved))
    except QuestionError:  # no document is left at all
        return [compare(one, None) for one in saved]


def placed(citation: Citation, compared: Compared) -> Citation:
    """The citation with the place where it is to be looked for today; none where it is gone."""
    now = compared.now
    if now is not None:
        return replace(citation, document=now.document, start=now.start, end=now.end)
    return citation if compared.standing is Standing.SAME else replace(citation, start=0, end=0)


def _saved(citation: Citation) -> SavedCitation:
    return SavedCitation(
        number=citation.number,
        document=citation.document,
        title=citation.title,
        date=citation.date,
        start=citation.start,
        end=citation.end,
        text=citation.text,
        hash=text_hash(citation.text),
    )
