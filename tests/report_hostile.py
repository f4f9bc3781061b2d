"""A run in which every text that comes from outside would like to run."""

from typing import Any

from tests.report_run import CONFIG, SUMMARY, Row, answer, citation, figure, result, span

ATTACKS = (
    "</script><script>document.title='broken'</script>"
    "<img src=http://far.invalid/a.png onerror=\"document.title='broken'\">"
    "]]><svg/onload=alert(1)>\u2028\u2029\"'`--><!-- \x00 &lt;b&gt; "
    "![x](http://far.invalid/b.png) [y](javascript:alert(2)) </template></style>"
    "<iframe src=javascript:alert(3)></iframe> \ud800 "
    "<a href=javascript:alert(4)>z</a> url(http://far.invalid/c.png) ${alert(5)}"
)
NAME = "q'1\"><img src=x onerror=alert(6)>#&%20"


def hostile_results() -> list[Row]:
    sentence = span(ATTACKS, document=ATTACKS)
    text = f"{ATTACKS}\n\n| a | b |\n|--:|:-:|\n| {'x'} | y |"
    said = answer(
        text,
        [{**citation(1, sentence, ATTACKS, ATTACKS), "title": ATTACKS, "date": ATTACKS}],
        missing=ATTACKS,
        rejected=[{"marker": ATTACKS, "reason": ATTACKS}],
        repairs=[{"act": ATTACKS, "removed": [], "added": [1], "reason": ATTACKS}],
        standalone_question=ATTACKS,
        incomplete=True,
    )
    question = {
        "question": ATTACKS,
        "answers": [ATTACKS],
        "facts": [[ATTACKS]],
        "evidence": [{**sentence, "or": [sentence]}],
        "history": [{"role": ATTACKS, "content": ATTACKS}],
        "outcome": ATTACKS,
        "missing": ATTACKS,
        "tags": [ATTACKS],
        "split": ATTACKS,
    }
    told: Row = {
        "evidence": [{**sentence, "score": 1.0}],
        "messages": [{"role": ATTACKS, "content": ATTACKS}],
        "reply": ATTACKS,
        "tokens": {ATTACKS: 1},
        "seconds": {ATTACKS: 0.1},
        "scores": {ATTACKS: 0.5, "outcome_right": 0.0},
    }
    return [
        result(NAME, question, said, **told),
        result(ATTACKS, question, None, status="error", error=ATTACKS),
    ]


def hostile_config() -> Row:
    settings: dict[str, Any] = {"mode": "model", "model": ATTACKS, "base_url": ATTACKS}
    return {
        **CONFIG,
        "command": [ATTACKS],
        "golden": {"path": ATTACKS},
        "documents": {"path": ATTACKS, "count": 1},
        "git": {"revision": "<b>", "changed": True},
        "settings": {**settings, "embedding": ATTACKS, "tags": [ATTACKS], ATTACKS: ATTACKS},
        "prompts": {ATTACKS: ATTACKS},
        "fingerprint": {ATTACKS: ATTACKS},
        "version": "<b>",
    }


def hostile_summary() -> Row:
    metrics = {ATTACKS: {**figure(0.5, 0.4, 0.6), "note": ATTACKS}}
    return {
        **SUMMARY,
        "metrics": metrics,
        "by_tag": {ATTACKS: metrics},
        "outcomes": {ATTACKS: {ATTACKS: 1}},
        "verdicts": {ATTACKS: 1},
        "repairs": {ATTACKS: 1},
    }
