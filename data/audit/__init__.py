"""What was done, by whom and when: entries that are only ever added, each sealed over the one before."""
