"""Errors planted in claims that are right, to see whether the checks find them.

claims    a claim, what there is to swap, and what a swap is
figures   names   wording   speech   slips    one function a kind of error
errors    the golden set → right claims → wrong ones
tables    what the checks say of them, counted
command   ``python -m eval.planted``
"""
