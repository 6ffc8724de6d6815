{{/*
Conditions on requests for a VirtualService, as a JSON list of which one has to hold; empty where no request can fulfil any.
Takes: match (the conditions of the values; without it every request), port (only requests to this port of the service; 0 for any),
methods (only requests with one of these; empty for any).
*/}}
{{- define "mesh-standard.matches" -}}
{{- $matches := list -}}
{{- range $condition := default (list dict) .match -}}
{{- $match := dict -}}
{{- with $condition.path -}}
{{- $_ := set $match "uri" . -}}
{{- end -}}
{{- $headers := dict -}}
{{- range $name, $wanted := $condition.headers -}}
{{- if kindIs "string" $wanted -}}
{{- $_ := set $headers $name (dict "exact" $wanted) -}}
{{- /* whatever the value is; every value begins with an empty text, which Istio does not take */ -}}
{{- else if or $wanted.present (and (hasKey $wanted "prefix") (not $wanted.prefix)) -}}
{{- $_ := set $headers $name dict -}}
{{- else -}}
{{- $_ := set $headers $name $wanted -}}
{{- end -}}
{{- end -}}
{{- if $headers -}}
{{- $_ := set $match "headers" $headers -}}
{{- end -}}
{{- /* Istio knows one condition on the method: both lists become what they have in common */ -}}
{{- $methods := default $.methods $condition.methods -}}
{{- if and $.methods $condition.methods -}}
{{- $methods = list -}}
{{- range $condition.methods -}}
{{- if has . $.methods -}}
{{- $methods = append $methods . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $methods -}}
{{- $_ := set $match "method" (ternary (dict "exact" (first $methods)) (dict "regex" (join "|" $methods)) (eq (len $methods) 1)) -}}
{{- end -}}
{{- if $.port -}}
{{- $_ := set $match "port" $.port -}}
{{- end -}}
{{- if or $methods (not $.methods) -}}
{{- $matches = append $matches $match -}}
{{- end -}}
{{- end -}}
{{- toJson $matches -}}
{{- end -}}

{{/*
The conditions without those that ask for nothing but these methods, as a JSON list. Takes: match, methods.
*/}}
{{- define "mesh-standard.otherMatches" -}}
{{- $others := list -}}
{{- range .match -}}
{{- $left := not .methods -}}
{{- range .methods -}}
{{- if not (has . $.methods) -}}
{{- $left = true -}}
{{- end -}}
{{- end -}}
{{- if $left -}}
{{- $others = append $others . -}}
{{- end -}}
{{- end -}}
{{- toJson $others -}}
{{- end -}}
