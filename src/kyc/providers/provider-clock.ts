import type { Dispatcher } from 'undici';

/** The header has whole seconds, so the real time is half a second later on average. */
const HALF_A_SECOND_MS = 500;

/**
 * Compares the `Date` header of each response with the local time. The deviation is the seconds by which the other clock
 * is ahead. A response without a valid `Date` is skipped.
 */
export function observeClock(
  now: () => Date,
  observe: (deviationSeconds: number) => void,
): Dispatcher.DispatcherComposeInterceptor {
  function compare(date: string | string[] | undefined): void {
    const theirs = typeof date === 'string' ? Date.parse(date) : NaN;
    if (Number.isFinite(theirs)) observe((theirs + HALF_A_SECOND_MS - now().getTime()) / 1_000);
  }
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (...args) => handler.onRequestStart?.(...args),
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart(controller, status, headers, ...rest) {
        compare(headers['date']);
        return handler.onResponseStart?.(controller, status, headers, ...rest);
      },
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}
