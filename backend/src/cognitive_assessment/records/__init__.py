"""Frozen records that travel between the layers: no behaviour beyond checking themselves, no I/O."""
