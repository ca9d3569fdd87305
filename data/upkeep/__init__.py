"""What keeps a store safe over the years: backups by night, what lies beside them, and how they come back."""
