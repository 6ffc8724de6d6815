{{/*
The trafficPolicy of the DestinationRule as JSON; empty where nothing is switched on. Each block stands whole: one that says half would
take the mesh's own away and leave Istio's defaults in its place. Takes the model.
*/}}
{{- define "mesh-standard.trafficPolicy" -}}
{{- $policy := dict -}}
{{- $values := .values -}}
{{- $isTcp := eq $values.service.protocol "tcp" -}}
{{- $breaker := $values.circuitBreaker -}}
{{- $hasBudget := and (kindIs "map" $values.retryBudget) (not $isTcp) -}}
{{- if or (kindIs "map" $breaker) $hasBudget -}}
{{- $_ := set $policy "connectionPool" (include "mesh-standard.connectionPool" . | fromJson) -}}
{{- end -}}
{{- /* istiod reads a budget only beside a connectionPool */ -}}
{{- if $hasBudget -}}
{{- /* and takes 0 for what is not said, which is 3 */ -}}
{{- $least := max 1 (int $values.retryBudget.minRetryConcurrency) -}}
{{- $_ := set $policy "retryBudget" (dict "percent" $values.retryBudget.percent "minRetryConcurrency" $least) -}}
{{- end -}}
{{- with $values.outlierDetection -}}
{{- if kindIs "map" . -}}
{{- $_ := set $policy "outlierDetection" (include "mesh-standard.outlierDetection" $ | fromJson) -}}
{{- end -}}
{{- end -}}
{{- with include "mesh-standard.loadBalancer" $values | fromJson -}}
{{- $_ := set $policy "loadBalancer" . -}}
{{- end -}}
{{- /* permissive is what callers do anyway: mutual TLS where the pod can */ -}}
{{- if eq $values.tls.mode "mesh" -}}
{{- $_ := set $policy "tls" (dict "mode" "ISTIO_MUTUAL") -}}
{{- else if eq $values.tls.mode "none" -}}
{{- $_ := set $policy "tls" (dict "mode" "DISABLE") -}}
{{- end -}}
{{- toJson $policy -}}
{{- end -}}

{{/* The limits on what is under way, as JSON. Takes the model. */}}
{{- define "mesh-standard.connectionPool" -}}
{{- $breaker := .values.circuitBreaker -}}
{{- if not (kindIs "map" $breaker) -}}
{{- $breaker = (last (initial .builtIn.layers)).circuitBreaker -}}
{{- end -}}
{{- $none := .builtIn.unlimited -}}
{{- $limits := dict -}}
{{- range $field := list "maxConnections" "maxPendingRequests" "maxRequests" "maxRetries" "maxRequestsPerConnection" "connectTimeout" "idleTimeout" -}}
{{- $value := get $breaker $field -}}
{{- /* istiod takes 0 retries for a limit that is not said; _http-routes.tpl has none tried again then */ -}}
{{- $_ := set $limits $field (ternary (get $none $field) $value (has (toString $value) (list "none" "0"))) -}}
{{- end -}}
{{- $pool := dict "tcp" (dict "maxConnections" $limits.maxConnections "connectTimeout" $limits.connectTimeout) -}}
{{- if ne .values.service.protocol "tcp" -}}
{{- $_ := set $pool "http" (dict
  "http1MaxPendingRequests" $limits.maxPendingRequests
  "http2MaxRequests" $limits.maxRequests
  "maxRetries" $limits.maxRetries
  "maxRequestsPerConnection" $limits.maxRequestsPerConnection
  "idleTimeout" $limits.idleTimeout
) -}}
{{- end -}}
{{- toJson $pool -}}
{{- end -}}

{{/* Which pods are left out, as JSON; 0 in a row never. Takes the model. */}}
{{- define "mesh-standard.outlierDetection" -}}
{{- $never := .builtIn.unlimited.consecutiveLocalOriginFailures -}}
{{- with .values.outlierDetection -}}
{{- $block := dict
  "consecutive5xxErrors" (ternary 0 .consecutive5xx (eq (toString .consecutive5xx) "none"))
  "consecutiveGatewayErrors" (ternary 0 .consecutiveGatewayErrors (eq (toString .consecutiveGatewayErrors) "none"))
  "splitExternalLocalOriginErrors" .splitExternalLocalOriginErrors
  "interval" .interval
  "baseEjectionTime" .baseEjectionTime
  "maxEjectionPercent" .maxEjectionPercent
  "minHealthPercent" .minHealthPercent
-}}
{{- /* Istio refuses the number where such failures are not told apart */ -}}
{{- if .splitExternalLocalOriginErrors -}}
{{- $_ := set $block "consecutiveLocalOriginFailures" (ternary $never .consecutiveLocalOriginFailures (eq (toString .consecutiveLocalOriginFailures) "none")) -}}
{{- end -}}
{{- toJson $block -}}
{{- end -}}
{{- end -}}

{{/*
How a pod is chosen, as JSON; empty where it is as Istio does by itself. Beside outlierDetection it is said that there is no failover,
for that switches it on. Takes the effective values.
*/}}
{{- define "mesh-standard.loadBalancer" -}}
{{- $balancing := .loadBalancing -}}
{{- $isOwn := or (ne $balancing.algorithm "least-request") (ne $balancing.locality "none") (ne $balancing.warmup "none") -}}
{{- if or $isOwn (kindIs "map" .outlierDetection) -}}
{{- $block := dict "localityLbSetting" (dict "enabled" (eq $balancing.locality "failover")) -}}
{{- if eq $balancing.algorithm "consistent-hash" -}}
{{- $hash := default dict $balancing.hash -}}
{{- if $hash.header -}}
{{- $_ := set $block "consistentHash" (dict "httpHeaderName" $hash.header) -}}
{{- else if $hash.cookie -}}
{{- $_ := set $block "consistentHash" (dict "httpCookie" (dict "name" $hash.cookie)) -}}
{{- else -}}
{{- $_ := set $block "consistentHash" (dict "useSourceIp" true) -}}
{{- end -}}
{{- else -}}
{{- $_ := set $block "simple" ($balancing.algorithm | upper | replace "-" "_") -}}
{{- end -}}
{{- /* Envoy knows a slow start of these two alone */ -}}
{{- if and (ne $balancing.warmup "none") (has $balancing.algorithm (list "round-robin" "least-request")) -}}
{{- $_ := set $block "warmup" (dict "duration" $balancing.warmup) -}}
{{- end -}}
{{- toJson $block -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}
