import { expect, test } from '@jest/globals';
import { servedNames } from '../../../src/core/certificates/served-names.ts';

test.each([
  [{ service: { namespace: 'mesh', name: 'pillion', port: 443 } }, ['pillion.mesh.svc', 'pillion.mesh', 'pillion']],
  [{ url: 'https://hooks.example:8443' }, ['hooks.example']],
  [{ url: 'https://192.0.2.7' }, ['192.0.2.7']],
  [{ url: 'https://[2001:db8::1]:443' }, ['2001:db8::1']],
])('a certificate for %j names %j', (address, names) => {
  expect(servedNames(address)).toEqual(names);
});
