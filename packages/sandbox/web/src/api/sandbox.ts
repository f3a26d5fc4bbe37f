/** What the sandbox, which serves this page, stands in for: the platform's own user list, login and settings. */

export interface SampleUser {
  id: string;
  name: string;
  email: string;
}

export interface SandboxSettings {
  gatewayUrl: string;
  users: SampleUser[];
}

/** Rejects when the sandbox is not there, or answers something else. */
export async function readSettings(): Promise<SandboxSettings> {
  const [settings, state] = await Promise.all([ask('/sandbox/settings'), ask('/sandbox/state')]);
  const gatewayUrl = field(settings, 'gateway_url');
  const users = field(state, 'users');
  if (typeof gatewayUrl !== 'string' || !Array.isArray(users)) throw new Error('unexpected settings');
  return { gatewayUrl: gatewayUrl.replace(/\/$/, ''), users: users.filter(isSampleUser) };
}

/** A user's access token, as the platform's login would issue it. */
export async function issueToken(user: SampleUser): Promise<string> {
  const token = field(
    await ask('/sandbox/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub: user.id, email: user.email }),
    }),
    'token',
  );
  if (typeof token !== 'string') throw new Error('unexpected token');
  return token;
}

export function isSampleUser(candidate: unknown): candidate is SampleUser {
  return ['id', 'name', 'email'].every((name) => typeof field(candidate, name) === 'string');
}

async function ask(path: string, init?: RequestInit): Promise<unknown> {
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

function field(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
}
