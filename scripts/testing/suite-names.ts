/** The Jest suites, in the order of the closing table. Each is the folder of the same name under test/. */
export const JEST_SUITES = [
  'unit',
  'golden',
  'property',
  'https',
  'parity',
  'cluster',
  'chart',
  'traffic',
  'node',
  'lab',
  'istio',
  'browser',
  'image',
  'ha',
] as const;

export type JestSuite = (typeof JEST_SUITES)[number];
