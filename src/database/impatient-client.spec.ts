import { ImpatientClient } from './impatient-client.js';

describe('A connection', () => {
  it('that breaks while nobody listens does not end the process', () => {
    const client = new ImpatientClient({ host: '127.0.0.1', port: 1 });
    expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow();
  });
});
