import { Controller, Delete, Header, HttpCode, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BearerGuard, CurrentUser } from '../../auth/bearer.guard.ts';
import type { Principal } from '../../auth/token-verifier.ts';
import { UserGuard } from '../../auth/user.guard.ts';
import { ApiProblems } from '../../common/api-problems.ts';
import { Clock } from '../../common/clock.ts';
import { RateLimitGuard } from '../limits/rate-limit.guard.ts';
import { ErasureResponse } from './erasure.dto.ts';
import { ErasureService } from './erasure.service.ts';

@ApiTags('Verification')
@ApiBearerAuth()
@UseGuards(BearerGuard, UserGuard)
@Controller('api/kyc')
export class ErasureController {
  constructor(
    private readonly erasures: ErasureService,
    private readonly clock: Clock,
  ) {}

  @Delete('data')
  @UseGuards(RateLimitGuard)
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    operationId: 'eraseVerificationData',
    summary: 'Erase the verification data of the user',
    description:
      'Ends an open session and erases the data in the gateway at once. The providers erase their data later, which ' +
      'can take weeks. Repeating the request is safe: it returns the same request until all providers are done.',
  })
  @ApiAcceptedResponse({
    type: ErasureResponse,
    description: 'The data is erased in the gateway; the erasure at the providers is scheduled',
  })
  @ApiProblems(400, 401, 404, 409, 413, 415, 429, 503)
  async eraseVerificationData(@CurrentUser() user: Principal): Promise<ErasureResponse> {
    return ErasureResponse.from(
      await this.erasures.eraseUser(user.userId, { kind: 'user' }, this.clock.now()),
    );
  }
}
