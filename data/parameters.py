"""What is wrong with a parameter: one family of errors from the store to the page."""


class WrongParameter(ValueError):
    """A parameter that cannot be used; the message begins with its public name and says what can be given."""
