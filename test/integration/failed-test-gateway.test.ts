import { startGateway } from '../support/gateway.ts';

const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

it('A test gateway that cannot start leaves no server of its sandbox behind', async () => {
  const before = servers();
  await expect(startGateway({ environment: { MAIL_FROM: 'nobody' } })).rejects.toThrow('MAIL_FROM');
  expect(servers()).toBe(before);
});
