import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import { CurrentAgent, outboundAgent, replaceAgent } from '../../src/common/outbound-agent.ts';
import { Secrets } from '../../src/config/secrets.ts';
import type { GatewayConfig } from '../../src/config/gateway.config.ts';
import { remoteKeys } from '../../src/auth/remote-keys.ts';
import {
  RequestNotExecutedError,
  ProviderUnavailableError,
} from '../../src/kyc/providers/provider-errors.ts';
import { callProvider } from '../../src/kyc/providers/shared/provider-http.ts';
import { openSession } from './cases/steps.ts';
import { type ConnectProxy, openConnectProxy, openTlsFront, PRIVATE_CA } from './connect-proxy.ts';
import { harnessFor, type ProviderHarness, startSuiteSandbox, SUITE_HARNESSES } from './provider-harness.ts';

let proxy: ConnectProxy;
const trusted = getCACertificates();

beforeAll(async () => {
  // The same as NODE_EXTRA_CA_CERTS, which Node reads only when a process starts.
  setDefaultCACertificates([...trusted, PRIVATE_CA]);
  proxy = await openConnectProxy();
});
beforeEach(() => proxy.behave('tunnel'));
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await proxy.close();
});

describe.each(SUITE_HARNESSES.map(({ name }) => name))('With HTTPS_PROXY, a call to %s', (name) => {
  let sandbox: Sandbox;
  let harness: ProviderHarness;
  let front: Awaited<ReturnType<typeof openTlsFront>>;

  beforeAll(async () => {
    sandbox = await startSuiteSandbox();
    harness = await harnessFor(name, sandbox);
    front = await openTlsFront(harness.relay.origin);
  });
  afterAll(async () => {
    await front.close();
    await harness.relay.close();
    await sandbox.close();
  });

  const adapterWith = (variables: Record<string, string>) =>
    harness.adapter({ apiUrl: front.origin + harness.apiPath, variables });
  const target = () => new URL(front.origin).host;

  it('goes through the proxy', async () => {
    const adapter = adapterWith({ HTTPS_PROXY: proxy.url });
    const { sessionId } = await openSession(harness, adapter);
    await adapter.readDecision(sessionId, AbortSignal.timeout(5_000));
    expect(new Set(proxy.targets())).toEqual(new Set([target()]));
  });

  it('sends user and password of the proxy to the proxy, and not to the provider', async () => {
    const url = proxy.url.replace('://', '://kyc:s%40cret@');
    await openSession(harness, adapterWith({ https_proxy: url }));
    const expected = `Basic ${Buffer.from('kyc:s@cret').toString('base64')}`;
    expect(new Set(proxy.credentials())).toEqual(new Set([expected]));
    expect(harness.relay.requests().at(-1)?.headers).not.toHaveProperty('proxy-authorization');
  });

  it.each(['localhost', 'example.com, .localhost', '*'])(
    'does not go through the proxy with NO_PROXY=%s',
    async (list) => {
      await openSession(harness, adapterWith({ HTTPS_PROXY: proxy.url, NO_PROXY: list }));
      expect(proxy.targets()).toEqual([]);
    },
  );

  it.each(['refuse', 'hang_up'] as const)(
    'is unavailable and was not executed if the proxy answers with: %s',
    async (behavior) => {
      const known = await openSession(harness);
      const before = harness.relay.requests().length;
      proxy.behave(behavior);
      const adapter = adapterWith({ HTTPS_PROXY: proxy.url });
      await expect(openSession(harness, adapter)).rejects.toThrow(RequestNotExecutedError);
      const read = adapter.readDecision(known.sessionId, AbortSignal.timeout(5_000));
      await expect(read).rejects.toThrow(RequestNotExecutedError);
      expect(harness.relay.requests()).toHaveLength(before);
    },
  );

  it('is unavailable if the proxy accepts no connection', async () => {
    const adapter = adapterWith({ HTTPS_PROXY: 'http://127.0.0.1:1' });
    await expect(openSession(harness, adapter)).rejects.toThrow(RequestNotExecutedError);
  });

  it('ends with the signal of the caller if the proxy does not answer', async () => {
    proxy.behave('stay_silent');
    const adapter = adapterWith({ HTTPS_PROXY: proxy.url });
    const read = adapter.readDecision(harness.options.unknownSessionId, AbortSignal.timeout(200));
    await expect(read).rejects.toThrow(ProviderUnavailableError);
  });
});

it('After a change of HTTPS_PROXY, the next call uses the new password of the proxy', async () => {
  proxy.behave('refuse');
  const configWith = (password: string) => {
    const url = proxy.url.replace('://', `://kyc:${password}@`);
    return {
      auth: { secrets: [] },
      database: { url: '' },
      mail: { smtpUrl: '' },
      providers: new Map(),
      outboundProxy: { url, except: [] },
    } as unknown as GatewayConfig;
  };
  const secrets = new Secrets(configWith('old'));
  const dispatcher = new CurrentAgent(secrets.derive((config) => config.outboundProxy, replaceAgent));
  const passwordOfCall = async () => {
    const signal = AbortSignal.timeout(5_000);
    const call = { provider: 'persona', dispatcher, method: 'GET' as const, headers: {}, signal };
    await callProvider({ ...call, url: 'https://provider.example/cases' }).catch(() => undefined);
    const [, credentials = ''] = String(proxy.credentials().at(-1)).split(' ');
    return Buffer.from(credentials, 'base64').toString();
  };

  expect(await passwordOfCall()).toBe('kyc:old');
  secrets.replace(configWith('new'));
  expect(await passwordOfCall()).toBe('kyc:new');
});

it('With HTTPS_PROXY, the error of a call names the status with which the proxy refuses', async () => {
  proxy.behave('refuse');
  const call = callProvider({
    provider: 'persona',
    dispatcher: outboundAgent({ url: proxy.url, except: [] }),
    method: 'GET',
    url: 'https://provider.example/cases',
    headers: {},
    signal: AbortSignal.timeout(5_000),
  });
  await expect(call).rejects.toThrow('GET /cases: no connection, because the proxy responded 403');
});

describe('With HTTPS_PROXY, the key set of the token issuer', () => {
  it('is read through the proxy', async () => {
    const sandbox = await startSuiteSandbox();
    const front = await openTlsFront(sandbox.url);
    const dispatcher = outboundAgent({ url: proxy.url, except: [] });
    const keys = remoteKeys(new URL(`${front.origin}/nothing-here`), dispatcher, () => undefined);
    await expect(keys.read()).rejects.toThrow();
    expect(proxy.targets()).toEqual([new URL(front.origin).host]);
    await front.close();
    await sandbox.close();
  });
});
