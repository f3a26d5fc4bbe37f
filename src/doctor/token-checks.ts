import type { Dispatcher } from 'undici';
import { remoteKeys } from '../auth/remote-keys.ts';
import { isGuessable, requireUsableKeys } from '../auth/usable-keys.ts';
import { isRemoteHost } from '../database/connection-security.ts';
import { reasonOf } from '../common/reason-of.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { examineAs, failed, type Finding, ok, warning } from './finding.ts';

export async function examineTokens(
  { jwksUrl, secrets }: GatewayConfig['auth'],
  dispatcher: Dispatcher,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (jwksUrl !== undefined) {
    findings.push(await examineAs('token keys', () => examineKeySet(new URL(jwksUrl), dispatcher)));
  }
  if (secrets.length > 0) findings.push({ check: 'token secrets', ...examineSecrets(secrets) });
  return findings;
}

async function examineKeySet(url: URL, dispatcher: Dispatcher): Promise<Omit<Finding, 'check'>> {
  let algorithms: string[];
  try {
    const keys = await remoteKeys(url, dispatcher, () => undefined).read();
    algorithms = await requireUsableKeys(keys);
  } catch (error) {
    const { cause } = error as Error;
    const reason = [error, cause].filter((each) => each !== undefined).map(reasonOf);
    return failed(
      `The key set cannot be used: ${reason.join(': ')}. Set AUTH_JWKS_URL to the jwks_uri of the token issuer.`,
    );
  }
  const found = `The key set has keys for ${algorithms.join(', ')}`;
  if (url.protocol === 'https:' || !isRemoteHost(url.hostname)) return ok(`${found}.`);
  return warning(
    `${found}, but it is read without encryption. Use https, or keep AUTH_JWKS_ALLOW_HTTP only in a network that you trust.`,
  );
}

function examineSecrets(secrets: readonly string[]): Omit<Finding, 'check'> {
  if (!secrets.some(isGuessable)) return ok('The secrets are long, and not easy to guess.');
  return failed(
    'AUTH_JWT_SECRET repeats a few characters. Replace it with a random one, such as the output of: openssl rand -base64 48.',
  );
}
