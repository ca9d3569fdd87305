"""Tests of data/upkeep."""
