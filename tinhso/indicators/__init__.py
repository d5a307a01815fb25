"""Indicators: figures declared once, kept live by each commit, explained down to file and row."""
