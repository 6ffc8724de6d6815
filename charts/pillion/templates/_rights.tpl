{{/* The rules of a role: list (root context, "cluster" or "own"). files/rights.yaml says with which values each is granted. */}}
{{- define "pillion.rules" -}}
{{- $root := index . 0 -}}
{{- $installed := dict
  "certificates" $root.Values.certificates.mode
  "registration" $root.Values.registration.mode
  "watchdog" (ternary "On" "Off" $root.Values.watchdog.enabled)
  "dashboard" (ternary "On" "Off" $root.Values.dashboard.enabled) -}}
{{- $rules := list -}}
{{- range get ($root.Files.Get "files/rights.yaml" | fromYaml) (index . 1) -}}
{{- $granted := true -}}
{{- range $key, $value := .when -}}
{{- if ne (get $installed $key) $value -}}
{{- $granted = false -}}
{{- end -}}
{{- end -}}
{{- if $granted -}}
{{- $rules = append $rules .rule -}}
{{- end -}}
{{- end -}}
{{- toYaml $rules -}}
{{- end -}}
