import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../../../scripts/testing/options.ts';
import { JEST_SUITES } from '../../../scripts/testing/suite-names.ts';

describe('the arguments of npm test', () => {
  test('nothing means everything', () => {
    expect(readOptions([])).toMatchObject({
      suites: ['check', ...JEST_SUITES],
      named: false,
      filter: undefined,
      jestArgs: [],
    });
  });

  test('--fast leaves out what needs a build or root', () => {
    expect(readOptions(['--fast']).suites).not.toEqual(expect.arrayContaining(['cluster']));
    expect(readOptions(['--fast']).suites).not.toEqual(expect.arrayContaining(['traffic']));
  });

  test('--oldest is about the suites that need an API server', () => {
    expect(readOptions(['--oldest'])).toMatchObject({ suites: ['cluster', 'chart'], named: false, oldest: true });
    expect(readOptions(['cluster', '--oldest'])).toMatchObject({ suites: ['cluster'], oldest: true });
  });

  test('suites come first, then a test name; behind -- Jest is addressed', () => {
    const options = readOptions(['golden', 'unit', 'host', 'network', '--yes', '--', '--bail']);
    expect(options).toEqual({
      suites: ['unit', 'golden'],
      named: true,
      yes: true,
      oldest: false,
      seed: undefined,
      filter: 'host network',
      jestArgs: ['--verbose', '--bail'],
    });
  });

  test.each([
    [['traffic', 'lab'], ['--verbose']],
    [['unit', '--', '--verbose=false'], ['--verbose=false']],
    [['unit', '--', '--no-verbose'], ['--no-verbose']],
    [[], []],
    [['--fast'], []],
  ])('%j: a line for each test where suites are named, unless told otherwise', (argv, jestArgs) => {
    expect(readOptions(argv).jestArgs).toEqual(jestArgs);
  });

  test.each([
    [['property', '--seed=random'], 'random'],
    [['--seed=-1683439558'], '-1683439558'],
    [['property'], undefined],
  ])('%j: random cases are made of %s', (argv, seed) => {
    expect(readOptions(argv).seed).toBe(seed);
  });

  test.each([
    [['--seed=x'], 'the seed x is neither a whole number nor the word random'],
    [['--seed'], 'unknown option --seed'],
    [['untis'], 'there is no suite untis'],
    [['--verbose'], 'unknown option --verbose'],
  ])('%j is refused with the usage', (argv, message) => {
    expect(() => readOptions(argv)).toThrow(message);
    expect(() => readOptions(argv)).toThrow('usage: npm test');
  });
});
