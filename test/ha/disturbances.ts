import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { eventually } from '../cluster/eventually.ts';
import { counterOf } from '../cluster/metrics.ts';
import type { Installation } from './installation.ts';

/** Something that is done to a running installation; resolves when it is over. */
export type Disturbance = (installation: Installation) => Promise<void>;

const rollingRestart: Disturbance = async ({ kubectl, settled }) => {
  await kubectl('rollout', 'restart', 'deployment/pillion');
  await settled();
};

const scaleDown: Disturbance = async ({ kubectl, settled }) => {
  for (const replicas of [3, 2, 1]) {
    await kubectl('scale', 'deployment/pillion', `--replicas=${replicas}`);
    await settled();
  }
};

const authorityRotation: Disturbance = async (installation) => {
  const before = await authority(installation);
  await installation.kubectl('annotate', 'secret', 'pillion-authority', 'pillion.io/rotate=now');
  await eventually('every replica serves a certificate of the new authority', async () => {
    const now = await authority(installation);
    if (now.serialNumber === before.serialNumber) return false;
    const served = await ofEach(installation, servedBy);
    return served.every((certificate) => certificate.verify(now.publicKey));
  });
};

/** The authority that signs now. */
async function authority({ kubectl }: Installation): Promise<X509Certificate> {
  const data = await kubectl('get', 'secret', 'pillion-authority', '-o', 'jsonpath={.data.tls\\.crt}');
  return new X509Certificate(Buffer.from(data, 'base64'));
}

const leafRotation: Disturbance = async (installation) => {
  const before = await serials(installation);
  await eventually('every replica serves another certificate', async () =>
    (await serials(installation)).every((serial) => !before.includes(serial)),
  );
};

/** The profiles of the values: the built-in one in the other order of containers. */
export const PROFILES = { classic: { kind: 'Envoy', order: 'Classic' } };
const NATIVE = { finalState: 'Deny' };
const CLASSIC = { ...NATIVE, profiles: [{ name: 'classic' }] };
const ISTIO = { ...NATIVE, optIn: { rule: 'Istio', autoInject: 'disabled' } };
/** What a policy may change without another verdict about the pods of the load. */
const POLICIES: readonly object[] = [
  { ...NATIVE, neverInject: [{ matchLabels: { never: 'yes' } }] },
  CLASSIC,
  ISTIO,
  NATIVE,
];

/** Each change as soon as the one before decides, before that is registered; then two of which the first is not waited for at all. */
const policyChange: Disturbance = async (installation) => {
  const decidedBy: string[] = [];
  for (const spec of POLICIES) {
    const before = await revisions(installation);
    await writePolicy(installation, spec);
    await eventually('every replica decides by the new policy', async () =>
      (await revisions(installation)).every((revision) => !before.includes(revision)),
    );
    decidedBy.push((await revisions(installation)).join());
  }
  for (const spec of [CLASSIC, ISTIO]) await writePolicy(installation, spec);
  const last = decidedBy[POLICIES.indexOf(ISTIO)];
  await eventually(
    'every replica decides by the last policy',
    async () => (await revisions(installation)).join() === last,
  );
  await eventually('what the last policy registers stands', async () =>
    (await ofEach(installation, registered)).every(Boolean),
  );
};

async function writePolicy({ kubectl }: Installation, spec: object): Promise<void> {
  const replaced = [{ op: 'replace', path: '/spec', value: spec }];
  await kubectl('patch', 'injectionpolicy', 'default', '--type=json', '--patch', JSON.stringify(replaced));
}

const apiServerRestart: Disturbance = async ({ controlPlane }) => controlPlane.restartApiServer();

/** Every disturbance that no pod may notice, in the order in which they follow one another. */
export const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  'rolling restart': rollingRestart,
  'policy change': policyChange,
  'leaf rotation': leafRotation,
  'authority rotation': authorityRotation,
  'API server restart': apiServerRestart,
  'scale down': scaleDown,
};

const ADMISSION_PORT = 8443;
const OPS_PORT = 8080;

async function servedBy(address: string): Promise<X509Certificate> {
  // what it serves is looked at, whoever has signed it
  const socket = connect({ host: address, port: ADMISSION_PORT, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw);
}

const ofEach = <T>({ replicas }: Installation, look: (address: string) => Promise<T>): Promise<T[]> =>
  Promise.all(replicas().map(({ ip }) => look(ip)));
const serials = (installation: Installation) =>
  ofEach(installation, async (address) => (await servedBy(address)).serialNumber);

const revisions = (installation: Installation) =>
  ofEach(installation, async (address) =>
    [...(await counterOf(OPS_PORT, 'pillion_policy_info', address)).keys()].join(),
  );

/** Whether everything that a replica wants registered stands as it wants it. */
async function registered(address: string): Promise<boolean> {
  const states = await counterOf(OPS_PORT, 'pillion_registration_objects', address);
  return [...states].every(([labels, holds]) => holds === 0 || labels.includes('state="kept"'));
}
