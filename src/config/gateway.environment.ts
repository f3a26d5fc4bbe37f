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
import { Days, Flag, SecureUrl, splitList, UrlList, WholeNumber } from './decorators.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const RATE = /^[1-9]\d{0,8}\/[1-9]\d{0,8}$/;
const RATE_MESSAGE = '$property must be requests/seconds, such as 10/600';
const MAIL_FROM = /^([^<>\r\n]+<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;

/** Hosts may be the names of containers: no dot in them, but underscores. */
const SERVICE_HOST = { require_protocol: true, require_tld: false, allow_underscores: true } as const;

/** What it takes to reach the database: enough for the migrations. */
export class DatabaseEnvironment {
  @IsUrl(
    { ...SERVICE_HOST, protocols: ['postgres', 'postgresql'] },
    { message: '$property must be a postgres:// URL' },
  )
  DATABASE_URL!: string;

  @WholeNumber()
  @IsInt()
  @Min(2)
  @Max(100)
  DATABASE_POOL_SIZE = 10;
}

/** The gateway's own variables; what each means stands in .env.example. */
export class GatewayEnvironment extends DatabaseEnvironment {
  @Flag()
  @IsBoolean()
  DATABASE_MIGRATE = true;

  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  @IsString()
  HOST = '0.0.0.0';

  /** Not so long that shutdown would take more than ten seconds. */
  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(60)
  SHUTDOWN_DRAIN_SECONDS = 0;

  @IsIn(LOG_LEVELS)
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'production';

  /** `/docs`; off in production unless asked for. */
  @IsOptional()
  @Flag()
  @IsBoolean()
  API_DOCS?: boolean;

  @IsOptional()
  @SecureUrl()
  AUTH_JWKS_URL?: string;

  @IsOptional()
  @MinLength(32)
  AUTH_JWT_SECRET?: string;

  @IsString()
  @MinLength(1)
  AUTH_ISSUER!: string;

  @IsString()
  @MinLength(1)
  AUTH_AUDIENCE!: string;

  @Flag()
  @IsBoolean()
  USERS_FROM_TOKEN = false;

  @IsUrl(
    { ...SERVICE_HOST, protocols: ['smtp', 'smtps'] },
    { message: '$property must be an smtp:// or smtps:// URL' },
  )
  SMTP_URL!: string;

  @Matches(MAIL_FROM, { message: '$property must be an address, or Name <address>' })
  MAIL_FROM!: string;

  @Transform(({ value }) => splitList(value))
  @SecureUrl({ each: true })
  CORS_ORIGINS: string[] = [];

  @WholeNumber()
  @IsInt()
  @Min(0)
  @Max(10)
  TRUST_PROXY = 0;

  @IsString()
  @MinLength(1)
  KYC_PROVIDER!: string;

  @Transform(({ value }) => splitList(value))
  @IsString({ each: true })
  KYC_FALLBACK_PROVIDERS: string[] = [];

  @UrlList()
  KYC_REDIRECT_URLS!: string[];

  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(1_000)
  KYC_MAX_ATTEMPTS = 5;

  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(86_400)
  KYC_RECONCILE_AFTER_SECONDS = 900;

  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(168)
  KYC_IDEMPOTENCY_HOURS = 24;

  @Flag()
  @IsBoolean()
  KYC_ERASURE_KEEPS_DECISION = true;

  @Days()
  RETENTION_SESSIONS_DAYS = 1825;

  @Days()
  RETENTION_UNMATCHED_EVENTS_DAYS = 90;

  @Days()
  RETENTION_ERASURES_DAYS = 3650;

  @Matches(RATE, { message: RATE_MESSAGE })
  RATE_LIMIT_START_USER = '10/600';

  @Matches(RATE, { message: RATE_MESSAGE })
  RATE_LIMIT_START_ADDRESS = '100/600';
}
