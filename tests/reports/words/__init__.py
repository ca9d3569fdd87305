"""Tests of what codes and columns are called."""
