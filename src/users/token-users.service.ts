import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { TokenColumnRepository } from './token-column.repository.ts';
import { UnknownUserError } from './user-errors.ts';

/** Types whose comparison keeps different ids apart. `citext`, for instance, ignores case. */
const ID_TYPES = ['text', 'character varying', 'uuid', 'smallint', 'integer', 'bigint'];

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

  /** Without a unique index, a request could read the whole table, and a token could name two users. */
  async onModuleInit(): Promise<void> {
    if (this.column === undefined) return;
    const found = await this.columns.describe(this.column);
    const rule =
      found === null
        ? 'must name a column of users'
        : !ID_TYPES.includes(found.type)
          ? 'must name a column of the type text, varchar, uuid or an integer'
          : !found.isUnique
            ? 'must name a column with a unique index of its own'
            : !found.isReadable
              ? 'must name a column that the role of DATABASE_URL may read'
              : null;
    if (rule !== null) throw new Error(`USERS_TOKEN_COLUMN ${rule}`);
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
