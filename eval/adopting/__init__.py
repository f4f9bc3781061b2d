"""A case of feedback becomes a golden question: cases, proposals, the talk, the file.

Feedback* → Case → Draft → row → the golden file
"""
