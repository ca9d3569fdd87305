"""Who somebody is: the provider that says so, what it says, and the record of sign-ins."""
