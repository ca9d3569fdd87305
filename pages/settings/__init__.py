"""Pages of what is set for all: what words mean, the model, people and their rights, consent, erasure, the audit."""
