"""What ``python -m eval.run`` is made of.

command      the whole way, from the command line to the run folder
selection    a question set and the flags → the questions to ask, as often as asked for
settings     all that decides what comes out, as ``config.json``
listening    the model, with what it was told and what it said, its replies kept
asking       one question → one line of ``results.jsonl``
rows         such a line before it is answered
judging      a language model's word on an answer: agrees with gold, is supported
trust        how far that model agrees with people
scoring      what was found and answered → numbers
folder       the run folder: begun, gone on with, written to line by line
working      many questions at once, with the time left
summary      all lines → ``summary.json``
junit        all lines → ``junit.xml``
"""
