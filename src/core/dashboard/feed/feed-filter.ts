import type { DecisionRecord } from '../../api/decision-record.ts';
import { EVERY_RECORD, wantedBy } from '../../records/record-filter.ts';
import { isOwnedBy, listed } from '../page-of.ts';

/** Which decisions are asked for, as the API has it. */
export interface FeedQuery {
  readonly namespace?: string;
  readonly workload?: string;
  readonly tribe?: string;
  readonly squad?: string;
  readonly verdict?: string;
  readonly reason?: string;
  readonly user?: string;
  readonly hook?: string;
}

/** Whether a decision is asked for and may be seen. One that belongs to no namespace is for those who see all of them. */
export function feedFilter(
  query: FeedQuery,
  visible: (namespace: string) => boolean,
  seesAll: boolean,
): (record: DecisionRecord) => boolean {
  const one = (value: string | undefined) => (value === undefined ? [] : [value]);
  const wanted = wantedBy({
    ...EVERY_RECORD,
    namespaces: one(query.namespace),
    workloads: one(query.workload),
    users: one(query.user),
  });
  const [ofVerdict, ofReason, ofHook] = [listed(query.verdict), listed(query.reason), listed(query.hook)];
  return (record) =>
    (seesAll || (record.namespace !== '' && visible(record.namespace))) &&
    ofVerdict(record.verdict) &&
    ofReason(record.reason) &&
    ofHook(record.hook) &&
    isOwnedBy(query.tribe, record.tribe) &&
    isOwnedBy(query.squad, record.squad) &&
    wanted(record, 0);
}
