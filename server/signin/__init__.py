"""The browser's way through sign-in: what is refused before it, the round trip to the provider, and who a request is of."""
