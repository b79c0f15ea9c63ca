"""Tests of version 1 of the HTTP contract."""
