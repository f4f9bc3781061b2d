"""RealtimeQA 2026: short questions about the news, with the articles of all of them in one pool."""

from collections.abc import Sequence
from dataclasses import replace

from eval.bench.lines import Line, Place, Yardstick, ours
from eval.bench.quoted import answer_all, refused, says, share
from eval.indexing import indexed
from eval.questions import Question, read_questions
from eval.retrieval import measure, score_all
from rag.libraries import Library

FIRST, FIVE, SAID = "article @1", "article @5", "answered"
RIGHTLY, WRONGLY = "refused, lacking", "refused, held"
WEEKS, SEALED = "all weeks", "the part that is not open"
SOURCE = "RealtimeQA 2026"
PUBLISHED = (
    Line("BM25", {FIVE: 78}, WEEKS, SOURCE, digits=0),
    Line("MiniLM and BM25", {FIVE: 82}, WEEKS, SOURCE, digits=0),
    Line("Opus-4.6, given the articles", {SAID: 68, RIGHTLY: 8}, SEALED, SOURCE, digits=0),
    Line("Gemini-2.5-Pro, given the articles", {RIGHTLY: 83, WRONGLY: 38}, SEALED, SOURCE, 0),
)


def newsquiz(place: Place) -> Yardstick:
    """Measure whether the right article is found, the answer said, and the rest refused."""
    folder = place.folder / "newsquiz"
    questions = read_questions(folder / "questions.jsonl")
    timeless = [replace(question, day=None) for question in questions]
    with indexed(folder / "documents", place.config, place.data_of("newsquiz")) as library:
        lines = (
            _line(", with the day asked", library, questions),
            _line(", without it", library, timeless),
        )
        articles = len(library.snapshot().documents)
    return Yardstick(
        "newsquiz",
        "Whether an article that holds the answer is found first, or among the first five; "
        "whether the words of a right answer are said; and how many questions are refused whose "
        "answer the articles lack, and whose answer they hold.",
        (FIRST, FIVE, SAID, RIGHTLY, WRONGLY),
        (*PUBLISHED, *lines),
        (
            (
                f"Every question is asked of all {articles:,} articles of the open weeks; the "
                "published lines of retrieval stand on all weeks."
            ),
            (
                "The models were given the articles; Footnote has to find them. Its answer counts "
                "as *answered* when a right answer stands in the quotations word for word: "
                "stricter about wording, and more lenient about length, than to name it."
            ),
        ),
    )


def _line(who: str, library: Library, questions: Sequence[Question]) -> Line:
    found = measure(library.snapshot(), score_all(library, questions))
    quoted = answer_all(library, questions)
    held = [one for one in quoted if one.question.answerable]
    figures = {
        FIRST: 100 * found["document first"],
        FIVE: 100 * found["in five"],
        SAID: share(says(one.answer.text, one.question.answers) for one in held),
        RIGHTLY: refused(quoted, answerable=False),
        WRONGLY: refused(quoted, answerable=True),
    }
    return ours(who, figures, f"open part: {len(held)} answerable, {len(quoted) - len(held)} not")
