{{/*
How requests are tried again after these failures, as JSON. Where they are not, Istio has to be told, since it retries twice by itself.
Takes: retries (a group, or none), failures.
*/}}
{{- define "mesh-standard.retries" -}}
{{- if or (kindIs "string" .retries) (not .failures) -}}
{{- dict "attempts" 0 | toJson -}}
{{- else if eq (int .retries.attempts) 0 -}}
{{- dict "attempts" 0 | toJson -}}
{{- else -}}
{{- $retries := dict
  "attempts" .retries.attempts
  "retryOn" (join "," .failures)
  "backoff" .retries.backoff
  "retryIgnorePreviousHosts" true
-}}
{{- if ne .retries.perTryTimeout "none" -}}
{{- $_ := set $retries "perTryTimeout" .retries.perTryTimeout -}}
{{- end -}}
{{- toJson $retries -}}
{{- end -}}
{{- end -}}

{{/* The failures before a request reached the server, as a JSON list. Takes: retries, harmless (which those are). */}}
{{- define "mesh-standard.harmlessFailures" -}}
{{- $failures := list -}}
{{- if kindIs "map" .retries -}}
{{- range .retries.retryOn -}}
{{- if has . $.harmless -}}
{{- $failures = append $failures . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $failures -}}
{{- end -}}
