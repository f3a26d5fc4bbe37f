import { ProviderRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import { cases } from './contract-case.ts';
import { inTime, rejectionOf } from './steps.ts';

export const accessCases = cases({
  'returns the time of the provider after a check of the credentials': async (harness) => {
    const { at } = await harness.adapter().checkAccess(inTime());
    expect(Math.abs((at?.getTime() ?? 0) - Date.now())).toBeLessThan(5_000);
    harness.emulator.misbehave({ headers: { date: 'Wed, 04 Mar 2026 10:20:30 GMT' } });
    expect(await harness.adapter().checkAccess(inTime())).toEqual({ at: new Date('2026-03-04T10:20:30Z') });
    harness.emulator.misbehave({ headers: { date: 'soon' } });
    expect(await harness.adapter().checkAccess(inTime())).toEqual({ at: null });
  },

  'is refused by a check of wrong credentials': async (harness) => {
    const adapter = harness.adapter({ variables: harness.options.wrongCredentials });
    const error = await rejectionOf(adapter.checkAccess(inTime()));
    expect(error).toBeInstanceOf(ProviderRefusedError);
    expect(error).toMatchObject({ status: 401 });
  },

  'only reads, and no session, when it checks the credentials': async (harness) => {
    const sessions = harness.emulator.sessions();
    const before = harness.relay.requests().length;
    await harness.adapter().checkAccess(inTime());
    const requests = harness.relay.requests().slice(before);
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
    expect(harness.emulator.sessions()).toEqual(sessions);
    for (const { id } of sessions) expect(requests[0]?.path).not.toContain(id);
  },
});
