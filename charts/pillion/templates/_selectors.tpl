{{/* "true" when a label selector selects these labels: dict "selector" and "labels". */}}
{{- define "pillion.selects" -}}
{{- $labels := .labels -}}
{{- $selected := true -}}
{{- $selector := .selector | default dict -}}
{{- range $key, $value := $selector.matchLabels -}}
{{- if ne (get $labels $key | toString) ($value | toString) -}}
{{- $selected = false -}}
{{- end -}}
{{- end -}}
{{- range $selector.matchExpressions -}}
{{- $there := hasKey $labels .key -}}
{{- $among := and $there (has (get $labels .key) (.values | default list)) -}}
{{- if or
  (and (eq .operator "In") (not $among))
  (and (eq .operator "NotIn") $among)
  (and (eq .operator "Exists") (not $there))
  (and (eq .operator "DoesNotExist") $there) -}}
{{- $selected = false -}}
{{- end -}}
{{- end -}}
{{- if $selected -}}
true
{{- end -}}
{{- end -}}

{{/* The hooks of Istio’s own injectors that would inject pods for which we are asked too, as CONFIGURATION/HOOK, one a line. */}}
{{- define "pillion.otherInjectors" -}}
{{- $optIn := .Values.policy.optIn | default dict -}}
{{- $label := $optIn.namespaceLabel | default dict -}}
{{- $enabled := dict ($label.key | default "istio-injection") ($label.enabled | default "enabled") -}}
{{- $revision := dict "istio.io/rev" ($optIn.revision | default "default") -}}
{{- $marked := dict ($optIn.podKey | default "sidecar.istio.io/inject") "true" -}}
{{/* labels of a namespace and of a pod in it that we would be asked about; the server judges the same more closely */}}
{{- $cases := list (list $enabled dict) (list $enabled $marked) (list $revision dict) (list $revision $marked) -}}
{{- if eq ($optIn.rule | default "") "Istio" -}}
{{- $cases = append $cases (list dict $marked) -}}
{{- end -}}
{{- range $configuration := (lookup "admissionregistration.k8s.io/v1" "MutatingWebhookConfiguration" "" "").items -}}
{{- range $hook := $configuration.webhooks -}}
{{- if or (hasSuffix "sidecar-injector.istio.io" $hook.name) (eq (dig "metadata" "labels" "app" "" $configuration) "sidecar-injector") -}}
{{- $overlaps := false -}}
{{- range $case := $cases -}}
{{- if and
  (include "pillion.selects" (dict "selector" $hook.namespaceSelector "labels" (index $case 0)))
  (include "pillion.selects" (dict "selector" $hook.objectSelector "labels" (index $case 1))) -}}
{{- $overlaps = true -}}
{{- end -}}
{{- end -}}
{{- if $overlaps }}
{{ $configuration.metadata.name }}/{{ $hook.name }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
