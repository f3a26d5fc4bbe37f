import { Injectable } from '@nestjs/common';

/** The only place that reads the time: whoever needs it takes it from here, or as an argument. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
