"""One folder per instrument: its definition and texts as data, its scoring rules as frozen versions.

`catalogue` reads the data and makes session plans; it needs no numpy, so the API may use it. `scoring` finds and
applies the rules; only jobs and the command line use that.
"""
