import { IsUUID, Matches } from 'class-validator';
import { SecretList, SecureUrl } from '../../../config/decorators.ts';
import { Describe } from '../../../config/describe.ts';

/** All values are on the integration's page in Veriff's Customer Portal. Test and live are two integrations. */
export class VeriffEnvironment {
  @Describe('The API key of the integration. Webhooks repeat it in `x-auth-client`.', {
    example: '00000000-0000-4000-8000-000000000000',
  })
  @IsUUID('loose')
  VERIFF_API_KEY!: string;

  @Describe('The shared secrets of the integration, newest first. They sign requests and webhooks.', {
    example: 'replace-me',
  })
  @SecretList()
  VERIFF_SHARED_SECRETS!: string[];

  @Describe('The base URL of the integration. It ends in `/v1`.', {
    example: 'https://stationapi.veriff.com/v1',
  })
  @SecureUrl()
  @Matches(/\/v1$/, { message: '$property must end in /v1' })
  VERIFF_API_URL!: string;
}
