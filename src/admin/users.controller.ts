import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/scope.guard.js';
import { ADMIN_SCOPE } from '../auth/scopes.js';
import { ApiProblems } from '../common/api-problems.js';
import { UserFile } from './user-file.js';
import { UserFileAnswer } from './user-file.dto.js';
import { UserList } from './user-list.js';
import { DEFAULT_LIMIT, UserListAnswer, UserListQuery } from './user-list.dto.js';

/** What operators see. */
@ApiTags('admin')
@ApiBearerAuth('operator')
@RequireScope(ADMIN_SCOPE)
@Controller('api/admin/kyc/users')
export class AdminUsersController {
  constructor(
    private readonly list: UserList,
    private readonly file: UserFile,
  ) {}

  /** Users by status and id, a page at a time. */
  @Get()
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: UserListAnswer })
  @ApiProblems(400, 401, 403, 503)
  async page(@Query() { limit = DEFAULT_LIMIT, ...query }: UserListQuery): Promise<UserListAnswer> {
    return UserListAnswer.from(await this.list.page({ ...query, limit }));
  }

  /** Where a user stands, his sessions, and what the ledger holds of each. No links, tokens or addresses. */
  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: UserFileAnswer })
  @ApiProblems(401, 403, 404, 503)
  async user(@Param('id') id: string): Promise<UserFileAnswer> {
    return UserFileAnswer.from(await this.file.of(id));
  }
}
