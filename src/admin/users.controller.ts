import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../auth/scope.guard.ts';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import { ApiProblems } from '../common/api-problems.ts';
import { UserDetailResponse } from './user-detail.dto.ts';
import { UserDetailService } from './user-detail.service.ts';
import { DEFAULT_LIMIT, UserListQuery, UserListResponse } from './user-list.dto.ts';
import { UserListService } from './user-list.service.ts';

@ApiTags('Operators')
@ApiBearerAuth('operator')
@RequireScope(ADMIN_SCOPE)
@Controller('api/admin/kyc/users')
export class AdminUsersController {
  constructor(
    private readonly users: UserListService,
    private readonly details: UserDetailService,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'List users',
    description: 'Returns one page of users, ordered by status and id.',
  })
  @ApiOkResponse({ type: UserListResponse })
  @ApiProblems(400, 401, 403, 503)
  async listUsers(@Query() { limit = DEFAULT_LIMIT, ...query }: UserListQuery): Promise<UserListResponse> {
    return UserListResponse.from(await this.users.page({ ...query, limit }));
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Get a user',
    description:
      "Returns a user's status, all attempts and their events. Never returns links, tokens or addresses.",
  })
  @ApiOkResponse({ type: UserDetailResponse })
  @ApiProblems(401, 403, 404, 503)
  async getUser(@Param('id') id: string): Promise<UserDetailResponse> {
    return UserDetailResponse.from(await this.details.find(id));
  }
}
