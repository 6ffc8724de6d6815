import { expect, test } from '@jest/globals';
import { admitted } from '../../core-fixtures/admissions.ts';
import { askingPod } from '../../core-fixtures/pods.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

// whatever turns it into a text or a number by itself throws
const ODD = { toString: 1, valueOf: 1 };
const policy = policyWith({
  istio: {},
  spec: { profiles: [{ name: 'istio' }], overrides: { allow: [], others: 'Audit' } },
});
const web = { name: 'web', image: 'web' };
const sidecar = (fields: object) => ({ containers: [web, { name: 'istio-proxy', image: 'auto', ...fields }] });

test.each<[string, Record<string, unknown>]>([
  ['an amount of the sidecar', sidecar({ resources: { limits: { cpu: ODD } } })],
  ['an amount of a device', sidecar({ resources: { requests: { 'a/gpu': ODD }, limits: { 'a/gpu': '1' } } })],
  ['the name of a variable', sidecar({ env: [{ name: ODD, value: 'x' }] })],
  ['the image', sidecar({ image: ODD })],
  ['the port on the host', sidecar({ ports: [{ containerPort: 1, hostPort: ODD }] })],
  ['a mount', sidecar({ volumeMounts: [{ name: ODD, mountPath: '/x', mountPropagation: ODD }] })],
  ['a capability', sidecar({ securityContext: { capabilities: { add: [ODD] } } })],
  ['an amount of the pod', { containers: [web], resources: { requests: { cpu: ODD }, limits: { cpu: ODD } } }],
  ['the port of a probe', { containers: [{ ...web, readinessProbe: { httpGet: { port: ODD } } }] }],
])('%s that is an object with a toString of its own is judged', (_, spec) => {
  const namespaceLabels = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'baseline' };
  const { reason, record } = admitted(askingPod({}, spec), { policy, namespaceLabels });
  expect([reason, record?.reason]).not.toContain('internal-error');
  expect(record?.reason).toBe(reason);
});

test.each(['annotations', 'labels'])('no value of the %s is passed over, whatever its key', (map) => {
  for (const key of ['a\nb', 'a\rb', 'a\u2028b', '__proto__', '']) {
    const pod = askingPod();
    // as JSON has it: an assignment would set a prototype
    const texts = JSON.parse(`{${JSON.stringify(key)}: null, "sidecar.istio.io/inject": "true"}`);
    const { reason, record } = admitted({ ...pod, metadata: { ...pod.metadata, [map]: texts } });
    expect([reason, record?.problems.length]).toEqual(['rendered-pod-invalid', 1]);
  }
});
