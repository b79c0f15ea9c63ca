"""Tests of readers' questions, by what is asked."""
