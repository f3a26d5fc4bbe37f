import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { SecretList, SecureUrl } from '../../../config/decorators.ts';
import { Describe } from '../../../config/describe.ts';

export class OnfidoEnvironment {
  @Describe('The API token. It selects the live or the sandbox environment.', {
    accepts: '`api_live…` or `api_sandbox…`',
    example: 'api_sandbox.replace-me',
  })
  @Matches(/^[\x21-\x7e]{8,}$/, {
    message: '$property must be an API token: at least 8 characters, no spaces',
  })
  ONFIDO_API_TOKEN!: string;

  @Describe('The Studio workflow that a session runs.', {
    example: '00000000-0000-4000-8000-000000000000',
  })
  @IsUUID()
  ONFIDO_WORKFLOW_ID!: string;

  @Describe('The `token` of each registered webhook, newest first.', { example: 'replace-me' })
  @SecretList()
  ONFIDO_WEBHOOK_TOKENS!: string[];

  @Describe('The region of the account.')
  @IsIn(['eu', 'us', 'ca'])
  ONFIDO_REGION: 'eu' | 'us' | 'ca' = 'eu';

  @Describe('The base URL with `/v3.6`, instead of the URL of the region.', {
    default: 'the URL of the region',
    example: 'https://api.eu.onfido.com/v3.6',
  })
  @IsOptional()
  @SecureUrl()
  ONFIDO_API_URL?: string;
}
