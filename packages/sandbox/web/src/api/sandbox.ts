/** The sandbox replaces the platform's own user list, login and settings. It also serves this page. */

export interface SampleUser {
  id: string;
  name: string;
  email: string;
}

export interface SandboxSettings {
  gatewayUrl: string;
  users: SampleUser[];
}

/** Rejects if the sandbox is unreachable or its response has another form. */
export async function readSettings(): Promise<SandboxSettings> {
  const [settings, state] = await Promise.all([
    requestJson('/sandbox/settings'),
    requestJson('/sandbox/state'),
  ]);
  const gatewayUrl = field(settings, 'gateway_url');
  const users = field(state, 'users');
  if (typeof gatewayUrl !== 'string' || !Array.isArray(users))
    throw new Error('The sandbox returned unexpected settings.');
  return { gatewayUrl: gatewayUrl.replace(/\/$/, ''), users: users.filter(isSampleUser) };
}

/** Issues a user's access token in place of the platform's login. */
export async function issueToken(user: SampleUser): Promise<string> {
  const token = field(
    await requestJson('/sandbox/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub: user.id, email: user.email }),
    }),
    'token',
  );
  if (typeof token !== 'string') throw new Error('The sandbox returned no token.');
  return token;
}

export function isSampleUser(candidate: unknown): candidate is SampleUser {
  return ['id', 'name', 'email'].every((name) => typeof field(candidate, name) === 'string');
}

async function requestJson(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Error(`${path} responded with ${response.status}`);
  return response.json();
}

function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
}
