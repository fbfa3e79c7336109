"""As many words as come to mind that begin with a letter."""
