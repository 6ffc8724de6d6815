// One project for each folder under test/; scripts/testing/suites.ts says what each needs.
import { JEST_SUITES } from './scripts/testing/suite-names.ts';

const swc = { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } };

export default {
  // on a busy machine a slow test is not a wrong one: what hangs is ended here, and how long something may take its test says
  testTimeout: 600_000,
  projects: JEST_SUITES.map((name) => ({
    displayName: name,
    rootDir: import.meta.dirname,
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    setupFiles: ['<rootDir>/test/random-cases.ts'],
    testEnvironment: 'node',
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': ['@swc/jest', swc] },
  })),
};
