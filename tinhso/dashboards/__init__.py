"""Dashboards: boards declared once and filled with plain data; no HTML."""
