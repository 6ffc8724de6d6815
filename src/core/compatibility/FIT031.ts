import type { FitCheck } from './fit-check.ts';

export const FIT031: FitCheck = {
  code: 'FIT031',
  severity: 'needs-change',
  title: 'The pod has as long to end as its proxy goes on.',
  remedy:
    'Raise terminationGracePeriodSeconds, or use a profile with order: Native, whose proxy ends after the application.',
  why: 'In Classic order the kubelet ends both at once, and the proxy goes on for its drain time to answer the application’s last calls. A shorter grace period cuts that off.',
  holds: 'profiles in Classic order',
  shownBy: [
    [
      'test/lab/classic-order.test.ts',
      'an application that takes longer than drainSeconds loses its proxy before its end, so that the test above can fail',
    ],
  ],
  sightings: ({ subject, pod }) => {
    const grace = pod.spec.terminationGracePeriodSeconds;
    const { drainSeconds } = subject.profile.traits;
    if (typeof grace !== 'number' || !subject.rendering().outlivesJobs || grace >= drainSeconds) return [];
    const path = '/spec/terminationGracePeriodSeconds';
    return [{ path, message: `is ${grace}, less than the ${drainSeconds} s that the proxy goes on` }];
  },
};
