import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ScopeMissingError, TokenRefusedError } from './auth-errors.ts';
import { RequireScope, ScopeGuard } from './scope.guard.ts';

@RequireScope('kyc:admin')
class Guarded {
  any(): void {}

  @RequireScope('kyc:other')
  another(): void {}
}

class Unguarded {
  any(): void {}
}

const guard = new ScopeGuard(new Reflector());
const contextOf = (request: object, controller: new () => Guarded | Unguarded, handler: () => void) =>
  ({
    getClass: () => controller,
    getHandler: () => handler,
    switchToHttp: () => ({ getRequest: () => request }),
  }) as unknown as ExecutionContext;
const withScopes = (...scopes: string[]) => ({ principal: { scopes } });
// oxlint-disable-next-line typescript/unbound-method -- the metadata is stored on the function itself
const { any, another } = Guarded.prototype;

describe('ScopeGuard', () => {
  it('accepts a token that contains the required scope', () => {
    expect(guard.canActivate(contextOf(withScopes('openid', 'kyc:admin'), Guarded, any))).toBe(true);
  });

  it.each([[[]], [['openid']], [['kyc:admins']], [['kyc:other']]])(
    'rejects a token with the scopes %j',
    (scopes) => {
      const ask = () => guard.canActivate(contextOf(withScopes(...scopes), Guarded, any));
      expect(ask).toThrow(ScopeMissingError);
    },
  );

  it('requires the scope of the route if the controller names another', () => {
    const ask = (scope: string) => guard.canActivate(contextOf(withScopes(scope), Guarded, another));
    expect(ask('kyc:other')).toBe(true);
    expect(() => ask('kyc:admin')).toThrow(ScopeMissingError);
  });

  it('rejects every token if no scope is declared', () => {
    const ask = () => guard.canActivate(contextOf(withScopes('kyc:admin', 'undefined'), Unguarded, any));
    expect(ask).toThrow(ScopeMissingError);
  });

  it('rejects a request without a principal', () => {
    expect(() => guard.canActivate(contextOf({}, Guarded, any))).toThrow(TokenRefusedError);
  });
});
