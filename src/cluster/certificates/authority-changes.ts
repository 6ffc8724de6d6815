import type { Logger } from 'pino';
import type { Step } from '../../core/certificates/next-step.ts';

/** What is counted of the changes of the authority Secret. */
export interface AuthorityChanges {
  /** A replacement of the authority goes through these, unless it was lost. */
  rotation(step: 'started' | 'promoted' | 'finished'): void;
  /** The Secret was made usable again. */
  repaired(cause: 'deleted' | 'broken' | 'expired'): void;
}

export interface ChangeFacts {
  /** Namespace and name. */
  readonly secret: string;
  readonly faults: readonly string[];
  readonly isRepair: boolean;
}

/** Tells the log and the metrics that this process has carried out a step. */
export function tellStep(step: Step, facts: ChangeFacts, log: Logger, metrics: AuthorityChanges): void {
  const { secret, faults, isRepair } = facts;
  const cause = 'cause' in step ? step.cause : undefined;
  if (isRepair) {
    metrics.repaired(cause === 'deleted' || cause === 'expired' ? cause : 'broken');
    const text = step.kind === 'mend' ? MENDED : step.kind === 'promote' ? PROMOTED_EARLY : ISSUED_ANEW;
    log.error({ secret, cause: cause ?? 'broken', faults }, text);
    return;
  }
  const [text, rotation] = ORDINARY[step.kind];
  if (rotation !== undefined) metrics.rotation(rotation);
  log.info({ secret, ...(cause === undefined ? {} : { cause }) }, text);
}

const ORDINARY: Readonly<Record<Step['kind'], readonly [string, ('started' | 'promoted' | 'finished')?]>> = {
  issue: ['a certificate authority was issued'],
  'add-next': ['the next authority was issued; it signs as soon as every webhook trusts it', 'started'],
  promote: ['the next authority signs from now on; the one before stays trusted', 'promoted'],
  'drop-previous': ['the previous authority is no longer trusted: no leaf of it can be valid any more', 'finished'],
  mend: ['the Secret of the authority was completed'],
  stand: ['the Secret of the authority was completed'],
};

const MENDED =
  'the Secret of the authority held something that cannot be used; that was taken out, find out who wrote it';
const PROMOTED_EARLY =
  'the authority could not sign any more, so the next one signs at once; calls may fail until every webhook trusts it; ' +
  'if nobody meant to do this, find out who changed the Secret';
const ISSUED_ANEW =
  'the authority could not be used and was issued anew; what it has signed stays trusted as far as it is known, and calls may fail ' +
  'until every webhook trusts the new one; if nobody meant to do this, find out who changed the Secret';
