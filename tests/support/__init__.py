"""What tests, benchmarks and screenshots share: a running site, a learner at it, waiting without sleeping."""
