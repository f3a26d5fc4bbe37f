import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import type { EnvironmentGroup } from './environment-group.ts';
import type { GatewayConfig, RateLimit } from './gateway.config.ts';
import { DatabaseEnvironment } from './database.environment.ts';
import { GatewayEnvironment } from './gateway.environment.ts';
import { parseTableName, type UsersTableConfig } from './table-name.ts';
import { problemsOfTokens, tokenConfig } from './token-config.ts';
import { TokenEnvironment } from './token.environment.ts';
import { TracingEnvironment, tracingConfig } from './tracing.environment.ts';

/** Other programs read these names in lower case. */
const ALSO_IN_LOWER_CASE = new Set(['HTTPS_PROXY', 'NO_PROXY']);
const IN_QUOTES = /^(["']).*\1$/;
/** Quotes are a part of these names, and the class that validates them removes them. */
const IS_SQL_NAME = /^USERS_(TABLE|\w+_COLUMN)$/;

/** Besides these, the gateway uses a changed file of every provider's variable at once. */
const READ_AGAIN = new Set(['AUTH_JWT_SECRET', 'DATABASE_URL', 'HTTPS_PROXY', 'SMTP_URL']);

export type Variables = Readonly<Record<string, string | undefined>>;
/** Returns the trimmed content of a file, or null if the file cannot be read. */
type SecretReader = (path: string) => string | null;
type Shape<T extends object = object> = new () => T;

/** The message names every missing and every wrong variable, and shows no value. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

export function readConfig(
  groups: readonly EnvironmentGroup[],
  environment: Variables = process.env,
  readSecret: SecretReader = readSecretFile,
): GatewayConfig {
  const problems: string[] = [];
  const shapes = shapesOf(groups);
  const variables = readVariables(shapes.flatMap(variablesOf), environment, problems, readSecret);
  const gateway = validate(GatewayEnvironment, variables, problems);
  const tokens = validate(TokenEnvironment, variables, problems);
  const tracing = validate(TracingEnvironment, variables, problems);
  const providers = readGroups(groups, variables, problems);

  problems.push(...problemsOfTokens(variables));
  const choose = (variable: string, name: string) =>
    problems.push(...problemsOfChoice(variable, name, groups, variables));
  if (gateway.KYC_PROVIDER !== undefined) choose('KYC_PROVIDER', gateway.KYC_PROVIDER);
  for (const name of new Set(gateway.KYC_FALLBACK_PROVIDERS)) {
    if (name === gateway.KYC_PROVIDER) {
      problems.push('KYC_FALLBACK_PROVIDERS must not contain the provider of KYC_PROVIDER');
    } else choose('KYC_FALLBACK_PROVIDERS', name);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return freeze(gateway, tokens, tracing, providers);
}

export interface DatabaseConfig {
  readonly url: string;
  readonly poolSize: number;
  readonly migratesAtStart: boolean;
  readonly users: UsersTableConfig;
}

/** For commands that need no other configuration. */
export function readDatabaseConfig(environment: Variables = process.env): DatabaseConfig {
  const problems: string[] = [];
  const variables = readVariables(variablesOf(DatabaseEnvironment), environment, problems);
  const database = validate(DatabaseEnvironment, variables, problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return {
    url: database.DATABASE_URL,
    poolSize: database.DATABASE_POOL_SIZE,
    migratesAtStart: database.DATABASE_MIGRATE,
    users: usersTable(database),
  };
}

function usersTable(database: DatabaseEnvironment): UsersTableConfig {
  return {
    ...(parseTableName(database.USERS_TABLE) ?? { schema: null, name: database.USERS_TABLE }),
    idColumn: database.USERS_ID_COLUMN,
    emailColumn: database.USERS_EMAIL_COLUMN,
    mayCreate: database.USERS_TABLE_CREATE,
  };
}

/** Trims the values and leaves out empty values. For NAME_FILE, returns NAME with the content of the file. */
function readVariables(
  names: readonly string[],
  environment: Variables,
  problems: string[],
  readSecret: SecretReader = readSecretFile,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of names) {
    const lowerCase = ALSO_IN_LOWER_CASE.has(name) ? environment[name.toLowerCase()] : undefined;
    const value = environment[name]?.trim() || lowerCase?.trim() || '';
    const path = environment[`${name}_FILE`]?.trim() ?? '';
    if (value !== '' && path !== '')
      problems.push(`${name} and ${name}_FILE are both set. Remove one of them`);
    else if (IN_QUOTES.test(value) && !IS_SQL_NAME.test(name)) {
      problems.push(`${name} must not be in quotes. Docker's --env-file takes them as part of the value`);
    } else if (value !== '') variables[name] = value;
    else if (path !== '') {
      const content = readSecret(path);
      if (content === null) problems.push(`${name}_FILE names a file that cannot be read`);
      else if (content === '') problems.push(`${name}_FILE names an empty file`);
      else variables[name] = content;
    }
  }
  return variables;
}

export function readSecretFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** A variable that is set by NAME_FILE. */
export interface SecretFile {
  readonly variable: string;
  readonly path: string;
  /** Whether the gateway uses a new content without a restart. */
  readonly isReadAgain: boolean;
}

export function findSecretFiles(
  groups: readonly EnvironmentGroup[],
  environment: Variables = process.env,
): SecretFile[] {
  const ofProviders = new Set(groups.flatMap((group) => variablesOf(group.environment)));
  return shapesOf(groups)
    .flatMap(variablesOf)
    .flatMap((variable) => {
      const path = environment[`${variable}_FILE`]?.trim() ?? '';
      const isReadAgain = READ_AGAIN.has(variable) || ofProviders.has(variable);
      return path === '' ? [] : [{ variable, path, isReadAgain }];
    });
}

function shapesOf(groups: readonly EnvironmentGroup[]): Shape[] {
  return [
    GatewayEnvironment,
    TokenEnvironment,
    TracingEnvironment,
    ...groups.map((group) => group.environment),
  ];
}

function variablesOf(shape: Shape): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}

function readGroups(
  groups: readonly EnvironmentGroup[],
  variables: Variables,
  problems: string[],
): ReadonlyMap<string, object> {
  const configured = new Map<string, object>();
  for (const group of groups) {
    const missing = group.required.filter((name) => variables[name] === undefined);
    if (missing.length === group.required.length) continue;
    if (missing.length > 0) {
      problems.push(
        `${missing.join(', ')} must be set too. Set all required variables of ${group.name}, or none of them`,
      );
      continue;
    }
    configured.set(group.name, deepFreeze(validate(group.environment, variables, problems)));
  }
  return configured;
}

/** `readGroups` already reports a provider that is configured in part. */
function problemsOfChoice(
  variable: string,
  name: string,
  groups: readonly EnvironmentGroup[],
  variables: Variables,
): string[] {
  const chosen = groups.find((group) => group.name === name);
  if (chosen === undefined)
    return [`${variable} must be one of ${groups.map((group) => group.name).join(', ')}`];
  const missing = chosen.required.filter((required) => variables[required] === undefined);
  if (missing.length < chosen.required.length) return [];
  return [`${missing.join(', ')} must be set, because ${variable} names ${name}`];
}

function validate<T extends object>(shape: Shape<T>, variables: Variables, problems: string[]): T {
  const own = Object.fromEntries(
    variablesOf(shape).flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
  );
  const instance = plainToInstance(shape, own, { exposeDefaultValues: true });
  const errors = validateSync(instance, { stopAtFirstError: true });
  problems.push(...errors.map(describe));
  return instance;
}

function describe(error: ValidationError): string {
  if (error.value === undefined) return `${error.property} must be set`;
  return Object.values(error.constraints ?? {})[0] ?? `${error.property} is not valid`;
}

function freeze(
  gateway: GatewayEnvironment,
  tokens: TokenEnvironment,
  tracing: TracingEnvironment,
  providers: ReadonlyMap<string, object>,
): GatewayConfig {
  return deepFreeze({
    http: {
      port: gateway.PORT,
      host: gateway.HOST,
      corsOrigins: gateway.CORS_ORIGINS.map((origin) => new URL(origin).origin),
      trustedProxyHops: gateway.TRUST_PROXY,
      hasApiDocs: gateway.API_DOCS ?? gateway.NODE_ENV !== 'production',
      drainSeconds: gateway.SHUTDOWN_DRAIN_SECONDS ?? (gateway.NODE_ENV === 'production' ? 5 : 0),
    },
    outboundProxy: { url: gateway.HTTPS_PROXY, except: gateway.NO_PROXY },
    logLevel: gateway.LOG_LEVEL,
    tracing: tracingConfig(tracing),
    database: {
      url: gateway.DATABASE_URL,
      migratesAtStart: gateway.DATABASE_MIGRATE,
      poolSize: gateway.DATABASE_POOL_SIZE,
    },
    auth: tokenConfig(tokens),
    users: {
      shouldCreateFromToken: tokens.USERS_FROM_TOKEN,
      tokenColumn: tokens.USERS_TOKEN_COLUMN,
      table: usersTable(gateway),
    },
    mail: { smtpUrl: gateway.SMTP_URL, from: gateway.MAIL_FROM },
    kyc: {
      provider: gateway.KYC_PROVIDER,
      fallbackProviders: [...new Set(gateway.KYC_FALLBACK_PROVIDERS)],
      redirectUrls: gateway.KYC_REDIRECT_URLS,
      maxAttempts: gateway.KYC_MAX_ATTEMPTS,
      reconcileAfterSeconds: gateway.KYC_RECONCILE_AFTER_SECONDS,
      idempotencyHours: gateway.KYC_IDEMPOTENCY_HOURS,
      erasureKeepsDecision: gateway.KYC_ERASURE_KEEPS_DECISION,
    },
    retention: {
      sessionsDays: gateway.RETENTION_SESSIONS_DAYS,
      unmatchedEventsDays: gateway.RETENTION_UNMATCHED_EVENTS_DAYS,
      erasuresDays: gateway.RETENTION_ERASURES_DAYS,
    },
    rateLimits: {
      startPerUser: rateLimit(gateway.RATE_LIMIT_START_USER),
      startPerAddress: rateLimit(gateway.RATE_LIMIT_START_ADDRESS),
    },
    providers,
  });
}

function rateLimit(text: string): RateLimit {
  const [requests, seconds] = text.split('/').map(Number);
  return { requests: requests ?? 0, seconds: seconds ?? 0 };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}
