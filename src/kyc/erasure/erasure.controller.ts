import { Controller, Delete, Header, HttpCode, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { BearerGuard, CurrentUser } from '../../auth/bearer.guard.js';
import type { Principal } from '../../auth/token-verifier.js';
import { ApiProblems } from '../../common/api-problems.js';
import { Clock } from '../../common/clock.js';
import { StartLimitGuard } from '../limits/start-limit.guard.js';
import { ErasureAnswer } from './erasure.dto.js';
import { Erasures } from './erasures.service.js';

@ApiTags('kyc')
@ApiBearerAuth()
@UseGuards(BearerGuard)
@Controller('api/kyc')
export class ErasureController {
  constructor(
    private readonly erasures: Erasures,
    private readonly clock: Clock,
  ) {}

  /** Erases what a verification has left: here at once, at the providers as soon as they let us. An open session ends. */
  @Delete('data')
  @UseGuards(StartLimitGuard)
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiAcceptedResponse({ type: ErasureAnswer, description: 'Erased here; the providers are asked to' })
  @ApiProblems(400, 401, 404, 409, 413, 415, 429, 503)
  async erase(@CurrentUser() user: Principal): Promise<ErasureAnswer> {
    return ErasureAnswer.from(await this.erasures.request(user.userId, { kind: 'user' }, this.clock.now()));
  }
}
