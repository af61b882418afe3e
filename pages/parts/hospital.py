"""The web server's OpenID Connect client, as the gate needs it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME


class OpenIdConnect:
    """What ``st.login`` does, started by the gate instead of by a screen."""

    def login_address(self) -> str:
        """Path that sends the browser to the provider named in ``secrets.toml``."""
        return f"/auth/login?provider={quote(encode_provider_token('default'))}"

    def identity(self, set_cookies: Sequence[str]) -> Mapping[str, Any] | None:
        """Claims in the signed cookie that the client sets after the provider's answer."""
        values: dict[str, str] = {}
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                values[name] = morsel.value

        def single(name: str) -> bytes | None:
            value = values.get(name)
            return decode_signed_value(get_cookie_secret(), name, value) if value else None

        content = get_cookie_with_chunks(single, USER_COOKIE_NAME)
        said: Mapping[str, Any] | None = json.loads(content) if content else None
        return said
