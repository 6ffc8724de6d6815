import { JEST_SUITES } from './suite-names.ts';

const NAMES: readonly string[] = ['check', ...JEST_SUITES];
const FAST: readonly string[] = ['check', 'unit', 'golden', 'property', 'https'];

/** What there is to prove again on another version of Kubernetes. */
const OLDEST: readonly string[] = ['cluster', 'chart'];

const SEED = '--seed=';

const USAGE = `usage: npm test [-- [--fast] [--oldest] [--seed=SEED] [--yes] [SUITE ...] [NAME OF A TEST] [-- JEST ARGUMENTS]]
  --fast       only what needs no build and no root: ${FAST.join(' ')}
  --oldest     on the oldest Kubernetes that Pillion supports (npm run test:oldest): ${OLDEST.join(' ')}
  --seed=SEED  other random cases than those of every day: of this number, or of a new one in each test with --seed=random
  --yes        install missing system packages with apt-get
suites: ${NAMES.join(' ')}
example: npm test -- unit golden "host network"
`;

export interface TestOptions {
  readonly suites: readonly string[];
  /** suites were named, so their output is of interest even when they pass */
  readonly named: boolean;
  readonly yes: boolean;
  /** on the oldest supported Kubernetes instead of the newest */
  readonly oldest: boolean;
  /** what random cases are made of, read by test/random-cases.ts; undefined for those of every day */
  readonly seed: string | undefined;
  readonly filter: string | undefined;
  readonly jestArgs: readonly string[];
}

/** Reads the arguments of `npm test`. Throws an Error that ends with the usage. */
export function readOptions(argv: readonly string[]): TestOptions {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const jestArgs = end === -1 ? [] : argv.slice(end + 1);
  const flags = own.filter((word) => word.startsWith('-'));
  const seed = flags.find((flag) => flag.startsWith(SEED))?.slice(SEED.length);
  if (seed !== undefined && !/^(random|-?\d+)$/.test(seed))
    throw new Error(`the seed ${seed} is neither a whole number nor the word random\n${USAGE}`);
  const unknown = flags.find((flag) => !['--fast', '--oldest', '--yes'].includes(flag) && !flag.startsWith(SEED));
  if (unknown !== undefined)
    throw new Error(`unknown option ${unknown}: Jest's own options go behind another --\n${USAGE}`);
  const words = own.filter((word) => !word.startsWith('-'));
  const firstOther = words.findIndex((word) => !NAMES.includes(word));
  const named = firstOther === -1 ? words : words.slice(0, firstOther);
  const rest = words.slice(named.length);
  if (named.length === 0 && rest.length > 0) throw new Error(`there is no suite ${rest[0]}\n${USAGE}`);
  const oldest = flags.includes('--oldest');
  const unnamed = flags.includes('--fast') ? FAST : oldest ? OLDEST : NAMES;
  const chosen = named.length > 0 ? named : unnamed;
  return {
    suites: NAMES.filter((name) => chosen.includes(name)),
    named: named.length > 0,
    oldest,
    seed,
    yes: flags.includes('--yes') || process.env.PILLION_YES === '1',
    filter: rest.length > 0 ? rest.join(' ') : undefined,
    jestArgs: named.length > 0 ? [...lineForEachTest(jestArgs), ...jestArgs] : jestArgs,
  };
}

// Jest prints the names of tests by itself only where one file runs
const lineForEachTest = (jestArgs: readonly string[]) =>
  jestArgs.some((word) => word.startsWith('--verbose') || word === '--no-verbose') ? [] : ['--verbose'];
