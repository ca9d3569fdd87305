"""transcript: the questions and answers of docs/ASSISTANTS.md, asked again."""
