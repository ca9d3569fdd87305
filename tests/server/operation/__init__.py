"""Tests of server/operation."""
