import { settingsOf } from './parts.ts';
import { generateHistory } from './generate.ts';
import { KNOWN_HISTORIES } from './known-histories.ts';
import { realNow } from './model-clock.ts';
import { printHistory } from './steps.ts';
import { closeSystems, runHistory } from './systems.ts';

/** A slow machine runs fewer histories instead of longer. `npm run test:model` runs as many as it is asked for. */
const HISTORIES = 300;
const TIME_LIMIT_MS = 20_000;

/** Always the same by default, so that a failure comes from the change. `npm run test:model` looks for new histories. */
const seed = Number(process.env['KYC_MODEL_SEED'] ?? 1);

describe('The model of users and providers', () => {
  afterAll(closeSystems, 60_000);

  it.each(KNOWN_HISTORIES)('$name', async ({ steps, keepsDecision = true }) => {
    await expect(runHistory(steps, { keepsDecision, maxAttempts: 2 })).resolves.toBeUndefined();
  });

  it('no random history breaks an invariant', async () => {
    process.stderr.write(`KYC_MODEL_SEED=${seed}\n`);
    const deadline = realNow() + TIME_LIMIT_MS;
    for (let index = 0; index < HISTORIES && realNow() < deadline; index += 1) {
      const history = generateHistory(seed, index, settingsOf(index));
      const failure = await runHistory(history.steps, history.settings).then(() => null, String);
      // Compared with the history, so that the failure prints it.
      expect({ failure, history: failure && printHistory(history) }).toEqual({
        failure: null,
        history: null,
      });
    }
  }, 120_000);
});
