import { outboundAgent } from '../common/outbound-agent.ts';
import { ConfigurationError, readConfig, readDatabaseConfig } from '../config/read-config.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import { type DatabaseSettings, examineDatabase } from './database-checks.ts';
import { failed, type Finding, ok } from './finding.ts';
import { examineMail } from './mail-checks.ts';
import { examineProviders } from './provider-checks.ts';
import { examineTokens } from './token-checks.ts';
import { examineRedirectUrls } from './url-checks.ts';

/** Checks everything around the gateway, and changes nothing. Without a valid environment, only the database. */
export async function examine(
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  let config: GatewayConfig;
  try {
    config = readConfig(PROVIDER_DEFINITIONS, environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return [...environmentProblems(error), ...(await examineOnlyDatabase(environment))];
  }
  const { auth, mail, outboundProxy, providers } = config;
  const dispatcher = outboundAgent(outboundProxy);
  try {
    const groups = await Promise.all([
      examineDatabase(settingsOf(config)),
      examineTokens(auth, dispatcher),
      examineMail(mail),
      examineProviders(providers, dispatcher),
    ]);
    return [
      { check: 'environment', ...ok('All variables are valid.') },
      ...groups.flat(),
      examineRedirectUrls(config),
    ];
  } finally {
    await dispatcher.close();
  }
}

function environmentProblems({ problems }: ConfigurationError): Finding[] {
  return problems.map((problem) => ({
    check: 'environment',
    ...failed(`${problem}. docs/configuration.md explains every variable.`),
  }));
}

async function examineOnlyDatabase(environment?: Readonly<Record<string, string | undefined>>) {
  try {
    const { url, users, migratesAtStart } = readDatabaseConfig(environment);
    return await examineDatabase({
      url,
      users,
      migratesAtStart,
      tokenColumn: undefined,
      createsUsers: false,
    });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return [];
  }
}

function settingsOf({ database, users }: GatewayConfig): DatabaseSettings {
  return {
    url: database.url,
    migratesAtStart: database.migratesAtStart,
    users: users.table,
    tokenColumn: users.tokenColumn,
    createsUsers: users.shouldCreateFromToken,
  };
}
