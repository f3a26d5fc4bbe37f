import { getMetadataArgsStorage } from 'typeorm';
import { KYC_STATUSES } from '../../users/kyc-status.ts';
import { UserEntity } from '../../users/user.entity.ts';
import { ENDINGS, OUTCOMES, PROGRESS, VERDICTS } from '../domain/outcome.ts';
import { REJECTION_REASONS } from '../domain/rejection-reason.ts';
import { PROVIDER_DEFINITIONS } from '../providers/registry.ts';
import { MANUAL_PROVIDER } from './manual-provider.ts';
import { KycEventEntity } from './kyc-event.entity.ts';
import { AttemptEntity, type StoredPhase } from './attempt.entity.ts';

type Entity = new () => object;

const PHASES: readonly StoredPhase[] = ['opening', 'open', ...PROGRESS, ...VERDICTS, ...ENDINGS];
const PROVIDERS = [MANUAL_PROVIDER, ...PROVIDER_DEFINITIONS.map((definition) => definition.name)];

function lengthOf(entity: Entity, property: string): number {
  const column = getMetadataArgsStorage().columns.find(
    (candidate) => candidate.target === entity && candidate.propertyName === property,
  );
  return Number(column?.options.length);
}

function checkedWords(entity: Entity): string[] {
  const [check] = getMetadataArgsStorage().checks.filter((candidate) => candidate.target === entity);
  return [...(check?.expression ?? '').matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
}

describe('Stored words', () => {
  it.each<[string, Entity, string, readonly string[]]>([
    ['phase', AttemptEntity, 'phase', PHASES],
    ['reason of a session', AttemptEntity, 'reason', REJECTION_REASONS],
    ['provider of a session', AttemptEntity, 'provider', PROVIDERS],
    ['outcome', KycEventEntity, 'outcome', OUTCOMES],
    ['reason of an event', KycEventEntity, 'reason', REJECTION_REASONS],
    ['provider of an event', KycEventEntity, 'provider', PROVIDERS],
    ['status', UserEntity, 'kycStatus', KYC_STATUSES],
    ['provider of a user', UserEntity, 'kycProvider', PROVIDERS],
  ])('the longest %s fits its column', (_, entity, property, words) => {
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(lengthOf(entity, property));
  });

  it('the CHECK constraint of kyc_sessions lists exactly the phases', () => {
    expect(checkedWords(AttemptEntity).toSorted()).toEqual([...PHASES].toSorted());
  });

  it('the CHECK constraint of users lists exactly the statuses', () => {
    expect(checkedWords(UserEntity).toSorted()).toEqual([...KYC_STATUSES].toSorted());
  });
});
