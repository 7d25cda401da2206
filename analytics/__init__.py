"""All arithmetic of the product, on arrays.

Imports numpy and the standard library only; reads no clock, no file and no setting, and does not log.
"""
