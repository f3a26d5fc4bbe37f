import { PROGRESS, type Outcome } from '../../../src/kyc/domain/outcome.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import { cases } from './contract-case.ts';
import {
  approval,
  deliver,
  EVENT_TIME,
  expectWellFormed,
  inTime,
  expectedRejection,
  move,
  openSession,
  receiveVerdict,
  rejectionOf,
} from './steps.ts';

/** Words that resemble the provider's word for an approval, but differ from it. */
export function strangeWords(approving: string): string[] {
  const similar = [`not-${approving}`, approving.toUpperCase(), `${approving}?`];
  return ['a-word-of-tomorrow', ...similar, 'constructor', '__proto__'];
}

const NOTHING_DECIDED = [null, 'noted', ...PROGRESS] as readonly (Outcome | null)[];

export const decisionCases = cases({
  'reads no decision before the provider has decided': async (harness) => {
    const { sessionId } = await openSession(harness);
    expect(await harness.adapter().readDecision(sessionId, inTime())).toBeNull();
    for (const outcome of ['start', 'submit'] as const) {
      const isPossible = harness.options.decisions.some(({ decision }) => decision.outcome === outcome);
      if (isPossible) await move(harness, sessionId, { outcome });
      const event = await harness.adapter().readDecision(sessionId, inTime());
      expect(NOTHING_DECIDED).toContain(event?.outcome ?? null);
    }
  },

  'reads the same result of a session as its webhook contains': async (harness) => {
    const readable = harness.options.decisions.filter(({ isUnreadable }) => isUnreadable !== true);
    for (const { decision, outcome, reason = null, isSilent = false, datedBy, isUndatedRead } of readable) {
      const { sessionId, userId } = await openSession(harness);
      const webhook = isSilent
        ? await move(harness, sessionId, decision, EVENT_TIME)
        : harness.emulator.webhookFor(sessionId, decision, { at: EVENT_TIME });
      const read = await harness.adapter().readDecision(sessionId, inTime());

      const occurredAt = datedBy === undefined && isUndatedRead !== true ? EVENT_TIME : null;
      const provider = harness.options.name;
      expect(read).toMatchObject({ provider, sessionId, reference: userId, outcome, reason, occurredAt });
      if (read !== null) expectWellFormed(harness, read);
      if (webhook === undefined) continue;
      const received = await receiveVerdict(harness, webhook);
      expect(received).toMatchObject({ sessionId, reference: userId, outcome, reason });
    }
  },

  'gives equal keys to equal states of a session and different keys to different states': async (harness) => {
    const { sessionId } = await openSession(harness);
    const keys: string[] = [];
    const approved = { outcome: 'approve' } as const;
    for (const [minute, decision] of [approved, expectedRejection(harness).decision, approved].entries()) {
      await move(harness, sessionId, decision, new Date(EVENT_TIME.getTime() + minute * 60_000));
      const first = await harness.adapter().readDecision(sessionId, inTime());
      const second = await harness.adapter().readDecision(sessionId, inTime());
      expect(second?.eventKey).toBe(first?.eventKey);
      keys.push(String(first?.eventKey));
    }
    const other = await openSession(harness);
    await move(harness, other.sessionId, { outcome: 'approve' }, EVENT_TIME);
    keys.push(String((await harness.adapter().readDecision(other.sessionId, inTime()))?.eventKey));
    expect(new Set(keys).size).toBe(keys.length);
  },

  'reads the decision of the requested session': async (harness) => {
    const adapter = harness.adapter();
    const [first, second] = [await openSession(harness), await openSession(harness)];
    await move(harness, first.sessionId, { outcome: 'approve' });
    const { decision, outcome } = expectedRejection(harness);
    await move(harness, second.sessionId, decision);
    const read = (sessionId: string) => adapter.readDecision(sessionId, inTime());
    const [ofFirst, ofSecond] = [await read(first.sessionId), await read(second.sessionId)];
    expect(ofFirst).toMatchObject({ sessionId: first.sessionId, outcome: 'approved' });
    expect(ofSecond).toMatchObject({ sessionId: second.sessionId, outcome });
  },

  'rejects a response about another session': async (harness) => {
    const { sessionId, open } = await openSession(harness);
    const other = await openSession(harness);
    await move(harness, sessionId, { outcome: 'approve' });
    harness.relay.change((answer) => ({
      ...answer,
      body: answer.body.replaceAll(sessionId, other.sessionId),
    }));
    const read = await rejectionOf(harness.adapter().readDecision(sessionId, inTime()));
    expect(read).toBeInstanceOf(ProviderUnavailableError);
    const resumed = await rejectionOf(harness.adapter().resumeSession(open, inTime()));
    expect(resumed).toBeInstanceOf(ProviderUnavailableError);
  },

  'reads an undocumented status as unknown': async (harness) => {
    const { sessionId } = await openSession(harness);
    await move(harness, sessionId, { outcome: 'approve' });
    const { approvedStatus } = harness.options;
    for (const word of strangeWords(approvedStatus)) {
      harness.relay.change((answer) => ({
        ...answer,
        body: answer.body.replaceAll(`"${approvedStatus}"`, `"${word}"`),
      }));
      const read = harness.adapter().readDecision(sessionId, inTime());
      expect(await read.catch((error: unknown) => error)).toMatchObject({ outcome: 'unknown', reason: null });
    }
  },

  'rejects a decision without a time, because the ledger cannot order it': async (harness) => {
    const { sessionId } = await openSession(harness);
    await move(harness, sessionId, { outcome: 'approve' }, EVENT_TIME);
    harness.relay.change((answer) => ({
      ...answer,
      body: answer.body.replaceAll(harness.options.timeInResponses, 'null'),
    }));
    const error = await rejectionOf(harness.adapter().readDecision(sessionId, inTime()));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
  },

  'looks up the verdict that an event announces without containing it': async (harness) => {
    const { announcements } = harness.options;
    if (announcements.length === 0) {
      const before = harness.relay.requests().length;
      const { webhook } = await approval(harness);
      expect((await harness.adapter().receive(deliver(webhook))).lookup).toBeNull();
      expect(await harness.adapter().readLookup('anything', inTime())).toBeNull();
      expect(
        harness.relay
          .requests()
          .slice(before)
          .every(({ method }) => method === 'POST'),
      ).toBe(true);
      return;
    }
    for (const { webhookFor, outcome } of announcements) {
      const { sessionId, userId } = await openSession(harness);
      const event = await harness.adapter().receive(deliver(webhookFor(harness.sandbox, sessionId)));
      expectWellFormed(harness, event);
      expect(event).toMatchObject({ outcome: 'noted', lookup: expect.any(String) });
      const read = () => harness.adapter().readLookup(event.lookup ?? '', inTime());
      const verdict = await read();
      if (verdict !== null) expectWellFormed(harness, verdict);
      expect(verdict === null ? null : verdict.outcome).toBe(outcome);
      if (verdict !== null) expect(verdict).toMatchObject({ sessionId, reference: userId });
      expect((await read())?.eventKey).toBe(verdict?.eventKey);
    }
  },

  'calls only the configured address, whatever the session id contains': async (harness) => {
    const { open } = await openSession(harness);
    const adapter = harness.adapter();
    const before = harness.relay.requests().length;
    for (const sessionId of [
      '..',
      '../..',
      '../../x',
      'a/b',
      '?x=1',
      '#x',
      '%2e%2e%2f',
      '..\\..',
      '//x.example/x',
      '',
    ]) {
      const errors = [
        await rejectionOf(adapter.readDecision(sessionId, inTime())),
        await rejectionOf(adapter.resumeSession({ ...open, sessionId }, inTime())),
      ];
      const wellKnown = [ProviderRefusedError, ProviderUnavailableError, SessionNotResumableError];
      for (const error of errors) expect(wellKnown).toContain((error as Error | null)?.constructor);
    }
    for (const { path } of harness.relay.requests().slice(before)) {
      expect(path.startsWith(`${harness.apiPath}/`)).toBe(true);
    }
  },
});
