"""The loop between storage and analytics.

Settles what new readings touched, keeps days and loads beside the intervals, and answers with figures that know their
inputs. Holds no formula: those are in `analytics`.
"""
