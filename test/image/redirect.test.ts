import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { EnvoyProfile } from '../../src/core/api/envoy-profile.ts';
import { redirectContainer } from '../../src/core/sidecar/profiles/envoy/containers.ts';
import { ENVOY_PROFILE } from '../../src/core/sidecar/profiles/envoy/envoy.generated.ts';
import { redirectRules } from '../../src/core/sidecar/profiles/envoy/redirect-rules.ts';
import { type NetworkNamespace, networkNamespace } from '../network/network-namespace.ts';
import type { Image } from '../node/image.ts';
import { type Guard, openGuard } from '../processes/guard.ts';
import { contained } from './contained.ts';
import { filesUnder } from './files-under.ts';
import { layOut } from './layout.ts';

interface RenderedContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly securityContext: { readonly runAsUser: number; readonly capabilities: { readonly add: readonly string[] } };
}

const RULES = redirectRules({ inboundPorts: [], outboundPorts: [], outboundCidrs: [] }, 'DualStack');
const profile: EnvoyProfile = parse(ENVOY_PROFILE);
const { command, args, securityContext } = redirectContainer(profile.spec, RULES, {
  hidesToken: false,
}) as unknown as RenderedContainer;

let guard: Guard;
let network: NetworkNamespace;
let image: Image;

beforeAll(async () => {
  guard = await openGuard();
  network = await networkNamespace(guard);
  image = { ...(await layOut('redirect', guard.folder)), user: securityContext.runAsUser };
});
afterAll(() => guard.stop());

const inImage = async (capabilities: readonly string[]) =>
  contained(image, await mkdtemp(join(guard.folder, 'run-')), { capabilities, enter: network.enter });

test('the rendered container loads its rules with what it is allowed, and twice as once', async () => {
  const container = await inImage(securityContext.capabilities.add);
  expect(await container.run([...command, ...args])).toEqual({ code: 0, output: '' });
  const once = await network.run('nft', '--stateless', 'list', 'ruleset');
  expect(once).toContain('redirect to :15001');
  expect(once).toContain('redirect to :15006');
  expect(await container.run([...command, ...args])).toEqual({ code: 0, output: '' });
  expect(await network.run('nft', '--stateless', 'list', 'ruleset')).toBe(once);
});

test('without the capability it fails, so that the test above can', async () => {
  const { code, output } = await (await inImage([])).run([...command, ...args]);
  expect(code).not.toBe(0);
  expect(output).toContain('Operation not permitted');
});

test('it holds nft, the libraries that nft loads, their licences, and no shell', async () => {
  const files = await filesUnder(image.root);
  expect(files.filter((path) => !/\.so(\.|$)|^usr\/share\/doc\/|^var\/lib\/dpkg\//.test(path))).toEqual([
    'usr/sbin/nft',
  ]);
  const packages = files.flatMap((path) => /^var\/lib\/dpkg\/status\.d\/(.*)/.exec(path)?.[1] ?? []);
  expect(packages).toContain('nftables');
  expect(files.filter((path) => path.endsWith('/copyright'))).toEqual(
    packages.map((name) => `usr/share/doc/${name}/copyright`),
  );
});
