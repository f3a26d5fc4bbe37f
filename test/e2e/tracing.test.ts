import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { replicaEnvironment } from '../chaos/fleet.ts';
import { openTestSystem, type TestSystem } from '../chaos/test-system.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { startReplica } from '../support/replica.ts';

const TIMEOUT_MS = 120_000;
const RECORDER = new URL('../support/record-modules.mjs', import.meta.url).href;
const SDK = /node_modules\/@opentelemetry\/(?!api\/)/;

describe('A gateway', () => {
  let system: TestSystem;
  let collector: Collector;
  let folder: string;
  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    folder = mkdtempSync(join(tmpdir(), 'kyc-modules-'));
    collector = await startCollector();
    system = await openTestSystem('persona');
  }, TIMEOUT_MS);
  afterAll(async () => {
    await system.close();
    await collector.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts a gateway, sends it one request and stops it. */
  async function runOnce(environment: Record<string, string>) {
    const file = join(folder, 'modules');
    const replica = await startReplica({
      ...replicaEnvironment(system.sandbox, system.databaseUrl),
      NODE_OPTIONS: `--import ${RECORDER}`,
      MODULES_FILE: file,
      ...environment,
    });
    await replica.ready();
    const { status } = await fetch(`${replica.url}/api/kyc/status`);
    const askedAt = performance.now();
    const code = await replica.stop();
    const tookMs = performance.now() - askedAt;
    return { status, code, tookMs, modules: readFileSync(file, 'utf8').split('\n') };
  }

  it(
    'loads no module of the SDK of OpenTelemetry if tracing is off',
    async () => {
      const { modules, code } = await runOnce({});
      expect(code).toBe(0);
      expect(modules.length).toBeGreaterThan(500);
      expect(modules.filter((url) => SDK.test(url))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'loads the SDK if tracing is on, and exports the last spans before it exits',
    async () => {
      const { modules, code } = await runOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
      expect(code).toBe(0);
      expect(modules.filter((url) => SDK.test(url)).length).toBeGreaterThan(10);
      expect(collector.spans()).toContainEqual(expect.objectContaining({ name: 'GET /api/kyc/status' }));
    },
    TIMEOUT_MS,
  );

  it(
    'serves requests and exits with 0 within three seconds although the collector never responds',
    async () => {
      collector.respondWith(null);
      const before = collector.exports();
      const { status, code, tookMs } = await runOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
      expect([status, code]).toEqual([401, 0]);
      expect(collector.exports()).toBeGreaterThan(before);
      expect(tookMs).toBeLessThan(3_000);
    },
    TIMEOUT_MS,
  );
});
