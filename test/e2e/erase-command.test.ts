import { join } from 'node:path';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';

const BUILD_TIMEOUT_MS = 120_000;
const COMMAND = join(ROOT, 'dist', 'commands', 'erase.js');

describe('npm run erase', () => {
  const commands: RunningCommand[] = [];
  let gateway: TestGateway;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    gateway = await startGateway({ provider: 'persona' });
  }, BUILD_TIMEOUT_MS);
  afterEach(async () => {
    for (const command of commands.splice(0)) await command.dispose();
    gateway.sandbox.persona.behave();
  });
  afterAll(() => gateway.close());

  async function erase(...args: string[]): Promise<{ code: unknown; output: string }> {
    const environment = {
      ...gateway.sandbox.environment,
      DATABASE_URL: gateway.databaseUrl,
      KYC_PROVIDER: 'persona',
      KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
    };
    const command = await runCommand([COMMAND, ...args], { environment });
    commands.push(command);
    const code = await command.ended;
    await command.leavesNothing(1_000);
    return { code, output: command.output() };
  }

  it('erases the data of the gateway, and a running gateway has the provider erase the rest', async () => {
    const { user, sessionId } = await gateway.openSession();
    const { code, output } = await erase('--user', user.id, '--by', 'Jo');
    expect(output).toContain('Erased in the gateway: sessions 1, events ');
    const logged = output.split('\n').find((line) => line.startsWith('{"event":"kyc.erasure_requested"'));
    expect(JSON.parse(String(logged))).toMatchObject({ userId: user.id, by: 'Jo' });
    expect(output).toMatch(/gateway {2}user .* by Jo {2}\(erased /);
    expect(code).toBe(0);
    await erasureHelpers(gateway).completed(user);
    expect(await erasureHelpers(gateway).tablesWith(sessionId)).toEqual([]);
  });

  it('lists what the providers have not erased yet', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.persona.misbehave({ status: 503 });
    await erase('--user', user.id, '--by', 'Jo', '--json');
    const { code, output } = await erase('--list', '--json');
    expect(JSON.parse(output)).toContainEqual(
      expect.objectContaining({ place: 'persona', userId: user.id, providerSessionId: sessionId }),
    );
    expect(code).toBe(0);
  });

  it('exits with 1 for an unknown user', async () => {
    expect(await erase('--user', 'unknown', '--by', 'Jo')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^Error: .+\n$/),
    });
  });

  it.each([
    [['--user', '1']],
    [['--by', 'Jo']],
    [['--list', '--user', '1']],
    [[]],
    [['--what']],
    [['extra']],
  ])('exits with 2 and prints its usage for the arguments %j', async (args) => {
    expect(await erase(...args)).toMatchObject({ code: 2, output: expect.stringContaining('Usage:') });
  });
});
