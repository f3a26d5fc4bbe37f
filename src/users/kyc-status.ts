export const KYC_STATUSES = ['not_verified', 'pending', 'verified', 'rejected'] as const;

export type KycStatus = (typeof KYC_STATUSES)[number];
