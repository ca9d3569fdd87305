"""What customers say when they are asked: NPS, CSAT, who answered, and whom nobody has asked."""
