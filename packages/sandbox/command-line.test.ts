import { readOptions } from './command-line.ts';

it('The command line accepts ports and addresses, and has a default for each', () => {
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

it('The command line accepts the address of a gateway and of its database', () => {
  const args = ['--gateway-url', 'http://127.0.0.1:3100/', '--database-url', 'postgres://kyc@127.0.0.1/kyc'];
  expect(readOptions(args)).toMatchObject({
    gatewayUrl: 'http://127.0.0.1:3100',
    databaseUrl: 'postgres://kyc@127.0.0.1/kyc',
  });
});

it('The command line returns null for --help', () => {
  expect(readOptions(['--help'])).toBeNull();
});

it.each([
  ['an unknown option', ['--prot', '1']],
  ['a port that is not a number', ['--port', 'http']],
  ['a port that is too large', ['--smtp-port', '65536']],
  ['an invalid webhook address', ['--webhook-url', 'localhost']],
  ['an invalid gateway address', ['--gateway-url', 'localhost:3000']],
  ['a database address that is not PostgreSQL', ['--database-url', 'mysql://kyc@127.0.0.1/kyc']],
])('The command line rejects %s', (_case, args) => {
  expect(() => readOptions(args)).toThrow();
});
