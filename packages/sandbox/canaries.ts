/**
 * Personal data that the emulated providers put into webhooks and answers, where the real ones put it.
 * None of it may ever turn up in the gateway's database, logs, answers or mails; a test looks for it.
 */
export const CANARIES = {
  firstName: 'Zéphyrine',
  lastName: 'Quackenbush-Ünal',
  birthDate: '1971-02-03',
  documentNumber: 'CNRY7345921',
  nationalId: '71020399917',
  address: '17 Canary Wharfside, Tallinn',
  ipAddress: '203.0.113.217',
  reviewerComment: 'canary: the reviewer suspects a fraud ring',
} as const;
