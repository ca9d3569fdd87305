"""Rollups of usage events that lie elsewhere, in Parquet, and are too many to come in: made by DuckDB or by Apache Spark, brought in alone."""
