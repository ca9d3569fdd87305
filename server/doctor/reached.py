"""How a deployment is set up: names of settings, the network, hosts, sign-in, secrets."""

from difflib import get_close_matches
from urllib.parse import urlsplit

from data.access.people import is_address
from data.access.provider import LEAST, SignInSettingsWrong, provider
from data.settings import PREFIX, Settings, on_this_machine_only
from server import mail
from server.doctor.deployment import Deployment, Found
from server.hosts import trusted
from sources.secrets import PREFIX as SECRETS

OTHERS = ("HOLDFAST_DATASETS",)  # of tests and benchmarks
DISCOVERY = "/.well-known/openid-configuration"
VARIETY = 10  # different characters of a random secret, at least


def names(of: Deployment) -> Found:
    """Variables that look like settings and are none, so that what they say is not heard."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    wrong = sorted(
        one
        for one in of.environment
        if one.upper().startswith(PREFIX) and one.upper() not in (*known, *OTHERS) and not one.startswith(SECRETS)
    )
    return [(f"{one} is no setting, so it does nothing.", _meant(one, known)) for one in wrong]


def _meant(name: str, known: set[str]) -> str:
    close = get_close_matches(name.upper(), sorted(known), 1)
    return f"Did you mean {close[0]}? Otherwise take it away." if close else "Take it away; docs/DEPLOY.md lists all settings."


def network(of: Deployment) -> Found:
    """Who reaches the server."""
    given, near = of.settings, on_this_machine_only(of.settings.host)
    signs_in = given.signin_metadata_url
    if near or signs_in:
        return []
    if given.open_to_network:
        return [
            (
                f"Nobody signs in, and the server listens on {given.host}: whoever reaches it sees and changes everything.",
                "Set up sign-in (docs/SIGN_IN.md), or set HOLDFAST_HOST=127.0.0.1.",
            )
        ]
    return [
        (
            f"The server does not start on {given.host}, since nobody signs in.",
            "Set up sign-in (docs/SIGN_IN.md), or HOLDFAST_HOST=127.0.0.1.",
        )
    ]


def hosts(of: Deployment) -> Found:
    """The names under which it answers."""
    try:
        trusted(of.settings.trusted_hosts, of.settings.host)
    except ValueError as error:
        return [(str(error), "Write names of hosts alone.")]
    return []


def sign_in(of: Deployment) -> Found:
    """The provider, the address that browsers use, and encryption up to there."""
    given = of.settings
    try:
        found = provider(given)
    except SignInSettingsWrong as error:
        return [(str(error), "See docs/SIGN_IN.md; until then the server does not start.")]
    if found is None:
        return []
    near, out = on_this_machine_only(given.host), []
    if not found.metadata_url.endswith(DISCOVERY):
        out.append(
            (f"HOLDFAST_SIGNIN_METADATA_URL does not end with {DISCOVERY}.", "Give the address where the provider describes itself.")
        )
    if not near and on_this_machine_only(urlsplit(found.origin).hostname):
        out.append(
            (f"HOLDFAST_SIGNIN_ORIGIN is {found.origin}, which is reached from this machine alone.", "Give the address that browsers use.")
        )
    if not near and found.is_secure and not of.in_container:
        out.append(
            (
                f"Browsers come over https, but the port behind the proxy is open to the network, unencrypted ({given.host}).",
                "Set HOLDFAST_HOST=127.0.0.1, so that only the proxy on this machine reaches it.",
            )
        )
    return out


def administrators(of: Deployment) -> Found:
    """Who may give the first roles."""
    named = [one.strip() for one in of.settings.administrators.split(",") if one.strip()]
    if of.settings.signin_metadata_url and not named:
        return [("People sign in, and nobody is named who may do everything.", "Set HOLDFAST_ADMINISTRATORS=ann@example.com.")]
    return [
        (f"HOLDFAST_ADMINISTRATORS: '{one}' is no e-mail.", "Write e-mails with commas between them.")
        for one in named
        if not is_address(one)
    ]


def secrets(of: Deployment) -> Found:
    """Secrets that could be guessed."""
    kept = of.store.with_suffix(".signin-secret")
    cookie = of.settings.signin_cookie_secret.get_secret_value().strip() or (kept.read_text().strip() if kept.exists() else "")
    out: Found = []
    if of.settings.signin_metadata_url and cookie and (len(cookie) < LEAST or len(set(cookie)) < VARIETY):
        out.append(
            (
                "The secret that signs cookies can be guessed: whoever guesses it is anybody.",
                "Take HOLDFAST_SIGNIN_COOKIE_SECRET away, then one is made; or give 32 random characters (openssl rand -base64 32).",
            )
        )
    figures = of.settings.metrics_token.get_secret_value().strip()
    if figures and (len(figures) < 16 or len(set(figures)) < VARIETY):
        out.append(("HOLDFAST_METRICS_TOKEN can be guessed.", "Give 16 random characters or more."))
    return out


def mail_server(of: Deployment) -> Found:
    """The mail server that takes digests: that its password can be read, and is not told to everybody on the way."""
    given, out = of.settings, []
    if not given.smtp_host:
        return []
    try:
        secret = mail.password(given)
    except mail.MailSettingsWrong as error:
        return [(str(error), "Give the user who runs the server the right to read it.")]
    if given.smtp_user and not secret:
        out.append(("HOLDFAST_SMTP_USER is set, but no password.", "Set HOLDFAST_SMTP_PASSWORD_FILE or HOLDFAST_SMTP_PASSWORD."))
    if given.smtp_security == "none" and not on_this_machine_only(given.smtp_host):
        told = f"Mails go to {given.smtp_host} unencrypted, with what they say of customers."
        out.append((told, "Set HOLDFAST_SMTP_SECURITY to starttls or tls."))
    if not is_address(mail.sender(given)):
        out.append((f"HOLDFAST_SMTP_FROM is no address: {mail.sender(given)}.", "Give one that your mail server lets through."))
    return out
