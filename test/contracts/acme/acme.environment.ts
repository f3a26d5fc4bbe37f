import { Matches } from 'class-validator';
import { SecretList, SecureUrl } from '../../../src/config/decorators.ts';
import { Describe } from '../../../src/config/describe.ts';

export class AcmeEnvironment {
  @Describe('The API key, which selects the test or the live environment.', {
    accepts: '`acme_test_…` or `acme_live_…`',
    example: 'acme_test_replace-me',
  })
  @Matches(/^acme_(test|live)_[\w-]{8,}$/, {
    message: '$property must be an API key: acme_test_… or acme_live_…',
  })
  ACME_API_KEY!: string;

  @Describe('The webhook secrets, newest first.', { example: 'replace-me' })
  @SecretList()
  ACME_WEBHOOK_SECRETS!: string[];

  @Describe('The base URL with its version.')
  @SecureUrl()
  ACME_API_URL = 'https://api.acme.example/v1';
}
