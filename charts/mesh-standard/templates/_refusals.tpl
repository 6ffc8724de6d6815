{{/*
Refuses what the schema accepts and Istio could not do, every place at once: path, what stands there, what is accepted. Rules about what
contradicts itself are those of `pillion traffic lint`; here stand only those without which an object would be wrong, and MESH040, since
failures on purpose in production hurt callers also where nobody ran the linter.
*/}}
{{- define "mesh-standard.refuse" -}}
{{- $model := include "mesh-standard.model" . | fromJson -}}
{{- $told := dict "problems" list -}}
{{- $to := dict "model" $model "told" $told -}}
{{- include "mesh-standard.refuseVersions" $to -}}
{{- include "mesh-standard.refuseTcp" $to -}}
{{- include "mesh-standard.refuseFaults" $to -}}
{{- include "mesh-standard.refuseExposure" $to -}}
{{- include "mesh-standard.refuseStatuses" $to -}}
{{- $balancing := $model.values.loadBalancing -}}
{{- if and (eq $balancing.algorithm "consistent-hash") (not $balancing.hash) -}}
{{- include "mesh-standard.problem" (dict "told" $told "path" "/loadBalancing/hash" "text" "is missing; accepted beside algorithm consistent-hash: one of header, cookie, sourceIp") -}}
{{- end -}}
{{- with $told.problems -}}
{{- fail (printf "values of %s:\n  %s" $.Chart.Name (join "\n  " .)) -}}
{{- end -}}
{{- end -}}

{{/* Notes one problem. Takes: told, path, text. */}}
{{- define "mesh-standard.problem" -}}
{{- $_ := set .told "problems" (append .told.problems (printf "%s %s" .path .text)) -}}
{{- end -}}

{{- define "mesh-standard.refuseVersions" -}}
{{- $values := .model.values -}}
{{- if kindIs "map" $values.canary -}}
{{- if eq $values.canary.version $values.service.version -}}
{{- include "mesh-standard.problem" (dict "told" .told "path" "/canary/version" "text" (printf "is %s, as is /service/version; accepted: another version (or canary: none)" $values.canary.version)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "mesh-standard.refuseTcp" -}}
{{- $values := .model.values -}}
{{- if eq $values.service.protocol "tcp" -}}
{{- $canary := ternary $values.canary dict (kindIs "map" $values.canary) -}}
{{- $given := dict
  "/routes" (not (empty $values.routes))
  "/fault" (kindIs "map" $values.fault)
  "/mirror" (kindIs "map" $values.mirror)
  "/canary/match" (hasKey $canary "match")
  "/canary/mirrorPercent" (hasKey $canary "mirrorPercent")
-}}
{{- range $path, $stands := $given -}}
{{- if $stands -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" $path "text" "stands there while /service/protocol is tcp, where there are no requests; accepted: no such field, or protocol http, http2 or grpc") -}}
{{- end -}}
{{- end -}}
{{- range $index, $exposure := $values.expose -}}
{{- if ne (dig "tls" "mode" "" $exposure) "passthrough" -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" (printf "/expose/%d/tls/mode" $index) "text" "is not passthrough while /service/protocol is tcp; a gateway knows a TCP service by the host of its TLS alone; accepted: passthrough") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* As src/core/traffic/lint/MESH040.ts: a route that takes the fault of the service over is mended with it. */}}
{{- define "mesh-standard.refuseFaults" -}}
{{- $values := .model.values -}}
{{- $environment := default "production" $values.environment -}}
{{- if eq $environment "production" -}}
{{- $places := list -}}
{{- if kindIs "map" $values.fault -}}
{{- $places = list "/fault" -}}
{{- else -}}
{{- range $index, $route := $values.routes -}}
{{- if kindIs "map" $route.fault -}}
{{- $places = append $places (printf "/routes/%d/fault" $index) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $where := ternary "in production" "without an environment" (not (empty $values.environment)) -}}
{{- range $places -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" . "text" (printf "is given %s; accepted: in dev, test and staging (or fault: none)" $where)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "mesh-standard.refuseExposure" -}}
{{- $seen := dict -}}
{{- range $index, $exposure := .model.values.expose -}}
{{- $at := printf "/expose/%d" $index -}}
{{- range $place, $host := $exposure.hosts -}}
{{- if hasKey $seen $host -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" (printf "%s/hosts/%d" $at $place) "text" (printf "is %s, which stands at %s already; accepted: each host once" $host (get $seen $host))) -}}
{{- end -}}
{{- $_ := set $seen $host (printf "%s/hosts/%d" $at $place) -}}
{{- end -}}
{{- with $exposure.tls -}}
{{- $secret := printf "%s/tls/secret" $at -}}
{{- if and .secret $exposure.gateway -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" $secret "text" (printf "is %s, but the Gateway %s is shared, and its owners name the Secret there; accepted: no secret, or no gateway, for one of the service's own" .secret $exposure.gateway)) -}}
{{- else if and .secret (eq .mode "passthrough") -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" $secret "text" (printf "is %s, but with passthrough the service itself has the certificate; accepted: no secret" .secret)) -}}
{{- else if not (or .secret $exposure.gateway (eq .mode "passthrough")) -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" $secret "text" (printf "is missing; accepted with mode %s: the name of the Secret with the certificate, in the namespace of the gateway's pods" .mode)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "mesh-standard.refuseStatuses" -}}
{{- $retries := dict "/retries" .model.values.retries -}}
{{- range $index, $route := .model.values.routes -}}
{{- $_ := set $retries (printf "/routes/%d/retries" $index) $route.retries -}}
{{- end -}}
{{- range $path, $policy := $retries -}}
{{- if kindIs "map" $policy -}}
{{- range $place, $failure := $policy.retryOn -}}
{{- if and (regexMatch "^[0-9]{3}$" $failure) (not (has $failure $.model.builtIn.statuses)) -}}
{{- include "mesh-standard.problem" (dict "told" $.told "path" (printf "%s/retryOn/%d" $path $place) "text" (printf "is %q, which Istio refuses since it has no name; accepted: %s" $failure (join ", " $.model.builtIn.statuses))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
