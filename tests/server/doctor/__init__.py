"""Tests of server/doctor."""
