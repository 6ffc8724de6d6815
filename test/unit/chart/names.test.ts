import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DOCTOR_RIGHTS } from '../../../src/cluster/doctor-rights.ts';
import { RIGHTS } from '../../../src/cluster/rights.ts';
import { ChartValues } from '../../../src/core/api/chart/values.ts';
import { REGISTRATION_MODES } from '../../../src/core/registration/mode.ts';
import { REGISTERED_NAMES } from '../../../src/core/registration/names.ts';
import { renderRegistration } from '../../../src/core/registration/registration.ts';
import { LOG_LEVELS } from '../../../src/telemetry/log.ts';
import { RECORD_FORMATS } from '../../../src/telemetry/record-sink.ts';
import { type PolicyChanges, policyWith } from '../../core-fixtures/policies.ts';

const POLICIES: readonly PolicyChanges[] = [
  {},
  { optIn: { rule: 'Istio' } },
  { optIn: { autoInject: 'enabled' }, spec: { overrides: { allow: [], others: 'Deny' } } },
  { spec: { finalState: 'Off', overrides: { allow: [], others: 'Warn' } } },
];

test('every object that is registered has a name on which rights are granted', () => {
  const rendered = POLICIES.flatMap((changes) => renderRegistration(policyWith(changes), { url: 'https://a' }, ''));
  const names = new Set(rendered.map(({ metadata }) => metadata.name));
  expect([...names].filter((name) => !REGISTERED_NAMES.includes(name))).toEqual([]);
});

test('a list or a watch of something that is granted by name is of one name: only a fieldSelector can ask for it', () => {
  const named = RIGHTS.filter(
    ({ names, verbs }) => names !== undefined && verbs.some((verb) => /^(list|watch)$/.test(verb)),
  );
  expect(named.filter(({ names }) => names?.length !== 1)).toEqual([]);
});

test('each right names code that exists', () => {
  const files = [...RIGHTS, ...DOCTOR_RIGHTS].flatMap(({ usedBy }) => usedBy.split(', '));
  expect(files.filter((file) => !existsSync(new URL(`../../../${file}`, import.meta.url)))).toEqual([]);
});

const SETTINGS = JSON.parse(JSON.stringify(ChartValues)).properties;

test.each([
  ['log.level', SETTINGS.log.properties.level.enum, LOG_LEVELS],
  ['log.recordFormat', SETTINGS.log.properties.recordFormat.enum, RECORD_FORMATS],
  ['registration.mode', SETTINGS.registration.properties.mode.enum, REGISTRATION_MODES],
])('the values accept for %s what the command line accepts', (_path, inValues, inFlags) => {
  expect([...inValues].sort()).toEqual([...inFlags].sort());
});
