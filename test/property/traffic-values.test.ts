import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { TrafficValues } from '../../src/core/api/traffic/values.ts';
import { fieldsOf } from '../../src/core/json/fields-of.ts';
import { isObject } from '../../src/core/json/is-object.ts';
import { pointer, pointerParts, valueAt } from '../../src/core/json/pointer.ts';
import { durationMs } from '../../src/core/traffic/duration.ts';
import { effectiveValues, layersOf } from '../../src/core/traffic/effective-values.ts';
import { judgedValues } from '../../src/core/traffic/judged-values.ts';
import { MESH090 } from '../../src/core/traffic/lint/MESH090.ts';
import { TRAFFIC_RULES } from '../../src/core/traffic/lint/rules.ts';
import { overlaid } from '../../src/core/traffic/overlay.ts';
import { readTrafficDefaults } from '../../src/core/traffic/read-defaults.ts';
import { readTrafficValues } from '../../src/core/traffic/read-values.ts';
import { text } from './arbitraries/json.ts';
import { trafficDefaults, trafficValues } from './arbitraries/traffic-values.ts';

/** The pointers of all leaves; a list and an empty group are one each. */
function leavesOf(value: unknown, path = ''): string[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path + pointer(key)));
}

const shortOfRoutes = ({ routes: _routes, ...values }: TrafficValues): TrafficValues => values;

test('whatever the schema accepts is read as it was written, as JSON and as YAML', () => {
  fc.assert(
    fc.property(trafficValues, trafficDefaults, (values, defaults) => {
      expect(readTrafficValues(JSON.stringify(values), 'f')).toMatchObject({ value: values });
      expect(readTrafficValues(stringify(values), 'f')).toMatchObject({ value: values });
      expect(readTrafficDefaults(JSON.stringify(defaults), 'f')).toMatchObject({ value: defaults });
    }),
    { numRuns: 100 },
  );
});

test('every leaf has an origin, and the layer of that name has that very value there', () => {
  fc.assert(
    fc.property(trafficValues.map(shortOfRoutes), trafficDefaults, (values, defaults) => {
      const layers = layersOf(values, defaults);
      const { values: effective, origins } = effectiveValues(values, defaults);
      const leaves = leavesOf(effective).filter((path) => !path.startsWith('/loadBalancing/hash'));
      const known = [...origins.keys()].filter((path) => !path.startsWith('/loadBalancing/hash'));
      expect(known.toSorted()).toEqual(leaves.toSorted());
      for (const [path, origin] of origins) {
        const said = layers.filter((layer) => layer.origin === origin).map((layer) => valueAt(layer.values, path));
        expect(said).toContainEqual(valueAt(effective, path));
      }
    }),
    { numRuns: 150 },
  );
});

test('nothing is left to be assumed: whatever is on has all its fields', () => {
  const features = ['retries', 'retryBudget', 'circuitBreaker', 'outlierDetection'] as const;
  const fieldsOfFeature = (feature: (typeof features)[number]): string[] =>
    Object.keys(fieldsOf(fieldsOf(TrafficValues.properties[feature]).properties));
  fc.assert(
    fc.property(trafficValues, trafficDefaults, (values, defaults) => {
      const { values: effective } = effectiveValues(values, defaults);
      for (const feature of features)
        if (effective[feature] !== 'none') expect(Object.keys(effective[feature])).toEqual(fieldsOfFeature(feature));
      for (const { retries, timeout, fault } of effective.routes) {
        expect([timeout, fault]).not.toContain(undefined);
        if (retries !== 'none') expect(Object.keys(retries)).toEqual(fieldsOfFeature('retries'));
      }
    }),
    { numRuns: 100 },
  );
});

test('a later layer wins: what the team writes counts, and nothing that somebody before it wrote at the same place', () => {
  fc.assert(
    fc.property(trafficValues.map(shortOfRoutes), trafficDefaults, (values, defaults) => {
      const { values: effective, origins } = effectiveValues(values, defaults);
      const layers = layersOf(values, defaults);
      for (const path of leavesOf(layers.at(-1)?.values).filter((path) => !path.startsWith('/loadBalancing/hash'))) {
        const written = valueAt(values, path);
        // a group without a field says only that the feature is on
        if (isObject(written)) continue;
        expect([path, valueAt(effective, path), origins.get(path)]).toEqual([path, written, 'project']);
      }
    }),
    { numRuns: 150 },
  );
});

test('laying values over the layers a second time changes nothing, and nothing that was given is changed', () => {
  fc.assert(
    fc.property(trafficValues, trafficDefaults, (values, defaults) => {
      const given = JSON.stringify([values, defaults]);
      const { values: effective } = effectiveValues(values, defaults);
      expect(JSON.stringify([values, defaults])).toBe(given);
      expect(JSON.stringify(effectiveValues(values, defaults).values)).toBe(JSON.stringify(effective));
      const { routes: _routes, ...once } = effective;
      const layers = layersOf(shortOfRoutes(values), defaults);
      const again = overlaid([...layers, { origin: 'project', values: once }], TrafficValues);
      expect(again.values).toEqual({ ...once, routes: [] });
    }),
    { numRuns: 100 },
  );
});

test('the order of keys is irrelevant', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };
  fc.assert(
    fc.property(trafficValues.map(shortOfRoutes), trafficDefaults, (values, defaults) => {
      const one = effectiveValues(values, defaults);
      const other = effectiveValues(reversed(values) as TrafficValues, reversed(defaults) as typeof defaults);
      expect([...other.origins]).toEqual([...one.origins]);
      expect(Object.keys(other.values)).toEqual(Object.keys(one.values));
    }),
    { numRuns: 50 },
  );
});

test('a route takes from the service what it leaves out, with its origin', () => {
  fc.assert(
    fc.property(trafficValues, trafficDefaults, (values, defaults) => {
      const { values: effective, origins } = effectiveValues(values, defaults);
      effective.routes.forEach((route, index) => {
        const own = values.routes?.[index];
        for (const field of ['timeout', 'retries', 'fault'] as const) {
          if (own?.[field] === undefined) expect(route[field]).toEqual(effective[field]);
          const at = pointer('routes', index, field);
          for (const path of leavesOf(route[field], at)) {
            const [, , ...inner] = pointerParts(path);
            const said = valueAt(own, pointer(...inner)) !== undefined;
            if (own?.[field] === undefined) expect(origins.get(path)).toBe(origins.get(pointer(...inner)));
            else if (said && !isObject(valueAt(route, pointer(...inner)))) expect(origins.get(path)).toBe('project');
          }
        }
      });
    }),
    { numRuns: 100 },
  );
});

const told = (judged: ReturnType<typeof judgedValues>) =>
  'problems' in judged ? judged : { values: judged.values, origins: judged.origins, findings: judged.findings };

test('whatever is accepted can be judged: each finding has a place, a known rule, and is told alike every time', () => {
  const codes = [...TRAFFIC_RULES.map(({ code }) => code), MESH090.code];
  fc.assert(
    fc.property(trafficValues, trafficDefaults, (values, defaults) => {
      const source = { text: stringify(values), file: 'f' };
      const judged = judgedValues(source, defaults, '2026-11-03');
      if ('problems' in judged) throw new Error(JSON.stringify(judged.problems));
      for (const { rule, path, line, file, message, hint } of judged.findings) {
        expect(codes).toContain(rule);
        expect([file, path[0], Number(line) > 0, message !== '', hint !== '']).toEqual(['f', '/', true, true, true]);
      }
      const again = judgedValues(source, defaults, '2026-11-03');
      // what leads to places in the text is a function
      expect(told(again)).toEqual(told(judged));
    }),
    { numRuns: 150 },
  );
});

test('values without errors have retries that fit, pods that may be left out, and no fault in production', () => {
  fc.assert(
    fc.property(trafficValues, trafficDefaults, (values, defaults) => {
      const { waivers: _waivers, ...unexcused } = values;
      const judged = judgedValues({ text: JSON.stringify(unexcused), file: 'f' }, defaults, '2026-11-03');
      if ('problems' in judged) throw new Error(JSON.stringify(judged.problems));
      const broken = (code: string): string[] =>
        judged.findings.filter(({ rule }) => rule === code).map(({ path }) => path);
      const { service, outlierDetection, environment } = judged.values;
      [judged.values, ...judged.values.routes].forEach(({ retries, timeout, fault }, index) => {
        const at = index === 0 ? undefined : pointer('routes', index - 1);
        const told = (code: string) =>
          broken(code).some((path) => !path.startsWith('/routes/') || path.startsWith(`${at}/`));
        if (retries !== 'none' && retries.attempts > 0) {
          if (timeout === 'none') expect(told('MESH003')).toBe(true);
          else if (!told('MESH001') && !told('MESH002') && retries.perTryTimeout !== 'none')
            expect((retries.attempts + 1) * durationMs(retries.perTryTimeout)).toBeLessThan(durationMs(timeout));
        }
        if (fault !== 'none' && ['production', undefined].includes(environment)) expect(told('MESH040')).toBe(true);
      });
      if (outlierDetection !== 'none' && broken('MESH010').length + broken('MESH011').length === 0)
        expect(service.minReplicas * outlierDetection.maxEjectionPercent).toBeGreaterThanOrEqual(100);
    }),
    { numRuns: 200 },
  );
});

test('any text is answered: values or problems', () => {
  const nearly = fc.tuple(trafficValues, fc.nat(), fc.nat(), text).map(([values, from, length, between]) => {
    const whole = stringify(values);
    const at = from % whole.length;
    return whole.slice(0, at) + between + whole.slice(at + (length % 10));
  });
  const odd = fc.constantFrom(
    '',
    '{',
    '[[[[',
    '- ',
    '*a',
    '&a [*a]',
    '? a',
    '\u0000',
    '{__proto__: 1}',
    'service:',
    '!!x y',
  );
  fc.assert(
    fc.property(fc.oneof(nearly, text, odd, fc.json()), (given) => {
      const read = readTrafficValues(given, 'f');
      if ('problems' in read) expect(read.problems.length).toBeGreaterThan(0);
      else expect(effectiveValues(read.value, { meshVersion: 1 }).values.service.name).toBe(read.value.service.name);
    }),
    { numRuns: 500 },
  );
});
