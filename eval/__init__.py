"""Measurements: what the program finds, how well it refuses, and how long it takes."""
