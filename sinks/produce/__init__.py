"""Figures as lines: a module for each kind, all of them saying what the API says."""
