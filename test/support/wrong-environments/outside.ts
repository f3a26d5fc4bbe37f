import { HARNESSES } from '../../contracts/harnesses.ts';
import type { WrongEnvironment } from './wrong-environment.ts';

export const WRONG_VARIABLES: WrongEnvironment[] = [
  {
    title: 'a variable that is missing',
    build: () => ({ MAIL_FROM: '' }),
    check: 'environment',
    remedy: /^MAIL_FROM must be set\. docs\/configuration\.md explains every variable\.$/,
  },
];

function response(status: number, body: string): WrongEnvironment['build'] {
  return ({ sandbox, cleanUp }) => {
    cleanUp(() => sandbox.persona.behave());
    sandbox.persona.misbehave({ status, body });
    return {};
  };
}

export const WRONG_RESPONSE: WrongEnvironment[] = [
  {
    title: 'a provider that forbids the request',
    build: response(403, '{"errors":[]}'),
    check: 'provider persona',
    remedy: /rejects the credentials .*403.*Check PERSONA_API_KEY/,
  },
  ...(
    [
      ['a provider that does not understand the request', 400, '{"errors":[]}'],
      ['a provider that does not know the path', 404, '{"errors":[]}'],
      ['a page that is not found in place of the provider', 404, '<html></html>'],
      ['a page in place of the provider', 200, '<html></html>'],
    ] as const
  ).map(([title, status, body]): WrongEnvironment => ({
    title,
    build: response(status, body),
    check: 'provider persona',
    remedy:
      /does not know the request .*version of the API is probably wrong\. Check PERSONA_API_KEY, PERSONA_API_URL/,
  })),
  {
    title: 'a provider that fails',
    build: response(503, '{}'),
    check: 'provider persona',
    remedy: /fails \(.*503\)\. Run the doctor again later, or check PERSONA_API_KEY/,
  },
];

export const WRONG_PROVIDER = HARNESSES.flatMap(
  ({ name, apiUrlVariable, wrongCredentials }): WrongEnvironment[] => [
    {
      title: `credentials that ${name} rejects`,
      build: () => wrongCredentials,
      check: `provider ${name}`,
      remedy: new RegExp(`401\\)\\. Check ${Object.keys(wrongCredentials).join()}, `),
    },
    {
      title: `an address at which ${name} cannot be reached`,
      build: ({ sandbox }) => ({
        [apiUrlVariable]: String(sandbox.environment[apiUrlVariable]).replace(/:\d+/, ':1'),
      }),
      check: `provider ${name}`,
      remedy: new RegExp(
        `cannot be reached .*ECONNREFUSED.*Check the network, HTTPS_PROXY, .*${apiUrlVariable}`,
      ),
    },
  ],
);

function clockOf(seconds: number): WrongEnvironment['build'] {
  return ({ sandbox, cleanUp }) => {
    cleanUp(() => sandbox.veriff.behave());
    sandbox.veriff.misbehave({
      headers: { date: new Date(Date.now() + seconds * 1_000).toUTCString() },
    });
    return {};
  };
}

export const WRONG_CLOCK: WrongEnvironment[] = [
  {
    title: 'a clock that is wrong by minutes',
    build: clockOf(600),
    check: 'clock',
    remedy: /(599|600|601) s behind the clock of veriff\. Synchronize it \(NTP\)/,
  },
  {
    title: 'a clock that is wrong by seconds',
    build: clockOf(-30),
    check: 'clock',
    result: 'warning',
    remedy: /(29|30|31) s ahead of the clock of veriff\. Synchronize it/,
  },
];

export const WRONG_URL: WrongEnvironment[] = [
  {
    title: 'a redirect URL on this machine',
    build: () => ({ KYC_REDIRECT_URLS: 'http://localhost:5173/return' }),
    check: 'redirect URLs',
    remedy: /names only this machine \(http:\/\/localhost:5173\)\. Name a page with https/,
  },
  {
    title: 'a second redirect URL on this machine',
    build: () => ({ KYC_REDIRECT_URLS: 'https://app.example.com/return,http://localhost:5173/return' }),
    check: 'redirect URLs',
    result: 'warning',
    remedy: /http:\/\/localhost:5173 is only on this machine\. Remove it from KYC_REDIRECT_URLS/,
  },
  {
    title: 'a redirect URL whose page may not call the gateway',
    build: () => ({ KYC_REDIRECT_URLS: 'https://www.example.com/return' }),
    check: 'redirect URLs',
    result: 'warning',
    remedy: /https:\/\/www\.example\.com may not call the gateway\. Add the origin to CORS_ORIGINS/,
  },
];
