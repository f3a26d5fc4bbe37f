/** Veriff's reason codes for a declined session (devdocs.veriff.com, verification session decision codes). */
export const DECLINE_REASONS: Readonly<Record<string, string>> = {
  '101': 'Physical document not used',
  '102': 'Suspected document tampering',
  '103': 'Person showing the document does not appear to match document photo',
  '105': 'Suspicious behaviour',
  '106': 'Known fraud',
  '107': 'Velocity/abuse: duplicated user',
  '108': 'Velocity/abuse: duplicated device',
  '109': 'Velocity/abuse: duplicated ID',
  '110': 'Velocity/abuse: duplicated document',
  '111': 'Session fraudulently accessed',
  '112': 'Restricted IP location',
  '113': 'Suspicious behaviour: identity farming',
  '120': 'Person does not appear to match reference photo',
  '123': 'Registry checks failed',
  '124': 'Face already exists in system',
  '126': 'PEP match',
  '127': 'Blocklist match',
  '510': 'Document type not supported',
  '511': 'Document expired',
  '530': 'Below the age limit of 13',
  '533': 'Below the age limit of 18',
  '539': 'Resubmission limit exceeded',
};

/** Veriff's reason codes for a requested resubmission (same page). */
export const RESUBMISSION_REASONS: Readonly<Record<string, string>> = {
  '201': 'Video and/or photos missing',
  '202': 'Face not clearly visible',
  '203': 'Full document not visible',
  '204': 'Poor image quality',
  '205': 'Document damaged',
  '206': 'Document type not supported',
  '207': 'Document expired',
  '208': 'Selfie missing',
  '209': 'Document photo missing',
};
