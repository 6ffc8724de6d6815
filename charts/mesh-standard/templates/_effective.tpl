{{/*
What counts for a service, as JSON: what src/core/traffic/effective-values.ts gives for the same values and defaults; a test holds both
equal. Takes: written (the team's values), company (files/defaults.yaml), builtIn (files/built-in.yaml).
*/}}
{{- define "mesh-standard.effective" -}}
{{- $layers := include "mesh-standard.layers" . | fromJsonArray -}}
{{- $result := dict -}}
{{- include "mesh-standard.overlay" (dict "said" $layers "path" "" "whole" .builtIn.whole "into" $result "key" "values") -}}
{{- $routes := list -}}
{{- range .written.routes -}}
{{- $said := list -}}
{{- range $layers -}}
{{- $inherited := dict -}}
{{- range $field, $value := . -}}
{{- if has $field $.builtIn.inherited -}}
{{- $_ := set $inherited $field $value -}}
{{- end -}}
{{- end -}}
{{- $said = append $said $inherited -}}
{{- end -}}
{{- $said = append $said (omit . "name" "match") -}}
{{- $route := dict -}}
{{- include "mesh-standard.overlay" (dict "said" $said "path" "" "whole" $.builtIn.whole "into" $route "key" "policy") -}}
{{- $routes = append $routes (merge (pick . "name" "match") $route.policy) -}}
{{- end -}}
{{- $_ := set $result.values "routes" $routes -}}
{{- toJson $result.values -}}
{{- end -}}

{{/* The layers that count for these values as a JSON list, the team's own as the last. Takes the same. */}}
{{- define "mesh-standard.layers" -}}
{{- $company := .company -}}
{{- $tier := dig "service" "tier" (dig "defaults" "service" "tier" "standard" $company) .written -}}
{{- $layers := .builtIn.layers -}}
{{- range $layer := list (get $company "defaults") (dig "tiers" $tier "" $company) (dig "environments" (default "" .written.environment) "" $company) -}}
{{- if kindIs "map" $layer -}}
{{- $layers = append $layers $layer -}}
{{- end -}}
{{- end -}}
{{- append $layers (omit .written "meshVersion" "global" "waivers") | toJson -}}
{{- end -}}
