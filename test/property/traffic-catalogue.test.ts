import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { worstAmplifications } from '../../src/core/traffic/catalogue/amplification.ts';
import { catalogueOf } from '../../src/core/traffic/catalogue/catalogue.ts';
import type { Project } from '../../src/core/traffic/catalogue/project.ts';
import { readTrafficFiles } from '../../src/core/traffic/catalogue/read-files.ts';
import { BUILT_IN_TRAFFIC_DEFAULTS } from '../../src/core/traffic/defaults.generated.ts';
import { lintCatalogue } from '../../src/core/traffic/lint/lint-catalogue.ts';
import { text } from './arbitraries/json.ts';

const JUDGE = { company: BUILT_IN_TRAFFIC_DEFAULTS, today: '2026-11-03' };
const MOST = 9;

/** Services that call each other in any way, each with its attempts and whether it is reached from outside. */
const graphs = fc.integer({ min: 1, max: MOST }).chain((size) =>
  fc.array(
    fc.record({
      calls: fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }),
      attempts: fc.integer({ min: 0, max: 5 }),
      isExposed: fc.boolean(),
    }),
    { minLength: size, maxLength: size },
  ),
);
type Graph = typeof graphs extends fc.Arbitrary<infer T> ? T : never;

const filesOf = (graph: Graph) =>
  graph.map(({ calls, attempts, isExposed }, index) => ({
    file: `${index}.yaml`,
    isNamed: false,
    text: JSON.stringify({
      service: { name: `s${index}`, port: 80 },
      timeout: 'none',
      dependsOn: calls.map((callee) => `s${callee}`),
      retries: { attempts },
      ...(isExposed ? { expose: [{ hosts: [`s${index}.example.com`], gateway: 'a/b' }] } : {}),
    }),
  }));

/** Who reaches whom in one call or more. */
function reaching(graph: Graph): readonly ReadonlySet<number>[] {
  return graph.map((_, start) => {
    const reached = new Set<number>();
    const queue = [start];
    for (const at of queue)
      for (const callee of graph[at]?.calls ?? []) if (!reached.has(callee) && reached.add(callee)) queue.push(callee);
    return reached;
  });
}

const catalogueOfGraph = (graph: Graph) => catalogueOf(readTrafficFiles(filesOf(graph), JUDGE));
const indexOf = ({ name }: Project): number => Number(name.slice(1));

test('two services are in one circle exactly when each reaches the other, and the way that is told leads round', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const reached = reaching(graph);
      const { projects, circles, inOneCircle } = catalogueOfGraph(graph);
      for (const one of projects)
        for (const other of projects) {
          const both = reached[indexOf(one)]?.has(indexOf(other)) && reached[indexOf(other)]?.has(indexOf(one));
          expect(inOneCircle(one, other)).toBe(both === true);
        }
      for (const { way, members } of circles) {
        expect(way.length).toBeGreaterThan(0);
        for (const [index, { project, dependency }] of way.entries()) {
          expect(members.has(project)).toBe(true);
          expect(dependency.callee).toBe(way[(index + 1) % way.length]?.project);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a caller comes before those it calls, unless it is in a circle with them', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { callersFirst, dependencies, inOneCircle } = catalogueOfGraph(graph);
      const position = new Map(callersFirst.map((project, index) => [project, index]));
      expect(position.size).toBe(graph.length);
      for (const [caller, entries] of dependencies.of)
        for (const { callee } of entries)
          if (callee !== undefined && !inOneCircle(caller, callee))
            expect(position.get(caller)).toBeLessThan(position.get(callee) ?? -1);
    }),
    { numRuns: 300 },
  );
});

/** The most tries at a service over all ways that enter no circle twice, found by walking each. */
function walked(graph: Graph, end: number): number {
  const reached = reaching(graph);
  const inCircle = (one: number, other: number) => reached[one]?.has(other) && reached[other]?.has(one);
  const own = (graph[end]?.attempts ?? 0) + 1;
  const callers = graph.flatMap(({ calls }, caller) => (calls.includes(end) && !inCircle(caller, end) ? [caller] : []));
  return Math.max(graph[end]?.isExposed ? own : 1, ...callers.map((caller) => walked(graph, caller) * own));
}

test('the worst amplification is that of the worst way, and its way has it', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const catalogue = catalogueOfGraph(graph);
      for (const [project, { tries, way }] of worstAmplifications(catalogue)) {
        expect(tries).toBe(walked(graph, indexOf(project)));
        const steps = way().map(indexOf);
        expect(steps.at(-1)).toBe(indexOf(project));
        const product = steps.reduce((all, at, index) => {
          const counts = index > 0 || graph[at]?.isExposed;
          if (index > 0) expect(graph[steps[index - 1] ?? -1]?.calls).toContain(at);
          return all * (counts ? (graph[at]?.attempts ?? 0) + 1 : 1);
        }, 1);
        expect(product).toBe(tries);
      }
    }),
    { numRuns: 300 },
  );
});

test('whatever stands in files, a catalogue of them is judged, and each finding has a place in one of them', () => {
  const value = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'a', 'a/b', '*'));
  const broken = fc.oneof(
    text,
    fc.json({ maxDepth: 3 }),
    fc
      .record({ name: value, calls: fc.array(value, { maxLength: 4 }) })
      .map(({ name, calls }) => JSON.stringify({ service: { name, port: 80 }, dependsOn: calls })),
    fc
      .array(
        fc.constantFrom(
          'service: {name: a, port: 80}',
          'mesh:',
          '  service: {name: a, port: 1}',
          '__proto__: {a: 1}',
          'kind: Service',
          'apiVersion: v1',
          'metadata: {name: a, annotations: {pillion.io/traffic: "service: {name: a, port: 1}"}}',
          'spec: {ports: [{port: 1}]}',
          '---',
          'service: *a',
          'dependsOn: [a, b]',
        ),
        { maxLength: 8 },
      )
      .map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(broken, fc.boolean()), { maxLength: 6 }), (texts) => {
      const files = texts.map(([content, isNamed], index) => ({ file: `${index}.yaml`, text: content, isNamed }));
      const read = readTrafficFiles(files, JUDGE);
      const names = new Set(files.map(({ file }) => file));
      for (const finding of [...read.findings, ...lintCatalogue(read, JUDGE.today), ...read.problems, ...read.layers])
        expect(names.has(finding.file ?? '')).toBe(true);
    }),
    { numRuns: 500 },
  );
});

// a walk over all ways would not end in the age of the universe: 40 rows of 25 services have 25^39 ways
test('a catalogue of a thousand services with more ways than can be walked is judged, as is one long circle', () => {
  const [rows, width] = [40, 25];
  const graph = Array.from({ length: rows * width }, (_, index) => {
    const next = (Math.floor(index / width) + 1) * width;
    const calls = next < rows * width ? Array.from({ length: width }, (_, at) => next + at) : [];
    return { calls, attempts: 2, isExposed: false };
  });
  const found = (given: Graph) =>
    Map.groupBy(lintCatalogue(readTrafficFiles(filesOf(given), JUDGE), JUDGE.today), ({ rule }) => rule);
  expect(found(graph).get('MESH008')).toHaveLength(width);
  const round = graph.map((service, index) => ({ ...service, calls: [(index + 1) % graph.length] }));
  expect([...found(round)].map(([rule, { length }]) => [rule, length])).toEqual([['MESH052', 1]]);
});
