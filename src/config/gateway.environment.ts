import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { DatabaseEnvironment, SERVICE_HOST } from './database.environment.ts';
import { Days, Flag, SecureUrl, splitList, UrlList, WholeNumber } from './decorators.ts';
import { Describe } from './describe.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const RATE = /^[1-9]\d{0,8}\/[1-9]\d{0,8}$/;
const RATE_FORM = '`requests/seconds`';
const RATE_MESSAGE = '$property must be requests/seconds, such as 10/600';
/** Few servers accept a sender that is not ASCII before the `@`. */
const MAIL_FROM = /^([^<>\r\n]+<[!-;=?A-~]+@[^\s<>@]+>|[!-;=?A-~]+@[^\s<>@]+)$/;

/** The variables of the gateway itself. Each provider brings its own class. */
export class GatewayEnvironment extends DatabaseEnvironment {
  @Describe(
    'The provider of new sessions. A provider that is configured but not chosen still finishes its open sessions.',
    { section: 'Verification', accepts: 'one of {providers}', example: 'persona' },
  )
  @IsString()
  @MinLength(1)
  KYC_PROVIDER!: string;

  @Describe(
    'The providers of new sessions while the first provider keeps failing, in this order. Each of them must be configured.',
    { accepts: 'list of {providers}', example: 'veriff,onfido' },
  )
  @Transform(({ value }) => splitList(value))
  @IsString({ each: true })
  KYC_FALLBACK_PROVIDERS: string[] = [];

  @Describe(
    'The pages that a provider may send users back to. The first is the default, and the link in mails. A start request may name another one of the list.',
    { example: 'https://app.example.com/kyc/return' },
  )
  @UrlList()
  KYC_REDIRECT_URLS!: string[];

  @Describe('How many attempts a user has. After the last one, the user must contact your support.')
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(1_000)
  KYC_MAX_ATTEMPTS = 5;

  @Describe(
    'After how many seconds without news the gateway reads a session at its provider. Each read without news doubles the time, up to one day.',
  )
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(86_400)
  KYC_RECONCILE_AFTER_SECONDS = 900;

  @Describe(
    'For how many hours a repeated start with the same `Idempotency-Key` gets the first response again.',
  )
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(168)
  KYC_IDEMPOTENCY_HOURS = 24;

  @Describe('Whether an erasure keeps the status and an anonymized history. With false, it deletes them.')
  @Flag()
  @IsBoolean()
  KYC_ERASURE_KEEPS_DECISION = true;

  @Describe('The mail server, with user and password if it needs them.', {
    section: 'Mail',
    accepts: '`smtp://` or `smtps://` URL',
    example: 'smtp://127.0.0.1:1025',
  })
  @IsUrl(
    { ...SERVICE_HOST, protocols: ['smtp', 'smtps'] },
    { message: '$property must be an smtp:// or smtps:// URL' },
  )
  SMTP_URL!: string;

  @Describe('The sender of every mail.', {
    accepts: 'an address, or `Name <address>`',
    example: 'verification@example.com',
  })
  @Matches(MAIL_FROM, { message: '$property must be an address, or Name <address>, and ASCII before the @' })
  MAIL_FROM!: string;

  @Describe('The port to listen on. 0 takes a free port.', { section: 'HTTP and limits' })
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  @Describe('The address to listen on. The default listens on every IPv4 address.', {
    accepts: 'IP address or host name',
  })
  @IsString()
  HOST = '0.0.0.0';

  @Describe('The origins whose pages may call the API.', {
    example: 'https://app.example.com',
  })
  @Transform(({ value }) => splitList(value))
  @SecureUrl({ each: true })
  CORS_ORIGINS: string[] = [];

  @Describe(
    "How many proxies stand in front of the gateway. The gateway takes the client's address that many entries from the end of `X-Forwarded-For`.",
  )
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(10)
  TRUST_PROXY = 0;

  @Describe(
    'The proxy for https calls to providers and to the token issuer, with user and password if it needs them. `https_proxy` is read if this is not set.',
    { accepts: '`http://` or `https://` URL', example: 'http://proxy.example.com:3128' },
  )
  @IsOptional()
  @IsUrl(
    { ...SERVICE_HOST, protocols: ['http', 'https'] },
    { message: '$property must be an http:// or https:// URL' },
  )
  HTTPS_PROXY?: string;

  @Describe(
    'The hosts that are called without the proxy: a name with all names below it, an address, each with a port if you like, or `*`. `no_proxy` is read if this is not set.',
    { accepts: 'list', example: 'login.example.com,.internal' },
  )
  @Transform(({ value }) => splitList(value))
  @IsString({ each: true })
  NO_PROXY: string[] = [];

  @Describe('How many starts one user may make in a period.', { accepts: RATE_FORM })
  @Matches(RATE, { message: RATE_MESSAGE })
  RATE_LIMIT_START_USER = '10/600';

  @Describe('How many starts one client address may make in a period.', { accepts: RATE_FORM })
  @Matches(RATE, { message: RATE_MESSAGE })
  RATE_LIMIT_START_ADDRESS = '100/600';

  @Describe(
    'How many seconds the gateway accepts requests after a stop signal, so that a load balancer can see the 503 of `/health/ready`.',
    { default: '`5`, outside production `0`', example: '5' },
  )
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(60)
  SHUTDOWN_DRAIN_SECONDS?: number;

  @Describe(
    'How many days a session is kept after its end, with its events. The current session of a user is always kept.',
    { section: 'Retention' },
  )
  @Days()
  RETENTION_SESSIONS_DAYS = 1825;

  @Describe('How many days events that belong to no session are kept.')
  @Days()
  RETENTION_UNMATCHED_EVENTS_DAYS = 90;

  @Describe('How many days the evidence of a completed erasure is kept.')
  @Days()
  RETENTION_ERASURES_DAYS = 3650;

  @Describe('The least severe log level that is written.', { section: 'Operation' })
  @IsIn(LOG_LEVELS)
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @Describe('In production, the API document is off by default.')
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'production';

  @Describe('Whether `/docs` and `/docs/openapi.json` are served.', {
    default: '`true`, in production `false`',
    example: 'false',
  })
  @IsOptional()
  @Flag()
  @IsBoolean()
  API_DOCS?: boolean;
}
