"""What codes and columns are called for people."""
