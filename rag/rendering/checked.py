"""A checked text for a person, claim by claim, and as JSON for programs."""

from collections import Counter

from rag.rendering import SIGNS
from rag.rendering.json_form import citation_json, statement_json
from rag.rendering.markdown import inert, literal_line, quotation
from rag.types import CheckedText, Kind, Statement, Verdict

_INDENT = "\n    "


def to_markdown(checked: CheckedText) -> str:
    """Every claim with its verdict, the reason and what it rests on; at the end a summary.

    Nothing in it makes a viewer load or follow anything.
    """
    claims = [_claim(checked, one) for one in checked.statements if one.kind is Kind.CLAIM]
    return inert("\n\n".join([*claims, summary_line(checked)]))


def to_json(checked: CheckedText) -> dict[str, object]:
    """The object that ``rag check --json`` prints: only what ``json.dumps`` takes.

    Offsets of statements count code points of the text that was checked, those of citations
    code points of the document's canonical text.
    """
    return {
        "statements": [
            {"start": one.start, "end": one.end, **statement_json(one)}
            for one in checked.statements
        ],
        "citations": [citation_json(citation) for citation in checked.citations],
        "summary": summary(checked),
    }


def summary(checked: CheckedText) -> dict[str, int]:
    """How many claims there are, and how many of them have each verdict."""
    claims = [one.verdict for one in checked.statements if one.kind is Kind.CLAIM]
    counted = Counter(claims)
    return {"claims": len(claims)} | {verdict.value: counted[verdict] for verdict in Verdict}


def summary_line(checked: CheckedText) -> str:
    """The same in words: "7 claims: 5 supported, 2 unsupported"."""
    counts = summary(checked)
    total = counts.pop("claims")
    named = ", ".join(f"{number} {verdict}" for verdict, number in counts.items() if number)
    return f"{total} claim{'' if total == 1 else 's'}: {named or 'nothing to check'}"


def _claim(checked: CheckedText, claim: Statement) -> str:
    cited = [checked.citations[number - 1] for number in claim.citations]
    nearest = bool(cited) and claim.verdict is Verdict.UNSUPPORTED
    return _INDENT.join(
        [
            f"{SIGNS[claim.verdict]} {claim.verdict.value}: {literal_line(claim.text)}",
            literal_line(claim.reason),
            *["The nearest sentences:"] * nearest,
            *(f"{SIGNS[one.verdict]} {quotation(one)}" for one in cited),
        ]
    )
