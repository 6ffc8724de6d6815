{{/* What is told about requests, as the spec of a Telemetry, in JSON. What is off is said to be off. Takes the model. */}}
{{- define "mesh-standard.telemetry" -}}
{{- $telemetry := .values.telemetry -}}
{{- $log := dict "providers" (list (dict "name" .installation.accessLogProvider)) "disabled" (eq $telemetry.accessLog "none") -}}
{{- if and (eq $telemetry.accessLog "errors") (lt (float64 $telemetry.accessLogSampling) 100.0) -}}
{{- $_ := set $log "filter" (dict "expression" (include "mesh-standard.loggedErrors" .)) -}}
{{- end -}}
{{- $tracing := dict "disableSpanReporting" true -}}
{{- if kindIs "map" $telemetry.tracing -}}
{{- $tracing = dict "disableSpanReporting" false "randomSamplingPercentage" $telemetry.tracing.sampling -}}
{{- end -}}
{{- dict
  "selector" (dict "matchLabels" (include "mesh-standard.selector" . | fromJson))
  "accessLogging" (list $log)
  "tracing" (list $tracing)
  | toJson -}}
{{- end -}}

{{/*
CEL for what is logged as an error, as src/core/xds/access-log.ts has it for the plain Envoy: answers of 500 and more, what the proxy has
a flag for (but for the end of a WebSocket, which always has one), and gRPC calls that the server failed.
*/}}
{{- define "mesh-standard.loggedErrors" -}}
response.code >= 500 || (response.flags != 0 && !(has(response.code) && response.code == 101)) || (has(response.grpc_status) && response.grpc_status in [2, 4, 12, 13, 14, 15])
{{- end -}}
