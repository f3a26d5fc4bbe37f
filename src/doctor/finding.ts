import { reasonAndAdvice } from '../common/failed-start.ts';

export type Result = 'ok' | 'warning' | 'failed';

/** The result of one check. A message other than an `ok` says what to do. It contains no secret. */
export interface Finding {
  check: string;
  result: Result;
  message: string;
}

/** Runs the check. An error of it is a finding, because the gateway's own errors say what to do. */
export async function examineAs(
  check: string,
  work: () => Promise<Omit<Finding, 'check'>>,
): Promise<Finding> {
  try {
    return { check, ...(await work()) };
  } catch (error) {
    return { check, ...failed(reasonAndAdvice(error)) };
  }
}

export function ok(message: string): Omit<Finding, 'check'> {
  return { result: 'ok', message };
}

export function warning(message: string): Omit<Finding, 'check'> {
  return { result: 'warning', message };
}

export function failed(message: string): Omit<Finding, 'check'> {
  return { result: 'failed', message };
}
