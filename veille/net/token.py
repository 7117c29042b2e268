"""An access token for a program, from the token service of the house (RFC 6749 section 4.4)."""

from __future__ import annotations

import json
import ssl

import httpx

from veille.errors import DeliveryError
from veille.i18n import gettext as _
from veille.model.plaintext import one_line, shortened
from veille.model.urls import host_name

_TIMEOUT_SECONDS = 30
_REASON_MAX_CHARACTERS = 300


def access_token(url: str, *, client_id: str, client_secret: str, scope: str) -> str:
    """A fresh token for ``scope``; the secret crosses the network by verified TLS only.

    Raises ``DeliveryError``, in the service's own words and without the secret, when it gives none.
    """
    token, reason = _asked(
        url,
        {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": scope,
        },
    )
    if token:
        return token
    # Outside of any except clause: what the library raised may hold what was sent.
    raise DeliveryError(
        _("The token service {host} gave no token: {reason}.").format(
            host=host_name(url),
            reason=shortened(
                one_line(reason.replace(client_secret, "…")).rstrip("."), _REASON_MAX_CHARACTERS
            ),
        ),
        hint=_("Check smtp.token_url, smtp.client_id and VEILLE_SMTP_CLIENT_SECRET; nobody was written to."),
    )


def _asked(url: str, form: dict[str, str]) -> tuple[str, str]:
    """The token, or else why there is none."""
    try:
        # Neither a proxy nor a password from the environment; the certificates that the system trusts.
        with httpx.Client(verify=ssl.create_default_context(), trust_env=False) as client:
            response = client.post(url, data=form, timeout=_TIMEOUT_SECONDS, follow_redirects=False)
        answer = json.loads(response.content)
    except httpx.HTTPError as error:
        return "", str(error) or type(error).__name__
    except ValueError:
        return "", str(response.status_code)
    if not isinstance(answer, dict):
        return "", str(response.status_code)
    token = answer.get("access_token")
    if response.status_code == 200 and isinstance(token, str):
        return token, ""
    said = (answer.get("error"), answer.get("error_description"))
    return "", " – ".join(str(word) for word in said if word) or str(response.status_code)
