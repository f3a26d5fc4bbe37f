import {
  type CryptoKey,
  errors,
  type FlattenedJWSInput,
  type JWTHeaderParameters,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';

type Key = CryptoKey | Uint8Array;

const SECRET_ALGORITHM = 'HS256';
/** An explicit list excludes `none` and symmetric algorithms, which an attacker could use with a public key. */
export const KEY_SET_ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/**
 * The keys that can check a token. The algorithm of the token decides which of them do: HS256 only the secrets, every
 * other algorithm only the key set.
 */
export class TokenKeys {
  private readonly secrets: readonly Uint8Array[];
  private readonly algorithms: string[];

  constructor(
    secrets: readonly string[],
    private readonly keySet: JWTVerifyGetKey | undefined,
  ) {
    this.secrets = secrets.map((secret) => new TextEncoder().encode(secret));
    this.algorithms = [
      ...(secrets.length > 0 ? [SECRET_ALGORITHM] : []),
      ...(keySet === undefined ? [] : KEY_SET_ALGORITHMS),
    ];
  }

  /** Rejects with jose's errors, or with the error of the key set. */
  async verify(token: string, rules: JWTVerifyOptions): Promise<JWTPayload> {
    const options = { ...rules, algorithms: this.algorithms };
    let others: readonly Key[] = [];
    try {
      const { payload } = await jwtVerify(
        token,
        async (header, signature) => {
          const [first, ...rest] = await this.keysFor(header, signature);
          if (first === undefined) throw new errors.JWKSNoMatchingKey();
          others = rest;
          return first;
        },
        options,
      );
      return payload;
    } catch (error) {
      if (!isWrongSignature(error)) throw error;
      return this.verifyWithAny(others, token, options, error);
    }
  }

  private async verifyWithAny(
    keys: readonly Key[],
    token: string,
    options: JWTVerifyOptions,
    failure: unknown,
  ): Promise<JWTPayload> {
    for (const key of keys) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (error) {
        if (!isWrongSignature(error)) throw error;
      }
    }
    throw failure;
  }

  private async keysFor(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<readonly Key[]> {
    if (header.alg === SECRET_ALGORITHM) return this.secrets;
    if (this.keySet === undefined) return [];
    try {
      return [(await this.keySet(header, token)) as Key];
    } catch (error) {
      // The token names no key, or several keys have the name.
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      const keys: Key[] = [];
      for await (const key of error) keys.push(key);
      return keys;
    }
  }
}

function isWrongSignature(error: unknown): boolean {
  return error instanceof errors.JWSSignatureVerificationFailed;
}
