import { ownerNameOf } from '../../core/records/owner-name.ts';
import type { RecordFacts } from '../../core/records/record-facts.ts';
import type { PodStory } from '../../core/records/stories.ts';

/** The columns of stories as comma-separated values. */
export const STORY_COLUMNS = [
  ...['time', 'verdict', 'reason', 'namespace', 'pod', 'podUid', 'workload', 'tribe', 'squad'],
  ...['requestedBy', 'requestedOperation', 'requestedObject', 'requestedTime'],
  ...['user', 'operation', 'policy', 'revision', 'profile', 'rule', 'recordId'],
];

/** One story in these columns; what is not known is empty. */
export function storyRow({ decision, namespace, pod, podUid, requestedBy }: PodStory<RecordFacts>): readonly string[] {
  const { time, verdict, reason, tribe, squad, user, operation, policy, profile, rule, recordId } = decision;
  const asked =
    requestedBy === undefined
      ? ['', '', '', '']
      : [requestedBy.user, requestedBy.operation, `${requestedBy.kind}/${requestedBy.name}`, requestedBy.time];
  return [
    ...[time, verdict, reason, namespace, pod ?? '', podUid ?? '', ownerNameOf(decision), tribe ?? '', squad ?? ''],
    ...asked,
    ...[user, operation, policy.name, policy.revision, profile ?? '', rule, recordId],
  ];
}
