import { Controller, Delete, Header, HttpCode, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BearerGuard, CurrentUser } from '../../auth/bearer.guard.ts';
import type { Principal } from '../../auth/token-verifier.ts';
import { ApiProblems } from '../../common/api-problems.ts';
import { Clock } from '../../common/clock.ts';
import { StartLimitGuard } from '../limits/start-limit.guard.ts';
import { ErasureResponse } from './erasure.dto.ts';
import { ErasureService } from './erasure.service.ts';

@ApiTags('Verification')
@ApiBearerAuth()
@UseGuards(BearerGuard)
@Controller('api/kyc')
export class ErasureController {
  constructor(
    private readonly erasures: ErasureService,
    private readonly clock: Clock,
  ) {}

  /** Erases what a verification has left: here at once, at the providers as soon as they let us. An open session ends. */
  @Delete('data')
  @UseGuards(StartLimitGuard)
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: "Erase the user's verification data",
    description:
      'The gateway erases its data at once and asks the providers to erase theirs. An open session ends. ' +
      'The response does not wait for the providers.',
  })
  @ApiAcceptedResponse({ type: ErasureResponse, description: 'Erased here; the providers are asked to' })
  @ApiProblems(400, 401, 404, 409, 413, 415, 429, 503)
  async eraseVerificationData(@CurrentUser() user: Principal): Promise<ErasureResponse> {
    return ErasureResponse.from(await this.erasures.request(user.userId, { kind: 'user' }, this.clock.now()));
  }
}
