import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { openTestSystem, type TestSystem } from '../chaos/test-system.ts';

const TIMEOUT_MS = 120_000;
/** Each logs two lines of some 300 bytes. A pipe holds 64 KiB. */
const REQUESTS = 1_000;
const AT_ONCE = 20;

describe('A gateway whose standard output is a full pipe that is not read', () => {
  let system: TestSystem;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    system = await openTestSystem('persona');
  }, TIMEOUT_MS);
  afterAll(() => system.close());

  it(
    'answers a status request, a health check and a webhook, and exits with 0 at SIGTERM',
    async () => {
      const replica = await system.startReplica({ output: 'unread' });
      const user = await system.openSession();
      await fillOutput(replica.url);

      const status = await system.status(user);
      const health = await fetch(`${replica.url}/health/ready`);
      const [delivery] = await system.provider.decide(user.sessionId, { outcome: 'approve' });

      expect([status.status, health.status]).toEqual([200, 200]);
      expect(delivery?.attempts).toMatchObject([{ status: 200 }]);
      expect((await system.status(user)).body).toMatchObject({ kyc_status: 'verified' });
      expect(await replica.stop()).toBe(0);
    },
    TIMEOUT_MS,
  );
});

async function fillOutput(url: string): Promise<void> {
  let left = REQUESTS;
  const headers = { authorization: 'Bearer invalid' };
  const request = async () => {
    while ((left -= 1) >= 0) await (await fetch(`${url}/api/kyc/status`, { headers })).arrayBuffer();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, request));
}
