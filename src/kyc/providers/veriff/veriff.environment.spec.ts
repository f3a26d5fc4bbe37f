import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { veriffDefinition } from './veriff.definition.ts';
import { VeriffEnvironment } from './veriff.environment.ts';

const GOOD = {
  VERIFF_API_KEY: '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b',
  VERIFF_SHARED_SECRETS: 'fedcba98-dcba-dcba-dcba-fedcba987654, abcdef12-abcd-abcd-abcd-abcdef012345',
  VERIFF_API_URL: 'https://stationapi.veriff.com/v1',
};

function wrongVariables(environment: Record<string, string>): string[] {
  return validateSync(plainToInstance(VeriffEnvironment, environment)).map(({ property }) => property);
}

describe('The environment of Veriff', () => {
  it('accepts the values that the Customer Portal shows', () => {
    expect(wrongVariables(GOOD)).toEqual([]);
  });

  it('accepts the URL of an emulator on this machine', () => {
    expect(wrongVariables({ ...GOOD, VERIFF_API_URL: 'http://127.0.0.1:4010/v1' })).toEqual([]);
  });

  it.each([
    ['VERIFF_API_KEY', 'not-a-uuid'],
    ['VERIFF_SHARED_SECRETS', 'short'],
    ['VERIFF_SHARED_SECRETS', ' , '],
    ['VERIFF_API_URL', 'http://stationapi.veriff.com/v1'],
    ['VERIFF_API_URL', 'https://stationapi.veriff.com'],
    ['VERIFF_API_URL', 'https://stationapi.veriff.com/v1/'],
  ])('rejects %s=%s', (name, value) => {
    expect(wrongVariables({ ...GOOD, [name]: value })).toEqual([name]);
  });

  it.each(Object.keys(GOOD))('requires %s', (name) => {
    const { [name as keyof typeof GOOD]: _, ...rest } = GOOD;
    expect(wrongVariables(rest)).toEqual([name]);
    expect(veriffDefinition.required).toContain(name);
  });

  it('creates the provider with the name of the definition', () => {
    const provider = veriffDefinition.create(plainToInstance(VeriffEnvironment, GOOD), outboundAgent());
    expect(provider.name).toBe(veriffDefinition.name);
  });
});
