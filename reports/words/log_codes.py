"""Words for the codes of imports and of the log: why names match, whose deed something was, by which way, and what a role may do."""

from language import mark

REASONS = {
    "the same but for upper and lower case": mark("the same but for upper and lower case"),
    "the short form of its id": mark("the short form of its id"),
    "the same as in another of its columns": mark("the same as in another of its columns"),
    "a contact's e-mail address": mark("a contact's e-mail address"),
    "the same name": mark("the same name"),
    "the same domain": mark("the same domain"),
    "the same name but for its legal form": mark("the same name but for its legal form"),
    "the domain is its name": mark("the domain is its name"),
    "nearly the same spelling": mark("nearly the same spelling"),
}
# What the product itself wrote to the log, by the name that stands where a file's does; and whoever has no name of their own.
FILES = {
    "churn model": mark("churn model"),
    "sign-offs": mark("sign-offs"),
    "closes": mark("closes"),
    "account matching": mark("account matching"),
    "logged in the app": mark("logged in the app"),
    "changes of plan and additions": mark("changes of plan and additions"),
}
WHO = {
    "browser": mark("browser"),
    "local": mark("command line"),
    "inbox": mark("inbox"),
    "sample": mark("sample"),
    "by itself": mark("by itself"),
}
WAYS = {
    "page": mark("page"), "api": mark("API"), "command line": mark("command line"), "inbox": mark("inbox"), "delivery": mark("delivery"),
    "source": mark("source"),
}  # fmt: skip
# What a role may do, and with what.
RIGHTS = {
    "operation": {
        "view": mark("view"),
        "edit": mark("edit"),
        "import": mark("import"),
        "export": mark("export"),
        "undo": mark("undo"),
        "approve": mark("approve"),
        "delete": mark("delete"),
        "configure": mark("configure"),
        "administer": mark("administer"),
    },
    "object": {
        "accounts": mark("accounts"),
        "activities": mark("activities"),
        "plays": mark("plays"),
        "views": mark("views"),
        "revenue": mark("revenue"),
        "closes": mark("closes"),
        "imports": mark("imports"),
        "model": mark("model"),
        "definitions": mark("definitions"),
        "people": mark("people"),
        "tokens": mark("tokens"),
        "store": mark("store"),
    },
}
