"""Makes the example study: 24 synthetic patients with all their raw data.

``python -m examples.make_example`` reads the published-like source tables and the plans in
``plan/`` and writes ``examples/crlm_haic_24``. No random generator and no clock is used: every
number that varies follows from a hash of its own name, so each run writes the same bytes.
"""
