"""What was found and answered for one question becomes its numbers, by name."""

from collections.abc import Sequence

from eval.metrics import Scores
from eval.metrics.answers import score_answer
from eval.metrics.citations import Claim, Entails, claim_scores, gold_scores, validity
from eval.metrics.outcomes import outcome_right
from eval.metrics.retrieval import score_retrieval
from eval.questions import Question, Span
from eval.running.selection import Case
from rag.findings import find
from rag.libraries import Library
from rag.types import Answer, Citation, Evidence, Kind, Outcome, Verdict

METRICS = (
    *("sentence_hit@1", "sentence_hit@5", "sentence_hit@10", "sentence_recall@10"),
    *("sentence_mrr", "sentence_ndcg@10", "document_hit@1", "document_hit@5"),
    *("document_recall@5", "document_mrr", "document_ndcg@5"),
    *("character_recall", "character_precision", "character_iou"),
    *("exact_match", "token_f1", "fact_recall"),
    *("citation_precision", "citation_recall", "citation_f1", "alce_recall", "alce_precision"),
    *("citation_validity", "supported_rate", "uncited_rate", "outcome_right"),
)
"""The numbers of every line of ``results.jsonl``; None where one does not apply."""


def score_found(question: Question, evidence: Sequence[Evidence]) -> Scores:
    """Score what was found alone."""
    return {**dict.fromkeys(METRICS), **score_retrieval(question, _spans(evidence))}


def score_answered(
    case: Case, evidence: Sequence[Evidence], answer: Answer, library: Library
) -> Scores:
    """Score what was found, the answer's words, its citations, and how it ended."""
    question = case.question
    cited = [Span(it.document, it.start, it.end, it.text) for it in answer.citations]
    held = library.snapshot().by_id
    texts = {it.document: held[it.document].text for it in answer.citations}
    right = outcome_right(
        question.outcome, answer.outcome.value, is_graded=bool(case.row.get("outcome"))
    )
    return {
        **score_found(question, evidence),
        **score_answer(question, answer.text),
        **gold_scores(cited, question),
        **claim_scores(claims_of(answer), len(answer.rejected), checks_of(answer, library)),
        "citation_validity": validity(cited, texts),
        "outcome_right": right,
    }


def claims_of(answer: Answer) -> list[Claim]:
    """What an answer claims; one that found nothing claims nothing."""
    if answer.outcome is Outcome.NOT_FOUND:
        return []
    return [
        Claim(statement.text, statement.verdict.value, statement.citations)
        for statement in answer.statements
        if statement.kind is Kind.CLAIM
    ]


def checks_of(answer: Answer, library: Library) -> Entails:
    """The checks of the product as the judge of what follows from what.

    For all citations of a claim together its verdict stands; some of them are checked anew.
    """
    by_number = {citation.number: citation for citation in answer.citations}

    def entails(claim: Claim, numbers: Sequence[int]) -> bool:
        if tuple(numbers) == claim.cited:
            return claim.verdict == Verdict.SUPPORTED.value
        cited: list[Citation] = [by_number[number] for number in numbers]
        embed = library.embedding.embed
        return find(claim.text, cited, library.snapshot(), embed).verdict is Verdict.SUPPORTED

    return entails


def _spans(evidence: Sequence[Evidence]) -> list[Span]:
    sentences = (one.sentence for one in evidence)
    return [Span(it.document_id, it.start, it.end, it.text) for it in sentences]
