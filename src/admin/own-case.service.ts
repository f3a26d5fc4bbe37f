import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.ts';
import { UsersService } from '../users/users.service.ts';

export class OwnCaseError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'kyc.own_case';
  readonly title = 'An operator cannot decide their own verification. Ask another operator';
}

@Injectable()
export class OwnCaseService {
  constructor(private readonly users: UsersService) {}

  /** @throws OwnCaseError if the user is the operator, however the token and the request spell the id */
  async reject(operator: string, userId: string): Promise<void> {
    const [own, other] = await Promise.all([
      this.users.canonicalIdOf(operator),
      this.users.canonicalIdOf(userId),
    ]);
    if (own === other) throw new OwnCaseError('the user is the operator');
  }
}
