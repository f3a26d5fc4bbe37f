export type Claims = Record<string, unknown>;

/** The form of an issuer's tokens, from the documentation of the issuer. */
export interface IssuerShape {
  name: string;
  algorithm: 'RS256' | 'ES256';
  keySetUrl: string;
  /** The claims of a user's token that follow from the issuer's names and not from the user. */
  common: Claims;
  user: Claims;
  /** The claims that only an operator's token has. */
  operator: Claims;
  /** Claims that differ in the token of another application or tenant. */
  foreign: Record<string, Claims>;
}

const POOL = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example1';
const TENANT = '11111111-2222-4333-8444-555555555555';
const USER = '7b9f5a3e-64a4-4b56-9d6c-2f2a1f0f6c11';

export const ISSUER_SHAPES: readonly IssuerShape[] = [
  {
    name: 'Auth0',
    algorithm: 'RS256',
    keySetUrl: 'https://example.eu.auth0.com/.well-known/jwks.json',
    common: {
      iss: 'https://example.eu.auth0.com/',
      aud: ['https://kyc.example.com', 'https://example.eu.auth0.com/userinfo'],
      azp: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
      scope: 'openid profile email',
    },
    user: { sub: 'auth0|6553da60a54af58e29493993', permissions: [] },
    operator: { permissions: ['kyc:admin'] },
    foreign: {
      'another API': { aud: 'https://orders.example.com' },
      'another tenant': { iss: 'https://other.eu.auth0.com/' },
    },
  },
  {
    name: 'Keycloak',
    algorithm: 'RS256',
    keySetUrl: 'https://login.example.com/realms/example/protocol/openid-connect/certs',
    common: {
      iss: 'https://login.example.com/realms/example',
      aud: 'account',
      typ: 'Bearer',
      azp: 'web-app',
      acr: '1',
      'allowed-origins': ['https://app.example.com'],
      scope: 'openid email profile',
    },
    user: {
      sub: USER,
      sid: '2a88c258-f73a-4103-b862-e1fbd8f4e04e',
      realm_access: { roles: ['offline_access', 'default-roles-example', 'uma_authorization'] },
      resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
      email_verified: true,
      preferred_username: 'jane',
      email: 'jane@example.com',
    },
    operator: { realm_access: { roles: ['default-roles-example', 'kyc-admin'] } },
    foreign: {
      'another client': { azp: 'intranet' },
      'another realm': { iss: 'https://login.example.com/realms/other' },
    },
  },
  {
    name: 'Cognito',
    algorithm: 'RS256',
    keySetUrl: `${POOL}/.well-known/jwks.json`,
    common: {
      iss: POOL,
      client_id: '1h57kf5cpq17m0eml12example',
      token_use: 'access',
      scope: 'openid profile email aws.cognito.signin.user.admin',
      version: 2,
    },
    user: { sub: USER, username: 'janedoe', event_id: '64f513be-32db-42b0-b78e-b02127b4f463' },
    operator: { 'cognito:groups': ['support', 'kyc-admin'] },
    foreign: {
      'another app client': { client_id: '2other' },
      'another user pool': { iss: POOL.replace('Example1', 'Example2') },
      'an ID token': { client_id: undefined, aud: '1h57kf5cpq17m0eml12example', token_use: 'id' },
    },
  },
  {
    name: 'Supabase',
    algorithm: 'ES256',
    keySetUrl: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1/.well-known/jwks.json',
    common: {
      iss: 'https://abcdefghijklmnopqrst.supabase.co/auth/v1',
      aud: 'authenticated',
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: 1_700_000_000 }],
      is_anonymous: false,
    },
    user: {
      sub: USER,
      email: 'jane@example.com',
      phone: '',
      session_id: '3f3d4a5b-0000-4000-8000-000000000000',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: { email_verified: true, role: 'kyc-admin' },
    },
    operator: { app_metadata: { provider: 'email', role: 'kyc-admin' } },
    foreign: {
      'an anonymous visitor': { aud: 'anon', role: 'anon' },
      'another project': { iss: 'https://other.supabase.co/auth/v1' },
    },
  },
  {
    name: 'Clerk',
    algorithm: 'RS256',
    keySetUrl: 'https://clerk.example.com/.well-known/jwks.json',
    common: {
      iss: 'https://clerk.example.com',
      azp: 'https://app.example.com',
      fva: [7, -1],
      sts: 'active',
      v: 2,
    },
    user: { sub: 'user_2GIpXOEpVyJw51rkZn9Kmnc6Sxr', sid: 'sess_2GbDB4enNdCa5vS1zpC3Xzg9tK9', metadata: {} },
    operator: { metadata: { role: 'kyc-admin' } },
    foreign: {
      'another page': { azp: 'https://evil.example.com' },
      'another application': { iss: 'https://clerk.example.org' },
    },
  },
  {
    name: 'Firebase',
    algorithm: 'RS256',
    keySetUrl: 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    common: {
      iss: 'https://securetoken.google.com/example-project',
      aud: 'example-project',
      auth_time: 1_700_000_000,
    },
    user: {
      sub: 'AbCdEfGhIjKlMnOpQrStUvWxYz12',
      user_id: 'AbCdEfGhIjKlMnOpQrStUvWxYz12',
      email: 'jane@example.com',
      email_verified: true,
      firebase: { identities: { email: ['jane@example.com'] }, sign_in_provider: 'password' },
    },
    operator: { kyc_admin: true },
    foreign: {
      'another project': { iss: 'https://securetoken.google.com/other', aud: 'other' },
      'another project with our audience': { iss: 'https://securetoken.google.com/other' },
    },
  },
  {
    name: 'Entra',
    algorithm: 'RS256',
    keySetUrl: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    common: {
      iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      aud: '66666666-7777-4888-8999-aaaaaaaaaaaa',
      azp: 'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff',
      azpacr: '0',
      tid: TENANT,
      scp: 'access_as_user',
      ver: '2.0',
    },
    user: {
      sub: 'LcNSZJq3aaaPairwiseSubject',
      oid: USER,
      name: 'Jane',
      preferred_username: 'jane@example.com',
    },
    operator: { roles: ['kyc.admin'] },
    foreign: {
      'another API': { aud: '00000003-0000-0000-c000-000000000000' },
      'another tenant': {
        iss: 'https://login.microsoftonline.com/99999999-2222-4333-8444-555555555555/v2.0',
      },
    },
  },
];
