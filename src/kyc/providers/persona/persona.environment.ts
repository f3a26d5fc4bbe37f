import { IsBoolean, Matches } from 'class-validator';
import { Flag, SecretList, SecureUrl } from '../../../config/decorators.ts';
import { Describe } from '../../../config/describe.ts';

export class PersonaEnvironment {
  @Describe('The API key. It selects the sandbox or the production environment.', {
    accepts: 'at least 8 visible characters',
    example: 'persona_sandbox_replace-me',
  })
  @Matches(/^[\x21-\x7e]{8,}$/, { message: '$property must be an API key of at least 8 visible characters' })
  PERSONA_API_KEY!: string;

  @Describe('The inquiry template, a version of one, or a legacy template.', {
    accepts: '`itmpl_…`, `itmplv_…` or `tmpl_…`',
    example: 'itmpl_replaceMe',
  })
  @Matches(/^(itmpl|itmplv|tmpl)_[\w-]{1,200}$/, {
    message:
      '$property must be an inquiry template (itmpl_…), a version of one (itmplv_…) or a legacy template (tmpl_…)',
  })
  PERSONA_TEMPLATE_ID!: string;

  @Describe('The secrets of the webhook, newest first, each with its `wbhsec_` prefix.', {
    example: 'wbhsec_replace-me',
  })
  @SecretList()
  PERSONA_WEBHOOK_SECRETS!: string[];

  @Describe('The base URL with its version and without a slash at the end.')
  @SecureUrl()
  @Matches(/^[^?#]*[^/?#]$/, { message: '$property must have no query and no slash at the end' })
  PERSONA_API_URL = 'https://api.withpersona.com/api/v1';

  @Describe(
    'Whether a completed inquiry counts as approved. Set true only if no workflow in the Persona dashboard approves or declines completed inquiries.',
  )
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PERSONA_COMPLETED_IS_APPROVED = false;
}
