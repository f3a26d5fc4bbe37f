import type { HeldStage, MailHold } from './contract.ts';

interface Hold {
  to: string;
  at: HeldStage;
  reach: () => void;
  abandon: () => void;
  released: Promise<void>;
}

export function createMailHolds() {
  const holds = new Set<Hold>();

  return {
    hold({ to, at }: { to: string; at: HeldStage }): MailHold {
      const reached = Promise.withResolvers<void>();
      const abandoned = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const hold = {
        to,
        at,
        reach: reached.resolve,
        abandon: abandoned.resolve,
        released: released.promise,
      };
      holds.add(hold);
      return {
        reached: reached.promise,
        abandoned: abandoned.promise,
        release() {
          holds.delete(hold);
          released.resolve();
        },
      };
    },
    /** Resolves when no hold matches the mail. `disconnected` resolves when the sender disconnects. */
    async pass(at: HeldStage, to: readonly string[], disconnected: Promise<void>): Promise<void> {
      for (const hold of holds) {
        if (hold.at !== at || !to.includes(hold.to)) continue;
        hold.reach();
        void disconnected.then(hold.abandon);
        await hold.released;
      }
    },
  };
}
