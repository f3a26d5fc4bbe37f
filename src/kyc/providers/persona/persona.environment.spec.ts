import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { personaDefinition } from './persona.definition.ts';
import { PersonaEnvironment } from './persona.environment.ts';

const GOOD = {
  PERSONA_API_KEY: 'persona_sandbox_spec',
  PERSONA_TEMPLATE_ID: 'itmpl_p8ANAJy9iqadm2buF2xcVgqH',
  PERSONA_WEBHOOK_SECRETS: 'wbhsec_new_1, wbhsec_old_1',
};

const load = (variables: object): PersonaEnvironment => plainToInstance(PersonaEnvironment, variables);
const wrong = (variables: object): string[] => {
  return validateSync(load(variables)).map(({ property }) => property);
};

describe('The environment of Persona', () => {
  it('requires three variables and has defaults for the others', () => {
    expect(wrong(GOOD)).toEqual([]);
    expect(load(GOOD)).toMatchObject({
      PERSONA_WEBHOOK_SECRETS: ['wbhsec_new_1', 'wbhsec_old_1'],
      PERSONA_API_URL: 'https://api.withpersona.com/api/v1',
      PERSONA_COMPLETED_IS_APPROVED: false,
    });
    expect(wrong({})).toEqual([...personaDefinition.required]);
  });

  it.each(['itmpl_a1', 'itmplv_a1', 'tmpl_a1'])('accepts %s as the template', (PERSONA_TEMPLATE_ID) => {
    expect(wrong({ ...GOOD, PERSONA_TEMPLATE_ID })).toEqual([]);
  });

  it.each([
    ['PERSONA_TEMPLATE_ID', 'blu_1'],
    ['PERSONA_TEMPLATE_ID', 'itmpl_'],
    ['PERSONA_TEMPLATE_ID', 'xitmpl_a'],
    ['PERSONA_TEMPLATE_ID', 'itmpl_a b'],
    ['PERSONA_API_KEY', 'short'],
    ['PERSONA_API_KEY', 'persona_sandbox\nspec'],
    ['PERSONA_WEBHOOK_SECRETS', ','],
    ['PERSONA_API_URL', 'https://api.withpersona.com/api/v1/'],
    ['PERSONA_API_URL', 'https://api.withpersona.com/api/v1?a=b'],
    ['PERSONA_API_URL', 'http://api.withpersona.com/api/v1'],
    ['PERSONA_COMPLETED_IS_APPROVED', 'yes'],
    ['PERSONA_COMPLETED_IS_APPROVED', ''],
  ])('rejects %s=%j', (variable, value) => {
    expect(wrong({ ...GOOD, [variable]: value })).toEqual([variable]);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('reads %s as a boolean', (value, expected) => {
    const environment = load({ ...GOOD, PERSONA_COMPLETED_IS_APPROVED: value });
    expect(environment.PERSONA_COMPLETED_IS_APPROVED).toBe(expected);
  });

  it('creates the provider with the name of the definition', () => {
    expect(personaDefinition.create(load(GOOD), outboundAgent()).name).toBe('persona');
  });
});
