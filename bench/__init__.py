"""Benchmarks: each figure beside the bare form of the same work, taken in one run on one machine."""
