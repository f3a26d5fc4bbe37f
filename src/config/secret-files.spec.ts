import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretList } from './decorators.ts';
import type { GatewayConfig } from './gateway.config.ts';
import { SecretFiles, type Verdict } from './secret-files.ts';

class AcmeEnvironment {
  @SecretList()
  ACME_SECRETS!: string[];
}

const FIRST = {
  SMTP_URL: 'smtp://mail.example.com',
  DATABASE_URL: 'postgres://kyc:first@127.0.0.1/kyc',
  AUTH_ISSUER: 'https://login.example.com',
  ACME_SECRETS: 'acme-secret-1',
};

describe('SecretFiles', () => {
  let folder: string;
  let files: SecretFiles;
  let inUse: GatewayConfig;
  let judge: (next: GatewayConfig) => Promise<Verdict>;

  const write = (contents: Partial<typeof FIRST>) => {
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  };
  const check = () =>
    files.check(
      (next) => judge(next),
      (next) => (inUse = next),
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kyc-secret-files-'));
    write(FIRST);
    files = new SecretFiles([{ name: 'acme', environment: AcmeEnvironment, required: ['ACME_SECRETS'] }], {
      AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
      AUTH_AUDIENCE: 'kyc-gateway',
      MAIL_FROM: 'kyc@example.com',
      KYC_PROVIDER: 'acme',
      KYC_REDIRECT_URLS: 'https://app.example.com/kyc',
      ...Object.fromEntries(Object.keys(FIRST).map((name) => [`${name}_FILE`, join(folder, name)])),
    });
    inUse = files.readConfig();
    judge = async () => ({ result: 'rotated' });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('uses the other changed files although one of them makes its examination fail', async () => {
    judge = async ({ database }) => {
      if (database.url !== FIRST.DATABASE_URL) throw new Error('no such file, open /missing.pem');
      return { result: 'rotated' };
    };
    write({
      SMTP_URL: 'smtp://mail2.example.com',
      DATABASE_URL: `${FIRST.DATABASE_URL}?sslrootcert=/missing.pem`,
      ACME_SECRETS: 'acme-secret-2',
    });

    expect(Object.fromEntries((await check()).map((change) => [change.variable, change]))).toEqual({
      SMTP_URL: { variable: 'SMTP_URL', result: 'rotated' },
      DATABASE_URL: {
        variable: 'DATABASE_URL',
        result: 'rejected',
        reason: 'no such file, open /missing.pem',
      },
      ACME_SECRETS: { variable: 'ACME_SECRETS', result: 'rotated' },
    });
    expect(inUse.mail.smtpUrl).toBe('smtp://mail2.example.com');
    expect(inUse.database.url).toBe(FIRST.DATABASE_URL);
    expect(inUse.providers.get('acme')).toMatchObject({ ACME_SECRETS: ['acme-secret-2'] });
    expect(await check()).toEqual([]);
  });

  it('reports a content again that could not be put into use', async () => {
    write({ SMTP_URL: 'smtp://mail2.example.com' });
    const fail = () => {
      throw new Error('not now');
    };
    await expect(files.check(judge, fail)).rejects.toThrow('not now');

    expect(await check()).toEqual([{ variable: 'SMTP_URL', result: 'rotated' }]);
    expect(inUse.mail.smtpUrl).toBe('smtp://mail2.example.com');
  });

  it('keeps a content that needs a restart out of use when another file changes later', async () => {
    judge = async ({ database }) => ({
      result: database.url === FIRST.DATABASE_URL ? 'rotated' : 'needs_restart',
    });
    write({ DATABASE_URL: 'postgres://kyc:first@other.example.com/kyc' });
    expect(await check()).toEqual([{ variable: 'DATABASE_URL', result: 'needs_restart' }]);

    write({ ACME_SECRETS: 'acme-secret-2' });
    expect(await check()).toEqual([{ variable: 'ACME_SECRETS', result: 'rotated' }]);
    expect(inUse.database.url).toBe(FIRST.DATABASE_URL);
  });

  it('reports the file of a variable that is read only at the start once', async () => {
    write({ AUTH_ISSUER: 'https://other.example.com' });
    expect(await check()).toEqual([{ variable: 'AUTH_ISSUER', result: 'needs_restart' }]);
    expect(await check()).toEqual([]);
    expect(inUse.auth).toMatchObject({ issuer: FIRST.AUTH_ISSUER });
  });
});
