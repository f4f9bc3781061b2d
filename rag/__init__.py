"""Footnote: answers from your own documents, with the sentence behind every sentence."""
