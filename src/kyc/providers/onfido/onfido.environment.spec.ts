import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { onfidoDefinition } from './onfido.definition.ts';
import { OnfidoEnvironment } from './onfido.environment.ts';

const GOOD = {
  ONFIDO_API_TOKEN: 'api_sandbox.abcdefgh',
  ONFIDO_WORKFLOW_ID: '9a8b7c6d-1111-4222-8333-444455556666',
  ONFIDO_WEBHOOK_TOKENS: 'newer-token, older-token',
};

function wrongIn(variables: object): string[] {
  return validateSync(plainToInstance(OnfidoEnvironment, variables)).map(({ property }) => property);
}

describe('The environment of Onfido', () => {
  it('requires three variables and uses the region eu by default', () => {
    const environment = plainToInstance(OnfidoEnvironment, GOOD);
    expect(validateSync(environment)).toEqual([]);
    expect(environment.ONFIDO_REGION).toBe('eu');
    expect(environment.ONFIDO_WEBHOOK_TOKENS).toEqual(['newer-token', 'older-token']);
    expect(Object.keys(GOOD)).toEqual(onfidoDefinition.required);
    expect(onfidoDefinition.create(environment, outboundAgent()).name).toBe('onfido');
  });

  it.each([
    ['ONFIDO_API_TOKEN', 'with a space'],
    ['ONFIDO_API_TOKEN', 'short'],
    ['ONFIDO_WORKFLOW_ID', 'my workflow'],
    ['ONFIDO_WEBHOOK_TOKENS', ','],
    ['ONFIDO_WEBHOOK_TOKENS', 'short'],
    ['ONFIDO_REGION', 'mars'],
    ['ONFIDO_API_URL', 'http://api.example.com/v3.6'],
    ['ONFIDO_API_URL', 'https://user:secret@api.example.com/v3.6'],
  ])('rejects %s=%p', (name, value) => {
    expect(wrongIn({ ...GOOD, [name]: value })).toEqual([name]);
  });

  it('accepts the URL of an emulator on this machine', () => {
    expect(wrongIn({ ...GOOD, ONFIDO_API_URL: 'http://localhost:4010/v3.6' })).toEqual([]);
  });
});
