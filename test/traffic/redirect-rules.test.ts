import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redirectRules } from '../../src/core/sidecar/profiles/envoy/redirect-rules.ts';
import { parseAddressBlocks, parsePortRanges } from '../../src/core/sidecar/profiles/envoy/traffic-exclusions.ts';

const run = promisify(execFile);
const FAMILIES = ['DualStack', 'IPv4'] as const;

/** nft reads a ruleset as the redirect container gives it: as one argument, in a network namespace of its own. */
const nft = (...args: readonly string[]) => run('unshare', ['--net', 'nft', ...args]);

const port = fc.integer({ min: 1, max: 65535 });
const ports = fc.array(
  fc.tuple(port, port).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  { maxLength: 8 },
);
const blocks = fc.array(
  fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, length]) => `${address}/${length}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([address, length]) => `${address}/${length}`),
  ),
  { maxLength: 8 },
);

test('every ruleset that annotations can ask for is one that nftables takes', async () => {
  const property = fc.asyncProperty(
    ports,
    ports,
    blocks,
    fc.constantFrom(...FAMILIES),
    async (inbound, outbound, cidrs, families) => {
      const exclude = {
        inboundPorts: parsePortRanges(inbound.join(',')) ?? [],
        outboundPorts: parsePortRanges(outbound.join(',')) ?? [],
        outboundCidrs: parseAddressBlocks(cidrs.join(',')) ?? [],
      };
      expect([exclude.inboundPorts.length, exclude.outboundCidrs.length]).toEqual([inbound.length, cidrs.length]);
      await nft('--check', redirectRules(exclude, families));
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test('rules that are installed twice stand once', async () => {
  const rules = redirectRules({ inboundPorts: [], outboundPorts: [], outboundCidrs: [] }, 'DualStack');
  const script = 'nft "$1" && nft list ruleset > /dev/null && nft "$1" && nft list ruleset';
  const { stdout } = await run('unshare', ['--net', 'sh', '-c', script, 'sh', rules]);
  expect(stdout.match(/redirect to :15001/g)).toHaveLength(1);
  expect(stdout.match(/redirect to :15006/g)).toHaveLength(1);
});

test('nftables refuses a ruleset that is wrong, so that the tests above can fail', async () => {
  await expect(nft('--check', 'table inet pillion { chain x { tcp dport 70000 return } }')).rejects.toThrow();
});
