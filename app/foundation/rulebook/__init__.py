"""The law as data: rule rows with thresholds, citations and dates, local overlays that only tighten, and their evaluation.

The rooms that own the facts hold the predicates; this room knows what a rule is, evaluates all rules of an act
together (`assessment`) and says what stops the act (`decision`).
"""
