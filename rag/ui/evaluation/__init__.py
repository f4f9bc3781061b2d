"""The page that measures: a run as a child process, its report, comparisons, and feedback.

children    commands of this program as processes of their own
runs        what run folders hold, as far as the page lists it
report      the address of a report, and what the browser may do with it
comparing   feedback    parts of the page
page        the page

The figures are made by ``python -m eval.…``; nothing is measured or decided here.
"""
