import { Document, stringify } from 'yaml';
import type { Finding } from '../../core/from-istio/finding.ts';
import type { FromIstio } from '../../core/from-istio/from-istio.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { FOR_KUBECTL } from './structured.ts';

/** Both objects as one YAML text, with a word on where they come from. */
export function objectsText({ profile, policy, findings }: FromIstio): string {
  const head = [
    ' The sidecar and the selection of an Istio injector, as pillion profile from-istio read them.',
    ' Its template “sidecar” is taken to be Istio’s own.',
    ...(findings.length === 0 ? [] : [` Not expressed: ${findings.length}, told on stderr.`]),
  ];
  const first = new Document(profile, FOR_KUBECTL);
  first.commentBefore = head.join('\n');
  return first.toString() + new Document(policy, FOR_KUBECTL).toString({ directives: true });
}

/** What could not be expressed, a line each, with what would express as much of it as can be. */
export const findingsText = (findings: readonly Finding[]): string =>
  findings.map((finding) => `${problemLine(finding)}\n${proposalText(finding)}`).join('');

const proposalText = ({ proposal }: Finding): string =>
  proposal === undefined
    ? ''
    : stringify(proposal, FOR_KUBECTL)
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}\n`)
        .join('');
