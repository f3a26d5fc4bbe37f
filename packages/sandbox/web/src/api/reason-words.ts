// Generated from src/kyc/domain/rejection-reason.ts by `npm run openapi`. Do not edit.
export const REASON_WORDS = {
  document_unreadable:
    'Your document could not be read. Take the picture in good light, with all four corners visible and without glare.',
  document_expired: 'Your document has expired. Use a valid document.',
  document_unsupported:
    'This kind of document is not accepted. Use a passport, an identity card or a driving license.',
  selfie_problem:
    'Your face was not clearly visible. Look straight into the camera, in good light, without glasses or a hat.',
  underage: 'You have not reached the minimum age for this service.',
  attempts_exceeded: 'There were too many unsuccessful tries in this verification.',
  other: 'We could not confirm the information that you gave.',
} as const;
