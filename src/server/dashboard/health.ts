import type { CertificateSource } from '../../cluster/certificates/certificate-source.ts';
import type { Overview } from '../../core/dashboard/overview.ts';
import { dayText } from '../../core/json/day-text.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import type { Remarks } from '../ops/remarks.ts';
import type { Readiness } from '../readiness.ts';
import type { DecisionFeed } from './decision-feed.ts';

export interface HealthSources {
  readonly readiness: Readiness;
  readonly remarks: Remarks;
  readonly certificate: CertificateSource;
  readonly policy: () => ActivePolicy;
  readonly feed: DecisionFeed;
  /** Whether the hooks are registered by this installation. */
  readonly isRegistered: boolean;
  readonly replica: string;
  readonly now: () => Date;
}

type Health = Overview['health'];

/** How the replica that is asked is, and what it knows of the others. */
export async function healthOf(sources: HealthSources): Promise<Health> {
  await sources.feed.lookAtPeers();
  return [
    webhook(sources),
    certificate(sources),
    policy(sources),
    ...sources.remarks.lines.map((line): Health[number] => ({ part: 'remark', state: 'warning', says: line })),
    replicas(sources),
  ];
}

function webhook({ readiness, isRegistered, replica }: HealthSources): Health[number] {
  const part = 'webhook';
  if (readiness.draining) return { part, state: 'warning', says: `The replica ${replica} is ending; others answer.` };
  if (!readiness.ready)
    return {
      ...{ part, state: 'bad', says: `The replica ${replica} waits for: ${readiness.missing.join(', ')}.` },
      next: 'Run `pillion doctor`.',
    };
  if (!isRegistered)
    return {
      ...{ part, state: 'warning', says: 'It answers, and nothing is registered with the API server by it.' },
      next: 'Start it with --webhook-service or --webhook-url, or register it with `pillion registration render`.',
    };
  return { part, state: 'good', says: 'It answers reviews.' };
}

const DAY_MS = 86_400_000;

function certificate({ certificate: { current }, now }: HealthSources): Health[number] {
  const part = 'certificate';
  if (current === undefined)
    return { part, state: 'bad', says: 'There is none, so no review is answered.', next: 'Run `pillion doctor`.' };
  const leftMs = current.notAfter.getTime() - now().getTime();
  const says = `It is valid until ${dayText(isoDay(current.notAfter))}.`;
  if (leftMs <= 0) return { part, state: 'bad', says: 'It has expired.', next: 'Run `pillion doctor`.' };
  if (leftMs < DAY_MS)
    return { part, state: 'warning', says, next: 'It should have been renewed: run `pillion doctor`.' };
  return { part, state: 'good', says };
}

function policy({ policy: active }: HealthSources): Health[number] {
  const { name, revision } = active();
  return { part: 'policy', state: 'good', says: `${name} decides, revision ${revision}.` };
}

function replicas({ feed }: HealthSources): Health[number] {
  const part = 'replicas';
  const [remark] = feed.remarks;
  if (remark !== undefined) return { part, state: 'warning', says: remark.what, next: remark.next };
  const { others } = feed;
  return {
    part,
    state: 'good',
    says: others === 0 ? 'There is one.' : `There are ${others + 1}, and all of them answer.`,
  };
}
