"""Arrays in, measures out: decode, quality, voice activity, transcription, reading of digits, numbers and dates."""
