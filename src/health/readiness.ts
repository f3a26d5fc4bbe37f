import { Injectable } from '@nestjs/common';

/** During a shutdown, load balancers must stop sending requests. */
@Injectable()
export class Readiness {
  isShuttingDown = false;
}
