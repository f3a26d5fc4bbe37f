import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { TokenColumnRepository } from './token-column.repository.ts';
import { UnknownUserError } from './user-errors.ts';

/** Finds the row of the user whom a token names, which the platform may know by another column than the id. */
@Injectable()
export class TokenUsersService implements OnModuleInit {
  private readonly column: string | undefined;

  constructor(
    private readonly columns: TokenColumnRepository,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.column = config.get('users', { infer: true }).tokenColumn;
  }

  async onModuleInit(): Promise<void> {
    if (this.column !== undefined) await this.columns.requireFit(this.column);
  }

  /**
   * Returns the id of the user. Without USERS_TOKEN_COLUMN, that is the token's own id, whether or not a row has it.
   * @throws UnknownUserError if no row has the token's id in the column
   */
  async idOf(tokenUserId: string): Promise<string> {
    if (this.column === undefined) return tokenUserId;
    const id = await this.columns.findUserId(this.column, tokenUserId);
    if (id === null) throw new UnknownUserError('no row has the id of the token in USERS_TOKEN_COLUMN');
    return id;
  }
}
