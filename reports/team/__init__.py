"""Questions of those who administer: your own people, what they own, and what is not right with the list of them."""
