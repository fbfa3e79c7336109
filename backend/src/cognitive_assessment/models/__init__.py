"""From recogniser to calibrated probability: model files that are verified, the reader of answers, training."""
