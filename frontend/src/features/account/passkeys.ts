/** Passkeys as the browser has them, to and from JSON; older browsers know the bytes only. */
import { useSyncExternalStore } from 'react';

const fromText = (text: string): Uint8Array<ArrayBuffer> => {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const toText = (bytes: ArrayBuffer | null): string | null =>
  bytes &&
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

type Described = PublicKeyCredentialDescriptorJSON[] | undefined;
const described = (known: Described): PublicKeyCredentialDescriptor[] =>
  (known ?? []).map(({ id }) => ({ id: fromText(id), type: 'public-key' }));

const nothingChanges = () => () => undefined;
const hasPasskeys = (): boolean => 'PublicKeyCredential' in window;

/** Whether this browser knows passkeys; the pages are built where there is none. */
export const useHasPasskeys = (): boolean => useSyncExternalStore(nothingChanges, hasPasskeys, () => false);

/** The person refused, or the device has no passkey for this site; browsers do not tell which. */
const REFUSED = 'No passkey was used. Try again, or take another way.';

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let found: Credential | null;
  try {
    found = await ask();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError')
      throw new Error('This device has a passkey for your account already.', { cause: error });
    throw new Error(REFUSED, { cause: error });
  }
  if (!found) throw new Error(REFUSED);
  return found as PublicKeyCredential;
}

export async function createPasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  const publicKey = {
    ...options,
    challenge: fromText(options.challenge),
    user: { ...options.user, id: fromText(options.user.id) },
    excludeCredentials: described(options.excludeCredentials),
  } as PublicKeyCredentialCreationOptions;
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return written(made, { attestationObject: toText(response.attestationObject) });
}

export async function answerProof(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = {
    ...options,
    challenge: fromText(options.challenge),
    allowCredentials: described(options.allowCredentials),
  } as PublicKeyCredentialRequestOptions;
  const proof = await asked(() => navigator.credentials.get({ publicKey }));
  const response = proof.response as AuthenticatorAssertionResponse;
  return written(proof, {
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    userHandle: toText(response.userHandle),
  });
}

function written(credential: PublicKeyCredential, response: Record<string, string | null>): unknown {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}
