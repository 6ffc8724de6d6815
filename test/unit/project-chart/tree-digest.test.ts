import { expect, test } from '@jest/globals';
import { type FileTree, treeDifferences, treeDigest } from '../../../src/core/project-chart/tree-digest.ts';

const tree = (files: Readonly<Record<string, string>>): FileTree =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

test('a digest is of the names and contents, whatever order they are found in', () => {
  expect(treeDigest(tree({ a: '1', b: '2' }))).toBe(treeDigest(tree({ b: '2', a: '1' })));
  expect(treeDigest(tree({}))).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('whatever else is in the tree, it is another digest', () => {
  const digests = [
    tree({ a: '1', b: '2' }),
    tree({ a: '2', b: '1' }),
    tree({ a: '1' }),
    tree({ a: '1', c: '2' }),
    tree({ a: '1', 'd/b': '2' }),
    tree({ a: '1', b: '2', c: '' }),
    tree({ 'a\nb': '12' }),
    tree({ ab: '12' }),
  ].map(treeDigest);
  expect(new Set(digests).size).toBe(digests.length);
});

test('differences are told by path, in order', () => {
  const found = tree({ same: '1', changed: '1', extra: '' });
  expect(treeDifferences(found, tree({ same: '1', changed: '2', absent: '' }))).toEqual([
    { path: 'absent', what: 'is missing' },
    { path: 'changed', what: 'differs' },
    { path: 'extra', what: 'is not generated' },
  ]);
  expect(treeDifferences(found, found)).toEqual([]);
});
