import type { TrafficRule } from './rule.ts';

export const MESH005: TrafficRule = {
  code: 'MESH005',
  level: 'warning',
  sentence: 'Somebody says whether requests are retried.',
  hint: 'Write retries: none when no retry is wanted.',
  evidence: 'Istio retries twice where nothing is said, which surprised people: istio/istio#50506, #25160.',
  wrong: 'timeout: 3s',
  right: 'timeout: 3s\nretries: none',
  exampleDefaults: 'meshVersion: 1',
  violations: ({ origins }) =>
    origins.get('/retries') === 'built in'
      ? [
          {
            path: '/retries',
            message: 'neither these values nor the company’s defaults say whether requests are retried',
          },
        ]
      : [],
};
