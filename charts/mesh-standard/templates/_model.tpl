{{/*
Everything that objects are made from, as JSON: written (the team's values), values (what counts), company, installation, builtIn,
namespace, name and host of the service, subsets (whether its versions are told apart).
Takes the chart's context; from another chart: index .Subcharts "mesh-standard".
*/}}
{{- define "mesh-standard.model" -}}
{{- $files := dict -}}
{{- range $name := list "defaults" "installation" "built-in" -}}
{{- $path := printf "files/%s.yaml" $name -}}
{{- $content := $.Files.Get $path | fromYaml -}}
{{- if or (hasKey $content "Error") (not $content) -}}
{{- fail (printf "%s of the chart mesh-standard cannot be read: %s; repair it, or take it from the released chart" $path (default "it is empty" $content.Error)) -}}
{{- end -}}
{{- $_ := set $files $name $content -}}
{{- end -}}
{{- $written := .Values | toJson | fromJson -}}
{{- $company := get $files "defaults" -}}
{{- $builtIn := get $files "built-in" -}}
{{- $installation := get $files "installation" -}}
{{- $values := include "mesh-standard.effective" (dict "written" $written "company" $company "builtIn" $builtIn) | fromJson -}}
{{- dict
  "written" $written
  "values" $values
  "company" $company
  "builtIn" $builtIn
  "installation" $installation
  "namespace" .Release.Namespace
  "name" $values.service.name
  "host" (printf "%s.%s.svc.%s" $values.service.name .Release.Namespace $installation.clusterDomain)
  "hasVersions" (or (kindIs "map" $values.canary) (and (kindIs "map" $values.mirror) (hasKey $values.mirror "version")))
  | toJson -}}
{{- end -}}

{{/* One object as YAML. Takes: root (the chart's context), apiVersion, kind, name, spec. */}}
{{- define "mesh-standard.object" -}}
{{- $labels := dict
  "app.kubernetes.io/name" .root.Values.service.name
  "app.kubernetes.io/instance" .root.Release.Name
  "app.kubernetes.io/managed-by" .root.Release.Service
  "helm.sh/chart" (printf "mesh-standard-%s" .root.Chart.Version | replace "+" "_")
-}}
{{- dict
  "apiVersion" .apiVersion
  "kind" .kind
  "metadata" (dict "name" .name "namespace" .root.Release.Namespace "labels" $labels)
  "spec" .spec
  | toYaml -}}
{{- end -}}

{{/* The labels by which Istio knows the service's pods, as JSON. Takes the model. */}}
{{- define "mesh-standard.selector" -}}
{{- dict "app" .name | toJson -}}
{{- end -}}

{{/* The whole name of a Service such as inventory or pricing/quotes. Takes: model, reference. */}}
{{- define "mesh-standard.hostOf" -}}
{{- $parts := splitList "/" .reference -}}
{{- $namespace := .model.namespace -}}
{{- if gt (len $parts) 1 -}}
{{- $namespace = first $parts -}}
{{- end -}}
{{- printf "%s.%s.svc.%s" (last $parts) $namespace .model.installation.clusterDomain -}}
{{- end -}}
