"""CLAPNQ: sentences that people chose as the basis of an answer, and questions without one."""

from collections.abc import Sequence

from eval.bench.lines import UNSAID, Line, Place, Yardstick, ours
from eval.bench.quoted import answer_all, refused
from eval.calibrate_refusal import FALSE_REFUSALS, chances, signs_in
from eval.calibrate_refusal import refused as refused_at
from eval.indexing import indexed
from eval.questions import Question, read_questions
from eval.retrieval import measure, score_all
from rag.answerability import CURVE
from rag.libraries import Library

CHOSEN, RIGHTLY, WRONGLY = "F1 of sentences", "refused, unanswerable", "refused, answerable"
SOURCE = "CLAPNQ dev"
PUBLISHED = (
    Line("person against person", {CHOSEN: 83.5}, UNSAID, SOURCE),
    Line("every sentence", {CHOSEN: 60.4}, UNSAID, SOURCE),
    Line("BM25, best 3", {CHOSEN: 57.9}, UNSAID, SOURCE),
    Line("MiniLM, best 4", {CHOSEN: 62.1}, UNSAID, SOURCE),
    Line("GPT-4", {RIGHTLY: 18}, UNSAID, SOURCE, digits=0),
    Line("GPT-3.5", {RIGHTLY: 37}, UNSAID, SOURCE, digits=0),
    Line("T5, fine-tuned", {RIGHTLY: 89}, UNSAID, SOURCE, digits=0),
    Line("MiniLM, threshold", {RIGHTLY: 50, WRONGLY: 10}, UNSAID, SOURCE, digits=0),
)


def clapnq(place: Place) -> Yardstick:
    """Measure the best four sentences of the right document, and the refusals of answers."""
    folder = place.folder / "clapnq"
    questions = read_questions(folder / "questions.jsonl")
    with indexed(folder / "documents", place.config, place.data_of("clapnq")) as library:
        lines = _lines(library, questions)
        texts = len(library.snapshot().documents)
    return Yardstick(
        "clapnq",
        "How far the sentences chosen are those that people chose, and how often a question "
        "is refused that the text does not answer, and one that it does.",
        (CHOSEN, RIGHTLY, WRONGLY),
        (*PUBLISHED, *lines),
        (
            (
                "Our best four are taken from the right document, headings left out, and compared "
                "with whichever person is next to them."
            ),
            (
                f"For the refusals every question is asked of all {texts} texts at once. Ours are "
                "on the open part of the set. On how many answerable questions the models of the "
                "published lines refused is not in our source."
            ),
            (
                "The last line puts the threshold where 10 % of the answerable questions of this "
                "very part are refused, to compare at the same rate; the line before it is the "
                "product as it is. The refusal curve was fitted with these questions in sight: "
                "docs/refusal.md has what it does cross-validated."
            ),
        ),
    )


def _lines(library: Library, questions: Sequence[Question]) -> tuple[Line, Line]:
    answerable = sum(question.answerable for question in questions)
    part = f"open part: {answerable} answerable, {len(questions) - answerable} not"
    quoted = answer_all(library, questions)
    best = measure(library.snapshot(), score_all(library, questions))["F1 of four"]
    signs, labels = signs_in(library, questions)
    _, moved = refused_at(chances(signs, CURVE), labels)
    shipped = {
        CHOSEN: 100 * best,
        RIGHTLY: refused(quoted, answerable=False),
        WRONGLY: refused(quoted, answerable=True),
    }
    at_ten = {RIGHTLY: 100 * moved, WRONGLY: 100 * FALSE_REFUSALS}
    return ours("", shipped, part), ours(", threshold moved", at_ten, part)
