/** A policy with every field that it had before guardrails: a text of its own, so that its lines stay where they are when the built-in one changes. */
export const WHOLE_POLICY = `apiVersion: pillion.io/v1alpha1
kind: InjectionPolicy
metadata:
  name: default
spec:
  optIn:
    rule: NamespaceAndPod
    autoInject: disabled
    namespaceLabel: {key: istio-injection, enabled: enabled, disabled: disabled}
    podKey: sidecar.istio.io/inject
    revision: default
  protectedNamespaces: [kube-system, kube-public]
  neverInject: []
  alwaysInject: []
  profiles:
    - name: envoy
  ownership:
    tribe: {namespaceLabel: pillion.io/tribe}
    squad: {workloadLabel: pillion.io/squad}
  onError: Refuse
`;

/** Nine by nine by nine by nine letters, when every alias is written out. */
export const ALIAS_BOMB = `a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: [*c, *c, *c, *c, *c, *c, *c, *c, *c]
`;
