import { IsUUID, Matches } from 'class-validator';
import { SecretList, SecureUrl } from '../../../config/decorators.ts';

/** All from the integration's page in Veriff's Customer Portal; test and live are two integrations. */
export class VeriffEnvironment {
  /** The API key, which Veriff's webhooks repeat as `x-auth-client`. */
  @IsUUID('loose')
  VERIFF_API_KEY!: string;

  /** The shared secret; signs our requests and Veriff's webhooks. Newest first. */
  @SecretList()
  VERIFF_SHARED_SECRETS!: string[];

  /** The base URL with its version, such as https://stationapi.veriff.com/v1. It differs by integration: no default. */
  @SecureUrl()
  @Matches(/\/v1$/, { message: '$property must end in /v1' })
  VERIFF_API_URL!: string;
}
