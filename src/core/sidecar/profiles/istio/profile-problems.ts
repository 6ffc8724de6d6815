import type { IstioProfile } from '../../../api/istio-profile.ts';
import { pointer } from '../../../json/pointer.ts';
import type { Problem } from '../../../problem/problem.ts';
import { quoted } from '../../../problem/quoted.ts';
import { quantityProblems } from '../profile-amounts.ts';
import { UNSUPPORTED_TEMPLATES } from './annotations.ts';
import { ACCEPTED_LEVELS, isAgentLevels, isComponentLevels, isEnvoyLevels } from './log-levels.ts';
import { proxyConfigProblem } from './proxy-config.ts';
import { isCidrList, isCidrListOrAll, isPortList, isPortListOrAll } from './values.ts';
import { writtenProblems } from './written-problems.ts';

type Spec = IstioProfile['spec'];

/** What the schema of a profile cannot express. */
export function istioProblems({ spec }: IstioProfile): readonly Problem[] {
  return [
    ...amountProblems(spec),
    ...trafficProblems(spec),
    ...levelProblems(spec),
    ...templateProblems(spec),
    ...configProblems(spec),
    ...captureProblems(spec),
    ...writtenProblems(spec),
  ];
}

const amountProblems = (spec: Spec): Problem[] =>
  (['resources', 'initResources'] as const).flatMap((part) => quantityProblems(spec[part], 'spec', part));

const PORT_LIST = 'ports with commas between them, such as 8080,9000';
const BLOCKS = 'blocks of addresses with commas between them, such as 10.0.0.0/8,fd00::/8';
const TRAFFIC = [
  ['includeOutboundIPRanges', isCidrListOrAll, `* or ${BLOCKS}`],
  ['excludeOutboundIPRanges', isCidrList, BLOCKS],
  ['includeInboundPorts', isPortListOrAll, `* or ${PORT_LIST}`],
  ['excludeInboundPorts', isPortList, PORT_LIST],
  ['includeOutboundPorts', isPortList, PORT_LIST],
  ['excludeOutboundPorts', isPortList, PORT_LIST],
] as const;

const trafficProblems = ({ traffic, compatibility }: Spec): Problem[] =>
  TRAFFIC.filter(([field, accepts]) => !accepts(traffic[field]))
    // Istio writes it into the rules as it is, which iptables and nftables refuse
    .filter(([field]) => !(field === 'includeOutboundPorts' && compatibility === 'Istio' && traffic[field] === '*'))
    .map(([field, , accepted]) => ({
      path: pointer('spec', 'traffic', field),
      message: `is ${quoted(traffic[field])}; accepted: ${accepted}`,
    }));

const LEVELS = [
  ['proxy', isEnvoyLevels, ACCEPTED_LEVELS.envoy],
  ['components', isComponentLevels, ACCEPTED_LEVELS.components],
  ['agent', isAgentLevels, ACCEPTED_LEVELS.agent],
] as const;

// an empty one leaves the program to its own; Istio hands over any
const levelProblems = ({ logging, compatibility }: Spec): Problem[] =>
  LEVELS.filter(
    ([field, accepts]) => compatibility !== 'Istio' && logging[field] !== '' && !accepts(logging[field]),
  ).map(([field, , accepted]) => ({
    path: pointer('spec', 'logging', field),
    message: `is ${quoted(logging[field])}; accepted: ${accepted}`,
  }));

function templateProblems({ templates, defaultTemplates }: Spec): Problem[] {
  const names = templates.map(({ name }) => name);
  const taken = new Set(['sidecar', ...UNSUPPORTED_TEMPLATES.keys()]);
  return [
    ...names.flatMap((name, index) => {
      const path = pointer('spec', 'templates', index, 'name');
      if (taken.has(name))
        return [{ path, message: `is ${quoted(name)}, which Istio has a template of; give it another name` }];
      return names.indexOf(name) === index
        ? []
        : [{ path, message: `is ${quoted(name)} for the second time; keep one` }];
    }),
    ...defaultTemplates
      .map((name, index) => ({ name, path: pointer('spec', 'defaultTemplates', index) }))
      .filter(({ name }) => name !== 'sidecar' && !names.includes(name))
      .map(({ name, path }) => ({
        path,
        message: `is ${quoted(name)}; accepted: ${['sidecar', ...names].join(', ')}`,
      })),
  ];
}

// pods that say so themselves are refused one by one
const captureProblems = ({ capture, compatibility, proxyConfig }: Spec): Problem[] =>
  compatibility === 'Corrected' && capture === 'Cni' && proxyConfig.interceptionMode === 'NONE'
    ? [
        {
          path: '/spec/capture',
          message:
            'is "Cni", and Istio’s CNI plugin refuses every pod with interceptionMode NONE, which proxyConfig says; write capture: None to redirect nothing, or another interceptionMode',
        },
      ]
    : [];

function configProblems({ proxyConfig }: Spec): Problem[] {
  const problem = proxyConfigProblem(JSON.stringify(proxyConfig));
  return problem === undefined ? [] : [{ path: '/spec/proxyConfig', message: problem }];
}
