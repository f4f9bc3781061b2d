"""The public question sets, and our line on each beside the published ones.

lines      a line, a set with all its lines, and where the set lies
spans      clapnq   newsquiz   injection   support        one set each: published lines, and ours
quoted     a question answered by quotation, and what is asked of such answers
tables     sets → Markdown, JSON
command    ``python -m eval.bench``
"""
