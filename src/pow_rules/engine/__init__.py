"""The engine: rows and integers in, rows and integers out. It knows neither fact classes nor English."""
