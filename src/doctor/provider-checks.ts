import type { Dispatcher } from 'undici';
import { ProviderRefusedError, ProviderUnavailableError } from '../kyc/providers/provider-errors.ts';
import type { ProviderDefinition } from '../kyc/providers/provider-definition.ts';
import { reasonOf } from '../common/reason-of.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import { isNotFound } from '../kyc/providers/shared/provider-http.ts';
import { failed, type Finding, ok, warning } from './finding.ts';

const REJECTED: readonly (number | null)[] = [401, 403];
const TIMEOUT_MS = 10_000;
/** Tokens are accepted for this long before and after their time. */
const TOLERATED_SECONDS = 5;
/** Persona rejects no older signature than five minutes, and its events are dated by its clock. */
const WRONG_SECONDS = 60;

/** Checks every configured provider, also those that no new session uses, because they finish their open sessions. */
export async function examineProviders(
  configured: ReadonlyMap<string, object>,
  dispatcher: Dispatcher,
): Promise<Finding[]> {
  const findings = await Promise.all(
    PROVIDER_DEFINITIONS.flatMap((definition) => {
      const environment = configured.get(definition.name);
      return environment === undefined ? [] : [examineProvider(definition, environment, dispatcher)];
    }),
  );
  return findings.flat();
}

async function examineProvider(
  definition: ProviderDefinition,
  environment: object,
  dispatcher: Dispatcher,
): Promise<Finding[]> {
  const check = `provider ${definition.name}`;
  const startedAt = Date.now();
  try {
    const provider = definition.create(environment, dispatcher);
    const { at } = await provider.checkAccess(AbortSignal.timeout(TIMEOUT_MS));
    const here = new Date((startedAt + Date.now()) / 2);
    const access = { check, ...ok('The provider accepts the credentials.') };
    return at === null ? [access] : [access, { check: 'clock', ...compareClocks(definition.name, at, here) }];
  } catch (error) {
    return [{ check, ...adviceFor(definition, error) }];
  }
}

function adviceFor({ accessVariables }: ProviderDefinition, error: unknown): Omit<Finding, 'check'> {
  const variables = accessVariables.join(', ');
  if (error instanceof ProviderRefusedError && REJECTED.includes(error.status)) {
    return failed(`The provider rejects the credentials (${error.message}). Check ${variables}.`);
  }
  if (error instanceof ProviderRefusedError || isFromWrongPlace(error)) {
    return failed(
      `The provider does not know the request (${reasonOf(error)}). The address or the version of the API is probably ` +
        `wrong. Check ${variables}.`,
    );
  }
  if (error instanceof ProviderUnavailableError && error.status !== null) {
    return failed(
      `The provider fails (${error.message}). Run the doctor again later, or check ${variables}.`,
    );
  }
  return failed(
    `The provider cannot be reached (${reasonOf(error)}). Check the network, HTTPS_PROXY, and ${variables}.`,
  );
}

/** The response of another server than the provider's API: a page that is not found, or JSON of another shape. */
function isFromWrongPlace(error: unknown): boolean {
  if (!(error instanceof ProviderUnavailableError) || error.isUnanswered) return false;
  return error.status === null || isNotFound(error.status);
}

/** The header has no fraction of a second. */
function compareClocks(provider: string, there: Date, here: Date): Omit<Finding, 'check'> {
  const seconds = Math.round(Math.abs(there.getTime() + 500 - here.getTime()) / 1_000);
  if (seconds <= TOLERATED_SECONDS) return ok(`The clock agrees with the clock of ${provider}.`);
  const message =
    `The clock of this machine is ${seconds} s ${here > there ? 'ahead of' : 'behind'} the clock of ${provider}. ` +
    'Synchronize it (NTP), because tokens and signatures are checked against it.';
  return seconds > WRONG_SECONDS ? failed(message) : warning(message);
}
