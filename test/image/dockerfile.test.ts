import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parseDockerfile } from './dockerfile.ts';

const ours = readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');

test('the Dockerfile is one that is read whole', async () => {
  expect([...parseDockerfile(await ours).keys()]).toEqual(['build', 'nftables', 'redirect', 'runtime']);
});

test.each([
  ['an instruction that is not known', 'FROM a AS b\nVOLUME /data'],
  ['a flag that is not known', 'FROM a AS b\nCOPY --chown=1 x /y'],
  ['a pattern', 'FROM a AS b\nCOPY *.mjs /app/'],
  ['a stage without a name', 'FROM a'],
  ['something before the first stage', 'RUN true'],
  ['a command as text', 'FROM a AS b\nENTRYPOINT node /app/pillion.mjs'],
])('%s is refused, so that nothing of the image is passed over', (_, text) => {
  expect(() => parseDockerfile(text)).toThrow();
});

test('both images run as they should wherever they run', async () => {
  const stages = parseDockerfile(await ours);
  expect(stages.get('runtime')).toMatchObject({ user: '65532:65532', runs: [] });
  expect(stages.get('redirect')).toMatchObject({ from: 'scratch', runs: [] });
  // a host has a dot or a port in its first part
  const images = (await ours).match(/^ARG \w+=(\S+)/gm) ?? [];
  expect(images.filter((line) => /=[^/]*[.:][^/]*\//.test(line))).toEqual([]);
});

test('what the build does not name stays out of it', async () => {
  const stages = parseDockerfile(await ours);
  const fromCheckout = [...stages.values()].flatMap(({ copies }) =>
    copies
      .filter(({ from }) => from === undefined)
      .flatMap(({ sources }) => sources.map((source) => source.split('/')[0])),
  );
  const ignore = await readFile(new URL('../../.dockerignore', import.meta.url), 'utf8');
  const lines = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual(['*', ...[...new Set(fromCheckout)].sort().map((name) => `!${name}`)]);
});
