import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { SecretList, SecureUrl } from '../../../config/decorators.ts';

export class OnfidoEnvironment {
  /** `api_live…` or `api_sandbox…`. It goes into a header, so no space or control character. */
  @Matches(/^[\x21-\x7e]{8,}$/, {
    message: '$property must be an API token: at least 8 characters, no spaces',
  })
  ONFIDO_API_TOKEN!: string;

  @IsUUID()
  ONFIDO_WORKFLOW_ID!: string;

  /** The `token` of each registered webhook, newest first. */
  @SecretList()
  ONFIDO_WEBHOOK_TOKENS!: string[];

  @IsIn(['eu', 'us', 'ca'])
  ONFIDO_REGION: 'eu' | 'us' | 'ca' = 'eu';

  /** With its /v3.6; takes the place of the region's. */
  @IsOptional()
  @SecureUrl()
  ONFIDO_API_URL?: string;
}
