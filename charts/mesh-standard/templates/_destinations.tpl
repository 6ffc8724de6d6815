{{/*
Where requests to the service go, as src/core/xds/resilience/route-plan.ts shares them out. Each template prints JSON and takes the
model, where nothing else is said.
*/}}

{{/* One destination. Takes: model, version (only where versions are told apart). */}}
{{- define "mesh-standard.destination" -}}
{{- $destination := dict "host" .model.host "port" (dict "number" .model.values.service.port) -}}
{{- if .version -}}
{{- $_ := set $destination "subset" .version -}}
{{- end -}}
{{- toJson $destination -}}
{{- end -}}

{{/* The service itself, and the new version with its share. */}}
{{- define "mesh-standard.balanced" -}}
{{- $version := ternary .values.service.version "" .hasVersions -}}
{{- $own := include "mesh-standard.destination" (dict "model" . "version" $version) | fromJson -}}
{{- $weight := 0 -}}
{{- if kindIs "map" .values.canary -}}
{{- $weight = int (default 0 .values.canary.weight) -}}
{{- end -}}
{{- if eq $weight 0 -}}
{{- list (dict "destination" $own) | toJson -}}
{{- else -}}
{{- $new := include "mesh-standard.destination" (dict "model" . "version" .values.canary.version) | fromJson -}}
{{- if eq $weight 100 -}}
{{- list (dict "destination" $new) | toJson -}}
{{- else -}}
{{- list (dict "destination" $own "weight" (sub 100 $weight)) (dict "destination" $new "weight" $weight) | toJson -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Who gets requests a second time. */}}
{{- define "mesh-standard.mirrors" -}}
{{- $mirrors := list -}}
{{- $values := .values -}}
{{- if kindIs "map" $values.mirror -}}
{{- $destination := dict -}}
{{- if $values.mirror.service -}}
{{- $host := include "mesh-standard.hostOf" (dict "model" . "reference" $values.mirror.service) -}}
{{- $destination = dict "host" $host "port" (dict "number" $values.service.port) -}}
{{- else -}}
{{- $destination = include "mesh-standard.destination" (dict "model" . "version" $values.mirror.version) | fromJson -}}
{{- end -}}
{{- if gt (float64 $values.mirror.percent) 0.0 -}}
{{- $mirrors = append $mirrors (dict "destination" $destination "percentage" (dict "value" $values.mirror.percent)) -}}
{{- end -}}
{{- end -}}
{{- if kindIs "map" $values.canary -}}
{{- $percent := default 0 $values.canary.mirrorPercent -}}
{{- if gt (float64 $percent) 0.0 -}}
{{- $destination := include "mesh-standard.destination" (dict "model" . "version" $values.canary.version) | fromJson -}}
{{- $mirrors = append $mirrors (dict "destination" $destination "percentage" (dict "value" $percent)) -}}
{{- end -}}
{{- end -}}
{{- toJson $mirrors -}}
{{- end -}}

{{/* The versions that are told apart, as subsets: each once, the service's own first. */}}
{{- define "mesh-standard.subsets" -}}
{{- $subsets := list -}}
{{- if .hasVersions -}}
{{- $versions := list .values.service.version -}}
{{- range $group := list .values.canary .values.mirror -}}
{{- if kindIs "map" $group -}}
{{- with $group.version -}}
{{- $versions = append $versions . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range uniq $versions -}}
{{- $subsets = append $subsets (dict "name" . "labels" (dict "version" .)) -}}
{{- end -}}
{{- end -}}
{{- toJson $subsets -}}
{{- end -}}
