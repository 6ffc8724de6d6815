{{/* Which pages of other origins may read the answers, as JSON. Takes the group cors. */}}
{{- define "mesh-standard.cors" -}}
{{- $policy := dict "allowCredentials" .credentials -}}
{{- $origins := list -}}
{{- range .origins -}}
{{- if eq . "*" -}}
{{- $origins = append $origins (dict "regex" ".*") -}}
{{- else if hasPrefix "^" . -}}
{{- $origins = append $origins (dict "regex" .) -}}
{{- else -}}
{{- $origins = append $origins (dict "exact" .) -}}
{{- end -}}
{{- end -}}
{{- range $field, $value := dict "allowOrigins" $origins "allowMethods" .methods "allowHeaders" .headers "exposeHeaders" .exposeHeaders -}}
{{- if $value -}}
{{- $_ := set $policy $field $value -}}
{{- end -}}
{{- end -}}
{{- with .maxAge -}}
{{- /* browsers are told whole seconds, and Istio cuts what is left */ -}}
{{- $milliseconds := include "mesh-standard.milliseconds" . | int64 -}}
{{- $_ := set $policy "maxAge" (printf "%ds" (div (add $milliseconds 999) 1000)) -}}
{{- end -}}
{{- toJson $policy -}}
{{- end -}}

{{/* The milliseconds of a duration such as 1m30s. */}}
{{- define "mesh-standard.milliseconds" -}}
{{- $units := dict "h" 3600000 "m" 60000 "s" 1000 "ms" 1 -}}
{{- $sum := 0 -}}
{{- range regexFindAll "[0-9]+(ms|h|m|s)" . -1 -}}
{{- $number := regexFind "[0-9]+" . -}}
{{- $sum = add $sum (mul (int64 $number) (get $units (trimPrefix $number .))) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}
