{{/* The command line of the server. */}}
{{- define "pillion.arguments" -}}
{{- $values := .Values -}}
{{- $arguments := list
  "serve"
  "--own-namespace=$(POD_NAMESPACE)"
  "--installed-as=pillion"
  "--policy-objects"
  "--webhook-service=$(POD_NAMESPACE)/pillion:443"
  (printf "--registration=%s" $values.registration.mode)
  (printf "--scan-period=%s" $values.scan.period)
  (printf "--log-level=%s" $values.log.level)
  (printf "--record-format=%s" $values.log.recordFormat)
  (printf "--drain-seconds=%d" (int $values.shutdown.drainSeconds))
  (printf "--shutdown-seconds=%d" (int $values.shutdown.completeSeconds)) -}}
{{- if eq $values.certificates.mode "Self" -}}
{{- $arguments = concat $arguments (list
  "--self-signed"
  (printf "--leaf-lifetime=%s" $values.certificates.leafLifetime)
  (printf "--authority-settle=%s" $values.certificates.authoritySettle)) -}}
{{- else -}}
{{- $arguments = concat $arguments (list
  "--certificate=/etc/pillion/tls/tls.crt"
  "--key=/etc/pillion/tls/tls.key"
  "--ca=/etc/pillion/tls/ca.crt") -}}
{{- end -}}
{{- if $values.besideIstioInjector -}}
{{- $arguments = append $arguments "--beside-istio-injector" -}}
{{- end -}}
{{- if $values.dashboard.enabled -}}
{{- $arguments = append $arguments "--dashboard-port=8081" -}}
{{- end -}}
{{- if $values.watchdog.enabled -}}
{{- $arguments = concat $arguments (list
  "--watchdog"
  (printf "--watchdog-every=%s" $values.watchdog.every)
  (printf "--watchdog-per-hour=%d" (int $values.watchdog.perHour))) -}}
{{- end -}}
{{- toYaml $arguments -}}
{{- end -}}

{{/* The topology spread constraints; of each rollout by itself, or else old replicas would decide where new ones go. */}}
{{- define "pillion.spread" -}}
{{- $constraints := list -}}
{{- $selector := include "pillion.selector" . | fromYaml -}}
{{- range list (list "kubernetes.io/hostname" .Values.topologySpread.host) (list "topology.kubernetes.io/zone" .Values.topologySpread.zone) -}}
{{- if ne (index . 1) "None" -}}
{{- $constraints = append $constraints (dict
  "maxSkew" 1
  "topologyKey" (index . 0)
  "whenUnsatisfiable" (index . 1)
  "labelSelector" (dict "matchLabels" $selector)
  "matchLabelKeys" (list "pod-template-hash")) -}}
{{- end -}}
{{- end -}}
{{- with $constraints -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}
