"""Tests of the steps of the import page."""
