"""What is measured of one question, one module a subject, all of it pure functions.

    retrieval   what was found, against the evidence that people chose
    answers     the words of the answer, against wordings and facts
    citations   what is cited, against that evidence and against the claims themselves
    outcomes    how the answer ended, against how it should
    costs       seconds and tokens
    intervals   a mean over questions with its 95 % interval

Scores are from 0 to 1, more is better except for ``uncited_rate``. None means that a measure
does not apply to a question; such a question is left out of the mean.
"""

from collections.abc import Mapping

LOWER_IS_BETTER = frozenset({"uncited_rate"})
Scores = Mapping[str, float | None]
