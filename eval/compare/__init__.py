"""Two runs compared.

runs      a run folder → its results
pairs     two runs → what both have, by metric
paired    two columns of scores → their difference with its bootstrap interval
changes   what is different about how they were run
flips     the questions that turned
verdict   whether there is a drop
tables    columns    what is printed
command   ``python -m eval.compare``
"""
