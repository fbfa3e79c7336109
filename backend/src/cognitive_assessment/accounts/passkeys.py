"""Passkeys (WebAuthn): what a browser is asked, and whether its answer proves it. The device checks the person too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cognitive_assessment.accounts.passwords import PRODUCT
from cognitive_assessment.config import settings
from cognitive_assessment.errors import InvalidInput

_TIMEOUT_MS = 120_000
_UNPROVED = "The passkey's answer could not be verified."


@dataclass(frozen=True, slots=True)
class Site:
    """For whom a passkey is: the host that the browser binds it to, and the origin that it reports."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What is kept of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is asked: the options as JSON, and the challenge to remember."""

    options_json: str
    challenge: bytes


def _algorithms() -> list[COSEAlgorithmIdentifier]:
    """The RSA keys of devices have 2048 bits."""
    strong = [COSEAlgorithmIdentifier.EDDSA, COSEAlgorithmIdentifier.ECDSA_SHA_256]
    return [*strong, COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256] if settings().rsa_2048 else strong


def ask_for_new(site: Site, *, user_id: bytes, account: str, name: str, known: Sequence[bytes]) -> Question:
    """Ask for a new passkey that is none of the known ones."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=PRODUCT,
        user_id=user_id,
        user_name=account,
        user_display_name=name,
        timeout=_TIMEOUT_MS,
        exclude_credentials=_described(known),
        supported_pub_key_algs=_algorithms(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Question(webauthn.options_to_json(options), options.challenge)


def ask_for_proof(site: Site, known: Sequence[bytes]) -> Question:
    """Ask for a signature by one of the known passkeys, or by any that the device has for this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        timeout=_TIMEOUT_MS,
        allow_credentials=_described(known) or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(webauthn.options_to_json(options), options.challenge)


def challenge_of(credential: dict[str, Any]) -> bytes:
    """The challenge that an answer answers; raises `InvalidInput` for what is no answer."""
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except (WebAuthnException, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(_UNPROVED, field="credential") from error


def id_of(credential: dict[str, Any]) -> bytes:
    """Which passkey an answer comes from; raises `InvalidInput` for what is no answer."""
    try:
        return base64url_to_bytes(credential["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(_UNPROVED, field="credential") from error


def verify_new(site: Site, credential: dict[str, Any], challenge: bytes) -> NewPasskey:
    """What to keep of a new passkey; raises `InvalidInput` where it proves nothing."""
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
    except (WebAuthnException, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(_UNPROVED, field="credential") from error
    return NewPasskey(found.credential_id, found.credential_public_key, found.sign_count)


def verify_proof(
    site: Site, credential: dict[str, Any], challenge: bytes, *, public_key: bytes, sign_count: int
) -> int | None:
    """The authenticator's new count if its answer proves the passkey, or nothing."""
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, KeyError, TypeError, ValueError, AttributeError):
        return None
    return found.new_sign_count


def _described(credential_ids: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in credential_ids]
