import { expect, test } from '@jest/globals';
import { boundedDiff } from '../../../src/core/dashboard/bounded-diff.ts';

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join('');

test('equal texts have no difference, others a unified diff', () => {
  expect(boundedDiff('a\n', 'a\n', 'pod.yaml')).toBe('');
  expect(boundedDiff('a\nb\n', 'a\nc\n', 'pod.yaml')).toMatch(/-b\n\+c\n/);
});

test('one that is too long is cut at a line, and says how much is left', () => {
  const added = lines(2_000, 'x'.repeat(200));
  const cut = boundedDiff('a\n', `a\n${added}`, 'pod.yaml');
  expect(cut.length).toBeLessThan(added.length);
  expect(cut).toMatch(/\n# cut here, \d+ lines more; pillion inject -f FILE writes the whole of it\n$/);
});

test('texts with nothing in common are not compared to the end', () => {
  expect(boundedDiff(lines(20_000, 'a'), lines(20_000, 'b'), 'pod.yaml')).toMatch(/^# too much differs/);
});
