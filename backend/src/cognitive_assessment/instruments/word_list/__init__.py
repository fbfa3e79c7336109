"""Ten words, learnt by ear in three trials, said after a delay and recognised among others."""
