import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { HOOKS } from '../../src/core/admission/hook.ts';
import { DecisionRecord } from '../../src/core/api/decision-record.ts';
import { publishedSchema } from '../../src/core/api/published-schemas.ts';
import { readRecord } from '../../src/core/records/read-record.ts';
import { gelfFields } from '../../src/telemetry/gelf.ts';
import type { Json } from '../core-fixtures/pods.ts';
import { SAMPLE_RECORDS } from '../core-fixtures/sample-records.ts';
import { asYaml } from './documents.ts';
import { expectFile } from './expected-file.ts';
import { breaksOf } from './schema-breaks.ts';

// v1/schema.yaml is what was published last. UPDATE_GOLDEN=1 writes it anew only when nothing is taken from whoever reads by it.
// v1/first.jsonl are records as they were written on the first day: nothing writes them anew, and every later version reads them.
const file = (path: string): URL => new URL(`./record/${path}`, import.meta.url);
const published = (): Json => parse(readFileSync(file('v1/schema.yaml'), 'utf8'));

test('the schema takes nothing from those who read by the one that was published', () => {
  const schema = publishedSchema('record');
  expect(breaksOf(published(), schema)).toEqual([]);
  expectFile(file('v1/schema.yaml'), asYaml(schema));
});

describe('of a schema that was published', () => {
  const schema = {
    type: 'object',
    required: ['verdict', 'policy'],
    properties: {
      verdict: { enum: ['inject', 'skip'] },
      order: { enum: ['Native', 'Classic'] },
      pod: { type: 'string', description: 'its name' },
      policy: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      also: { type: 'array', items: { enum: ['opted-in'] } },
    },
  };
  const properties = (more: Json) => ({ ...schema, properties: { ...schema.properties, ...more } });
  test.each<[string, Json, string[]]>([
    ['a field may be added that may be absent', properties({ squad: { type: 'string' } }), []],
    ['a word may be put otherwise', properties({ pod: { type: 'string', description: 'how it is called' } }), []],
    ['a value may be added to a list that may grow', properties({ verdict: { enum: ['inject', 'skip', 'wait'] } }), []],
    ['and to one of a list', properties({ also: { type: 'array', items: { enum: ['opted-in', 'other'] } } }), []],
    [
      'no value may be added elsewhere',
      properties({ order: { enum: ['Native', 'Classic', 'None'] } }),
      ['/order: None is a new value'],
    ],
    ['no value may go', properties({ verdict: { enum: ['inject'] } }), ['/verdict: skip is no value any more']],
    [
      'no field may go',
      properties({ policy: { ...schema.properties.policy, properties: {} } }),
      ['/policy: name is gone'],
    ],
    ['none may be of another type', properties({ pod: { type: 'integer' } }), ['/pod: is of another type']],
    [
      'none may have values of its own',
      properties({ pod: { type: 'string', enum: ['a'] } }),
      ['/pod: has values of its own, or has them no more'],
    ],
    [
      'none may have to be there',
      { ...schema, required: ['verdict', 'policy', 'pod'] },
      ['/: pod has to be there now, which earlier records lack'],
    ],
    ['none may be left out', { ...schema, required: ['verdict'] }, ['/: policy may be absent now']],
    ['objects may not be closed', { ...schema, additionalProperties: false }, ['/: is of another type']],
  ])('%s', (_, changed, breaks) => {
    expect(breaksOf(schema, changed)).toEqual(breaks);
  });
});

test('records of the first day can be read, and those of a later version, with fields besides', () => {
  const lines = readFileSync(file('v1/first.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(19);
  for (const line of lines) {
    const record = JSON.parse(line);
    const later = { ...record, later: 1, policy: { ...record.policy, later: 1 } };
    for (const value of [record, later]) expect(readRecord(value)).toEqual({ record: value });
  }
});

const closed = Compile(DecisionRecord);

// what depends on the built-in policy and profile, and not on how records are written
const DIGESTS = new Set(['revision', 'profile', 'refusals', 'digest', 'patch', 'policy', 'bytes', 'message']);
const masked = (key: string, value: unknown): unknown => {
  if (typeof value === 'string' && DIGESTS.has(key))
    return value.replaceAll(/\b[0-9a-f]{16}\b/g, '(digest)').replace(/^Error at .*/, '(place)');
  if (key === 'bytes' || key === 'operations') return 0;
  if (typeof value === 'string' && (key === 'checked' || key === '_checked'))
    return value.replaceAll(/[0-9a-f]{16}/g, '(digest)');
  return value;
};

test.each([...SAMPLE_RECORDS])('%s', (name, make) => {
  const { record, audit } = make();
  expect([...closed.Errors(record)]).toEqual([]);
  const gelf = gelfFields(record, 'pillion-1');
  expectFile(file(`samples/${name}.yaml`), asYaml(JSON.parse(JSON.stringify({ record, audit, gelf }, masked))));
});

test('the samples show every hook, every verdict and every field', () => {
  const records = [...SAMPLE_RECORDS.values()].map((make) => make().record);
  expect(new Set(records.map(({ hook }) => hook))).toEqual(new Set([...HOOKS, 'watch']));
  const { verdict } = DecisionRecord.properties;
  expect(new Set(records.map((record) => record.verdict))).toEqual(new Set((verdict as { enum: string[] }).enum));
  // the server writes how long it took
  const fields = Object.keys(DecisionRecord.properties).filter((field) => field !== 'durationMicroseconds');
  expect(fields.filter((field) => !records.some((record) => Object.hasOwn(record, field)))).toEqual([]);
});
