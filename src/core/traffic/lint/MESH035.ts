import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Project, projectName } from '../catalogue/project.ts';
import type { CatalogueRule, CatalogueViolation } from './catalogue-rule.ts';
import { told } from './told.ts';

type Protocol = Project['values']['service']['protocol'];

/** The words of Istio for what a port speaks, in its name before the first dash or in appProtocol. */
const WORDS: Readonly<Record<Protocol, readonly string[]>> = {
  http: ['http'],
  http2: ['http2', 'kubernetes.io/h2c'],
  grpc: ['grpc', 'grpc-web'],
  tcp: ['tcp', 'tls', 'https', 'mongo', 'mysql', 'redis', 'udp'],
};
const KNOWN: ReadonlySet<string> = new Set([...Object.values(WORDS).flat(), 'kubernetes.io/ws', 'kubernetes.io/wss']);

export const MESH035: CatalogueRule = {
  code: 'MESH035',
  level: 'error',
  sentence: 'The port of the Service says what it speaks, in its name or in appProtocol, and the values say the same.',
  hint: 'Write appProtocol, or begin the name of the port with it: http, http2, grpc or tcp. It is a warning where the port says nothing. Judged where the Service stands in the catalogue.',
  evidence:
    'Istio believes the port and not the values; where it says nothing, Istio guesses from the first bytes, which fails where the server speaks first: istio/istio#28993, #29045; IST0118. The plain Envoy goes by the values.',
  wrong: ['service: {name: quotes, port: 80, protocol: grpc}', manifest('http-quotes')],
  right: ['service: {name: quotes, port: 80, protocol: grpc}', manifest('grpc-quotes')],
  violations: (catalogue) => catalogue.projects.flatMap((project) => violationsOf(project, catalogue)),
};

function violationsOf(project: Project, { services }: Catalogue): readonly CatalogueViolation[] {
  const { protocol, port: number } = project.values.service;
  const manifest = services.meant(project.namespace, project.name);
  const index = manifest?.service.spec.ports?.findIndex(({ port }) => port === number) ?? -1;
  const port = manifest?.service.spec.ports?.[index];
  if (manifest === undefined || port === undefined) return [];
  const said = port.appProtocol ?? port.name?.split('-')[0];
  if (said !== undefined && WORDS[protocol].includes(said)) return [];
  const says = said !== undefined && KNOWN.has(said);
  // a port that speaks tcp need not say so: nothing is done with what it carries
  if (!says && protocol === 'tcp') return [];
  const field = port.appProtocol === undefined ? 'name' : 'appProtocol';
  const { line, column } = manifest.document.place(`/spec/ports/${index}/${field}`);
  const where = `port ${number} of Service ${projectName(project)} (${manifest.document.file}:${line}:${column})`;
  const got = port[field] === undefined ? 'has neither name nor appProtocol' : `has ${field} ${port[field]}`;
  const means = says ? `, which means ${said}` : ', which says no protocol';
  return [
    {
      project,
      path: project.origins.get('/service/protocol') === 'project' ? '/service/protocol' : '/service/port',
      message: `${told(project, '/service/protocol')}, but ${where} ${got}${port[field] === undefined ? '' : means}; accepted: ${WORDS[protocol][0]}`,
      ...(says ? {} : { level: 'warning' }),
      related: [],
    },
  ];
}

function manifest(port: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: quotes}\nspec: {ports: [{name: ${port}, port: 80}]}`;
}
