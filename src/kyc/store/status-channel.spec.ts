import { randomUUID } from 'node:crypto';
import { announcementsOf, readAnnouncement } from './status-channel.ts';

describe('The announcement of status changes', () => {
  const usersOf = (payload: string) => {
    const announcement = readAnnouncement(payload);
    return announcement === 'all' ? [] : [...announcement];
  };

  it.each([1, 2, 202, 256, 1_000])(
    'names each of %d users and fits into the payloads of PostgreSQL',
    (count) => {
      const users = Array.from({ length: count }, () => randomUUID());
      const payloads = announcementsOf(users);
      expect(payloads.flatMap(usersOf)).toEqual(users);
      for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
    },
  );

  it('needs one payload for the users of a usual batch', () => {
    expect(announcementsOf(Array.from({ length: 150 }, () => randomUUID()))).toHaveLength(1);
  });

  it('fits for ids of 255 characters that take several bytes each', () => {
    const users = Array.from({ length: 40 }, (_, index) => String(index).padStart(255, 'ü"'));
    const payloads = announcementsOf(users);
    expect(payloads.flatMap(usersOf)).toEqual(users);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
  });

  it('of the previous release names all users with an empty payload', () => {
    expect(readAnnouncement('')).toBe('all');
  });
});
