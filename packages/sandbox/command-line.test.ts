import { readOptions } from './command-line.ts';

it('takes ports and an address, and has its own of each', () => {
  expect(
    readOptions(['--port', '0', '--smtp-port', '2525', '--webhook-url', 'https://kyc.example/hook']),
  ).toEqual({
    port: 0,
    smtpPort: 2525,
    webhookUrl: 'https://kyc.example/hook',
    gatewayUrl: 'https://kyc.example',
    databaseUrl: null,
  });
  expect(readOptions([])).toMatchObject({ port: 4010, smtpPort: 4025 });
});

it('takes a gateway and its database', () => {
  const args = ['--gateway-url', 'http://127.0.0.1:3100/', '--database-url', 'postgres://kyc@127.0.0.1/kyc'];
  expect(readOptions(args)).toMatchObject({
    gatewayUrl: 'http://127.0.0.1:3100',
    databaseUrl: 'postgres://kyc@127.0.0.1/kyc',
  });
});

it('knows when it is asked for help', () => {
  expect(readOptions(['--help'])).toBeNull();
});

it.each([
  ['an unknown option', ['--prot', '1']],
  ['a port that is none', ['--port', 'http']],
  ['a port that is too large', ['--smtp-port', '65536']],
  ['an address that is none', ['--webhook-url', 'localhost']],
  ['a gateway that is none', ['--gateway-url', 'localhost:3000']],
  ['a database that is none', ['--database-url', 'mysql://kyc@127.0.0.1/kyc']],
])('refuses %s', (_what, args) => {
  expect(() => readOptions(args)).toThrow();
});
