/**
 * Personal data that the emulated providers put into webhooks and answers, in the same fields as the real ones.
 * The gateway must keep these values out of its database, logs, responses and mails. A test searches for them.
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
