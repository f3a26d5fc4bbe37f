import { IsBoolean, Matches } from 'class-validator';
import { Flag, SecretList, SecureUrl } from '../../../config/decorators.ts';

/** The variables of Persona. The key decides between its sandbox and production; both have the same address. */
export class PersonaEnvironment {
  /** Goes into a header, so visible characters only. */
  @Matches(/^[\x21-\x7e]{8,}$/, { message: '$property must be an API key of at least 8 visible characters' })
  PERSONA_API_KEY!: string;

  @Matches(/^(itmpl|itmplv|tmpl)_[\w-]{1,200}$/, {
    message:
      '$property must be an inquiry template (itmpl_…), a version of one (itmplv_…) or a legacy template (tmpl_…)',
  })
  PERSONA_TEMPLATE_ID!: string;

  /** As the dashboard shows them, each whole with its `wbhsec_`. */
  @SecretList()
  PERSONA_WEBHOOK_SECRETS!: string[];

  @SecureUrl()
  @Matches(/^[^?#]*[^/?#]$/, { message: '$property must have no query and no slash at the end' })
  PERSONA_API_URL = 'https://api.withpersona.com/api/v1';

  /** `true` only where no workflow in Persona's dashboard turns completed inquiries into approved ones. */
  @Flag()
  @IsBoolean({ message: '$property must be true or false' })
  PERSONA_COMPLETED_IS_APPROVED = false;
}
