import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { pillion } from '../../unit/cli/command-line.ts';
import { type ChartObject, objectsIn } from '../helm-runs.ts';
import { corpusFiles } from './corpus.ts';
import { meshTemplate, meshTemplateOf } from './mesh-chart.ts';

const READ = ['VirtualService', 'DestinationRule', 'Gateway'];

type Named = { readonly name: string };

/** What is read, by kind and name. The last route has no name in values. */
function readObjects(text: string): Readonly<Record<string, unknown>> {
  const objects = objectsIn(text).filter(({ kind }) => READ.includes(kind));
  return Object.fromEntries(
    objects.map(({ kind, metadata, spec }) => [`${kind} ${metadata.name}`, withoutLastName(spec)]),
  );
}

function withoutLastName(spec: ChartObject['spec']): unknown {
  const { http } = spec as { readonly http?: readonly Named[] };
  if (http === undefined) return spec;
  const last = http.at(-1)?.name ?? '';
  const named = ({ name, ...route }: Named) => ({ ...route, name: name.replace(last, 'last') });
  return { ...(spec as object), http: http.map(named) };
}

test.each(corpusFiles())(
  '$name: what was rendered is read as values that render the same',
  async ({ path, values }) => {
    const { stdout: rendered } = await meshTemplate(4, ['-f', path]);
    const { port, protocol = 'http' } = values.service;
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: values.service.name },
      spec: { ports: [{ port, appProtocol: protocol }] },
    };
    const { exit, stdout, stderr } = await pillion(['traffic', 'import', '-f', 'objects.yaml', '-n', 'shop'], {
      files: { 'objects.yaml': `${rendered}\n---\n${JSON.stringify(service)}` },
    });
    const before = readObjects(rendered);
    expect(Object.keys(before)).not.toEqual([]);
    expect([exit, stderr.replaceAll(/^.*MESH.*\n.*\n/gm, '')]).toEqual([0, '']);
    // objects do not tell their environment, without which no fault is rendered
    const { environment } = stdout.includes('fault:') ? values : {};
    const again = await meshTemplateOf(4, { ...parse(stdout), ...(environment && { environment }) });
    expect([again.stderr, readObjects(again.stdout)]).toEqual(['', before]);
  },
);
