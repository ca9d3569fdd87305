"""What tells whoever runs a server how it is: health, figures for Prometheus, and its log."""
