"""What Dermis costs, measured: `python -m tests.benchmarks` prints one table."""
