{{/*
Lays values over each other, field by field, as src/core/traffic/overlay.ts does. A list is replaced as a whole; where the last value is
no group, it counts alone.
Takes: said (values, each before the one that takes precedence), path (where they stand), whole (paths whose groups are replaced as a
whole), into and key (the dict that gets the result, and under which key). Prints nothing.
*/}}
{{- define "mesh-standard.overlay" -}}
{{- $last := last .said -}}
{{- if or (not (kindIs "map" $last)) (has .path .whole) -}}
{{- $_ := set .into .key $last -}}
{{- else -}}
{{- $groups := list -}}
{{- $given := dict -}}
{{- range .said -}}
{{- if kindIs "map" . -}}
{{- $groups = append $groups . -}}
{{- range $field, $_ := . -}}
{{- $_ := set $given $field true -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $result := dict -}}
{{- range $field := keys $given -}}
{{- $values := list -}}
{{- range $groups -}}
{{- if hasKey . $field -}}
{{- $values = append $values (get . $field) -}}
{{- end -}}
{{- end -}}
{{- include "mesh-standard.overlay" (dict "said" $values "path" (printf "%s/%s" $.path $field) "whole" $.whole "into" $result "key" $field) -}}
{{- end -}}
{{- $_ := set .into .key $result -}}
{{- end -}}
{{- end -}}
