"""Servers on loopback that imitate what data comes from and what results leave for, and what only they can show."""
