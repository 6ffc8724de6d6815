{{/*
What the project's own chart puts on its Service and its pods. Each prints YAML and takes the context of this chart, which the project's
has as: index .Subcharts "mesh-standard" (the alias, where the dependency has one).
*/}}

{{/*
The annotations of the Service. The values stand there as they were written, and not the effective ones: whoever reads them lays them over
the company's defaults again, tells who chose what, and judges what the team wrote; effective values would all seem to be the team's.
What is about the sidecars of the pods stands on the pods.
*/}}
{{- define "mesh-standard.serviceAnnotations" -}}
{{- $written := omit (.Values | toJson | fromJson) "global" "sidecar" -}}
{{- dict "pillion.io/traffic" (toJson $written) | toYaml -}}
{{- end -}}

{{/* What Istio calls the protocol of the Service's port, for its appProtocol. */}}
{{- define "mesh-standard.appProtocol" -}}
{{- (include "mesh-standard.model" . | fromJson).values.service.protocol -}}
{{- end -}}

{{/* The labels of the pods of the service's own version, by which the objects of this chart find them. */}}
{{- define "mesh-standard.podLabels" -}}
{{- $model := include "mesh-standard.model" . | fromJson -}}
{{- merge (dict "version" $model.values.service.version) (include "mesh-standard.selector" $model | fromJson) | toYaml -}}
{{- end -}}

{{/* The annotations of the pods: whether they ask for a sidecar, what they call, how large the sidecar is. Both profiles read them. */}}
{{- define "mesh-standard.podAnnotations" -}}
{{- $model := include "mesh-standard.model" . | fromJson -}}
{{- $values := $model.values -}}
{{- $annotations := dict $model.installation.podKey (toString $values.sidecar.inject) -}}
{{- with $values.dependsOn -}}
{{- $_ := set $annotations "pillion.io/depends-on" (join ", " .) -}}
{{- end -}}
{{- $keys := dict
  "requests" (dict "cpu" "sidecar.istio.io/proxyCPU" "memory" "sidecar.istio.io/proxyMemory")
  "limits" (dict "cpu" "sidecar.istio.io/proxyCPULimit" "memory" "sidecar.istio.io/proxyMemoryLimit")
-}}
{{- range $kind, $amounts := default dict $values.sidecar.resources -}}
{{- range $resource, $amount := $amounts -}}
{{- $_ := set $annotations (get (get $keys $kind) $resource) $amount -}}
{{- end -}}
{{- end -}}
{{- toYaml $annotations -}}
{{- end -}}
