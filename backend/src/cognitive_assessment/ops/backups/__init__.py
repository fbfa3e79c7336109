"""Backups that prove their restore: made, kept by rule, restored into a scratch server and compared, put back."""
