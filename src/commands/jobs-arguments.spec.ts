import { JOBS_USAGE, readJobsArguments, WrongArguments } from './jobs-arguments.ts';

const ID = '5b6f1c9e-1111-4222-8333-444455556666';
const read = (line: string) => readJobsArguments(line.split(' ').filter((word) => word !== ''));

describe('The arguments of the jobs command', () => {
  it('name the queues that there are in the usage', () => {
    expect(JOBS_USAGE).toContain('notification, provider-lookup');
  });

  it.each(['--help', '-h', 'retry --help'])('ask for help: %s', (line) => {
    expect(read(line)).toEqual({ command: 'help' });
  });

  it('list the first fifty of all queues where nothing else is said', () => {
    expect(read('list')).toEqual({ command: 'list', queue: undefined, limit: 50, isJson: false });
  });

  it('list what is asked for', () => {
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
  ])('say what is to be moved back: %s', (line, chosen) => {
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
  ])('are wrong: %s', (line) => {
    expect(() => read(line)).toThrow(WrongArguments);
  });
});
