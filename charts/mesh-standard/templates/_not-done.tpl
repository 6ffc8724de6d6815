{{/* What counts for a service and is not done by Istio, as a JSON list of sentences; the plain Envoy's are in core/traffic/left-out.ts. */}}
{{- define "mesh-standard.notDone" -}}
{{- $values := .values -}}
{{- $sentences := list -}}
{{- $telemetry := $values.telemetry -}}
{{- $sampling := float64 $telemetry.accessLogSampling -}}
{{- if and (eq $telemetry.accessLog "errors") (gt $sampling 0.0) (lt $sampling 100.0) -}}
{{- $sentences = append $sentences (printf "/telemetry/accessLogSampling is %v: its access log takes errors or everything, and no sample" $telemetry.accessLogSampling) -}}
{{- end -}}
{{- if and (kindIs "map" $values.retryBudget) (ne $values.service.protocol "tcp") -}}
{{- if eq (int $values.retryBudget.minRetryConcurrency) 0 -}}
{{- $sentences = append $sentences "/retryBudget/minRetryConcurrency is 0: it takes 0 for what is not said, which is 3; it is told 1" -}}
{{- end -}}
{{- end -}}
{{- if eq $values.service.protocol "tcp" -}}
{{- $sentences = append $sentences "/timeout, /retries, /retryBudget, /cors and limits on requests: /service/protocol is tcp, where there are no requests" -}}
{{- end -}}
{{- $balancing := $values.loadBalancing -}}
{{- if and (ne $balancing.warmup "none") (not (has $balancing.algorithm (list "round-robin" "least-request"))) -}}
{{- $sentences = append $sentences (printf "/loadBalancing/warmup is %s: with the algorithm %s there is no slow start" $balancing.warmup $balancing.algorithm) -}}
{{- end -}}
{{- /* istiod orders zones by outlierDetection alone (ApplyLocalityLoadBalancer): test/istio/configured, where every pod has priority 0 */}}
{{- if and (eq $balancing.locality "failover") (not (kindIs "map" $values.outlierDetection)) -}}
{{- $sentences = append $sentences "/loadBalancing/locality is failover: without /outlierDetection no zone comes before another (MESH014)" -}}
{{- end -}}
{{- range $index, $exposure := $values.expose -}}
{{- if eq (dig "tls" "mode" "" $exposure) "passthrough" -}}
{{- $sentences = append $sentences (printf "/expose/%d/tls/mode is passthrough: the gateway sees no requests, so nothing holds there but versions and their weights" $index) -}}
{{- end -}}
{{- end -}}
{{- toJson $sentences -}}
{{- end -}}
