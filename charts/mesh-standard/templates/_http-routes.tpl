{{/*
The HTTP routes of a VirtualService as a JSON list, in the order of src/core/xds/resilience/route-plan.ts: the canary's own requests,
then the routes, then everything else. What stands behind a route for everything could never be reached and is left out.
Takes: model, port (only requests to this port of the service; 0 for any).
*/}}
{{- define "mesh-standard.httpRoutes" -}}
{{- $values := .model.values -}}
{{- $balanced := dict
  "route" (include "mesh-standard.balanced" .model | fromJsonArray)
  "mirrors" (include "mesh-standard.mirrors" .model | fromJsonArray)
-}}
{{- $planned := list -}}
{{- if kindIs "map" $values.canary -}}
{{- with $values.canary.match -}}
{{- $destination := include "mesh-standard.destination" (dict "model" $.model "version" $values.canary.version) | fromJson -}}
{{- $to := dict "route" (list (dict "destination" $destination)) "mirrors" list -}}
{{- $planned = append $planned (dict "name" "canary" "match" . "policy" $values "to" $to) -}}
{{- end -}}
{{- end -}}
{{- $open := true -}}
{{- range append $values.routes (merge (dict "name" "default") (pick $values "timeout" "retries" "fault")) -}}
{{- if $open -}}
{{- $planned = append $planned (dict "name" .name "match" .match "policy" . "to" $balanced) -}}
{{- if not .match -}}
{{- $open = false -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $routes := list -}}
{{- range $planned -}}
{{- $routes = concat $routes (include "mesh-standard.httpRoute" (merge (dict "model" $.model "port" $.port) .) | fromJsonArray) -}}
{{- end -}}
{{- toJson $routes -}}
{{- end -}}

{{/*
The routes for a planned one, as a JSON list: two where requests without an effect are retried after more failures than others.
Takes: model, port, name, match, policy (timeout, retries, fault), to (route, mirrors).
*/}}
{{- define "mesh-standard.httpRoute" -}}
{{- $retries := .policy.retries -}}
{{- with .model.values.circuitBreaker -}}
{{- /* a limit of none under way at all, which a DestinationRule cannot say */ -}}
{{- if and (kindIs "map" .) (kindIs "string" $.model.values.retryBudget) -}}
{{- if eq (toString .maxRetries) "0" -}}
{{- $retries = "none" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $safe := .model.builtIn.safeMethods -}}
{{- $failures := list -}}
{{- if kindIs "map" $retries -}}
{{- $failures = $retries.retryOn -}}
{{- end -}}
{{- $harmless := include "mesh-standard.harmlessFailures" (dict "retries" $retries "harmless" .model.builtIn.harmlessFailures) | fromJsonArray -}}
{{- $parts := list (dict "name" .name "failures" $failures "match" .match "methods" list) -}}
{{- if and (kindIs "map" $retries) (ne (len $harmless) (len $failures)) -}}
{{- if and (eq $retries.methods "idempotent") (gt (int $retries.attempts) 0) -}}
{{- $others := dict "name" .name "failures" $harmless "match" (include "mesh-standard.otherMatches" (dict "match" .match "methods" $safe) | fromJsonArray) "methods" list -}}
{{- $parts = list (dict "name" (printf "%s-idempotent" .name) "failures" $failures "match" .match "methods" $safe) -}}
{{- if or (not .match) $others.match -}}
{{- $parts = append $parts $others -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $routes := list -}}
{{- range $parts -}}
{{- $matches := include "mesh-standard.matches" (dict "match" .match "port" $.port "methods" .methods) | fromJsonArray -}}
{{- if $matches -}}
{{- $route := dict
  "name" .name
  "route" $.to.route
  "retries" (include "mesh-standard.retries" (dict "retries" $retries "failures" .failures) | fromJson)
-}}
{{- if ne (toJson $matches) "[{}]" -}}
{{- $_ := set $route "match" $matches -}}
{{- end -}}
{{- if ne $.policy.timeout "none" -}}
{{- $_ := set $route "timeout" $.policy.timeout -}}
{{- end -}}
{{- with $.to.mirrors -}}
{{- $_ := set $route "mirrors" . -}}
{{- end -}}
{{- if kindIs "map" $.policy.fault -}}
{{- $_ := set $route "fault" (include "mesh-standard.fault" $.policy.fault | fromJson) -}}
{{- end -}}
{{- if kindIs "map" $.model.values.cors -}}
{{- $_ := set $route "corsPolicy" (include "mesh-standard.cors" $.model.values.cors | fromJson) -}}
{{- end -}}
{{- $routes = append $routes $route -}}
{{- end -}}
{{- end -}}
{{- toJson $routes -}}
{{- end -}}

{{/* Failures made on purpose, as JSON. Takes the group fault. */}}
{{- define "mesh-standard.fault" -}}
{{- $fault := dict -}}
{{- with .delay -}}
{{- $_ := set $fault "delay" (dict "percentage" (dict "value" .percent) "fixedDelay" .duration) -}}
{{- end -}}
{{- with .abort -}}
{{- $_ := set $fault "abort" (dict "percentage" (dict "value" .percent) "httpStatus" .status) -}}
{{- end -}}
{{- toJson $fault -}}
{{- end -}}
