import { getMetadataArgsStorage } from 'typeorm';
import { KYC_STATUSES } from '../../users/kyc-status.js';
import { UserEntity } from '../../users/user.entity.js';
import { ENDINGS, OUTCOMES, PROGRESS, REJECTION_REASONS, VERDICTS } from '../domain/outcome.js';
import { PROVIDER_DEFINITIONS } from '../providers/registry.js';
import { KycEventEntity } from './kyc-event.entity.js';
import { KycSessionEntity, type StoredPhase } from './kyc-session.entity.js';

type Entity = new () => object;

const PHASES: readonly StoredPhase[] = ['opening', 'open', ...PROGRESS, ...VERDICTS, ...ENDINGS];
const PROVIDERS = PROVIDER_DEFINITIONS.map((definition) => definition.name);

function lengthOf(entity: Entity, property: string): number {
  const column = getMetadataArgsStorage().columns.find(
    (candidate) => candidate.target === entity && candidate.propertyName === property,
  );
  return Number(column?.options.length);
}

/** The quoted words of a CHECK (… IN (…)). */
function checkedWords(entity: Entity): string[] {
  const [check] = getMetadataArgsStorage().checks.filter((candidate) => candidate.target === entity);
  return [...(check?.expression ?? '').matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
}

describe('The words of the rule', () => {
  it.each<[string, Entity, string, readonly string[]]>([
    ['phase', KycSessionEntity, 'phase', PHASES],
    ['reason of a session', KycSessionEntity, 'reason', REJECTION_REASONS],
    ['provider of a session', KycSessionEntity, 'provider', PROVIDERS],
    ['outcome', KycEventEntity, 'outcome', OUTCOMES],
    ['reason of an event', KycEventEntity, 'reason', REJECTION_REASONS],
    ['provider of an event', KycEventEntity, 'provider', PROVIDERS],
    ['status', UserEntity, 'kycStatus', KYC_STATUSES],
    ['provider of a user', UserEntity, 'kycProvider', PROVIDERS],
  ])('fit their column: %s', (_, entity, property, words) => {
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(lengthOf(entity, property));
  });

  it('are the phases that kyc_sessions admits', () => {
    expect(checkedWords(KycSessionEntity).toSorted()).toEqual([...PHASES].toSorted());
  });

  it('are the statuses that users admits', () => {
    expect(checkedWords(UserEntity).toSorted()).toEqual([...KYC_STATUSES].toSorted());
  });
});
