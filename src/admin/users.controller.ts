import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/scope.guard.ts';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { UserFile } from './user-file.ts';
import { UserDetailResponse } from './user-file.dto.ts';
import { UserList } from './user-list.ts';
import { DEFAULT_LIMIT, UserListResponse, UserListQuery } from './user-list.dto.ts';

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
  @ApiOkResponse({ type: UserListResponse })
  @ApiProblems(400, 401, 403, 503)
  async page(@Query() { limit = DEFAULT_LIMIT, ...query }: UserListQuery): Promise<UserListResponse> {
    return UserListResponse.from(await this.list.page({ ...query, limit }));
  }

  /** Where a user stands, his sessions, and what the ledger holds of each. No links, tokens or addresses. */
  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: UserDetailResponse })
  @ApiProblems(401, 403, 404, 503)
  async user(@Param('id') id: string): Promise<UserDetailResponse> {
    return UserDetailResponse.from(await this.file.of(id));
  }
}
