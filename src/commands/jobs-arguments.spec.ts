import { parseArguments, UsageError } from './command.ts';
import { JOBS_OPTIONS, JOBS_USAGE, readJobsRequest } from './jobs-arguments.ts';

const ID = '5b6f1c9e-1111-4222-8333-444455556666';
const read = (line: string) => {
  const args = line.split(' ').filter((word) => word !== '');
  const { values, positionals } = parseArguments(args, JOBS_OPTIONS);
  return readJobsRequest(values, positionals);
};

describe('The jobs command', () => {
  it('the jobs command lists the queues in its usage', () => {
    expect(JOBS_USAGE).toContain('notification, provider-lookup');
  });

  it('the jobs command lists the first fifty jobs of all queues by default', () => {
    expect(read('list')).toEqual({ command: 'list', queue: undefined, limit: 50, isJson: false });
  });

  it('the jobs command lists as many jobs of a queue as its options say', () => {
    expect(read('list --queue notification --limit 3 --json')).toEqual({
      command: 'list',
      queue: 'notification',
      limit: 3,
      isJson: true,
    });
  });

  it.each([
    ['retry --all', { queue: undefined, ids: undefined }],
    ['retry --queue provider-lookup', { queue: 'provider-lookup', ids: undefined }],
    [`retry --id ${ID.toUpperCase()} --id ${ID}`, { queue: undefined, ids: [ID, ID] }],
  ])('the jobs command retries the jobs that its options select: %s', (line, chosen) => {
    expect(read(line)).toEqual({ command: 'retry', ...chosen });
  });

  it.each([
    '',
    'purge',
    'list more',
    'list --queue notification-dead',
    'list --limit 0',
    'list --limit many',
    'list --all',
    `list --id ${ID}`,
    'list --verbose',
    'retry',
    'retry --all --queue notification',
    `retry --all --id ${ID}`,
    'retry --id 1',
    'retry --id',
    'retry --all --json',
    'retry --all --limit 5',
  ])('the jobs command rejects the arguments "%s"', (line) => {
    expect(() => read(line)).toThrow(UsageError);
  });
});
