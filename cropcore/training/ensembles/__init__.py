"""Ensembles: runs of one legend put together to a run that maps, explains and compares.

Such a run folder holds complete copies of its members as ``members/1``, ``members/2``, …; its
``run.json`` says how their answers are combined. The rule is fitted and the whole calibrated on
validation samples that no member learnt from, and measured on samples that every member kept for
testing.
"""
