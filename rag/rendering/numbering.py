"""An answer with other footnote numbers, so that several can stand in one document."""

from dataclasses import replace

from rag.types import Answer, Citation, Mark, Repair, Statement


def shifted(answer: Answer, by: int) -> Answer:
    """The same answer, every footnote number greater by so many."""

    def raised(citation: Citation) -> Citation:
        return replace(citation, number=citation.number + by)

    def restated(one: Statement) -> Statement:
        return replace(one, citations=tuple(number + by for number in one.citations))

    def repaired(one: Repair) -> Repair:
        added = tuple(number + by for number in one.added)
        return replace(one, removed=tuple(map(raised, one.removed)), added=added)

    return replace(
        answer,
        citations=tuple(map(raised, answer.citations)),
        marks=tuple(Mark(mark.offset, mark.citation + by) for mark in answer.marks),
        statements=tuple(map(restated, answer.statements)),
        repairs=tuple(map(repaired, answer.repairs)),
    )


def last_number(answer: Answer) -> int:
    """The greatest footnote number of an answer, those that a repair took away with it."""
    removed = (citation.number for repair in answer.repairs for citation in repair.removed)
    return max([0, *(citation.number for citation in answer.citations), *removed])
