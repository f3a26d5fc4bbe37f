import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.ts';
import { TokenUsersService } from '../users/token-users.service.ts';
import { UnknownUserError } from '../users/user-errors.ts';
import { UsersService } from '../users/users.service.ts';

export class OwnCaseError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'kyc.own_case';
  readonly title = 'An operator cannot decide their own verification. Ask another operator';
}

@Injectable()
export class OwnCaseService {
  constructor(
    private readonly users: UsersService,
    private readonly tokenUsers: TokenUsersService,
  ) {}

  /**
   * @param operator the id in the operator's token
   * @throws OwnCaseError if the user is the operator, however the token and the request spell the id
   */
  async reject(operator: string, userId: string): Promise<void> {
    const own = await this.userIdOf(operator);
    if (own !== null && (await this.users.isSameUser(own, userId))) {
      throw new OwnCaseError('the user is the operator');
    }
  }

  /** Returns null if the operator is not a user of the platform. */
  private async userIdOf(operator: string): Promise<string | null> {
    try {
      return await this.tokenUsers.idOf(operator);
    } catch (error) {
      if (error instanceof UnknownUserError) return null;
      throw error;
    }
  }
}
