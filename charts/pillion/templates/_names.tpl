{{/* The labels of every object. */}}
{{- define "pillion.labels" -}}
{{- dict
  "app.kubernetes.io/name" "pillion"
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version)
  | toYaml -}}
{{- end -}}

{{/* What selects the pods of the server, and no other; it never changes, for a Deployment’s selector cannot. */}}
{{- define "pillion.selector" -}}
{{- dict "app.kubernetes.io/name" "pillion" "app.kubernetes.io/component" "webhook" | toYaml -}}
{{- end -}}

{{/* The metadata of an object of the namespace of the release, or of the cluster, called pillion. */}}
{{- define "pillion.metadata" -}}
name: pillion
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "pillion.labels" . | nindent 2 }}
{{- end -}}

{{- define "pillion.clusterMetadata" -}}
name: pillion
labels:
  {{- include "pillion.labels" . | nindent 2 }}
{{- end -}}

{{- define "pillion.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* How many replicas there are at least. */}}
{{- define "pillion.replicas" -}}
{{- if .Values.autoscaling.enabled -}}
{{- int .Values.autoscaling.minReplicas -}}
{{- else -}}
{{- int .Values.replicas -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the certificate, but for the mode Self. */}}
{{- define "pillion.tlsSecret" -}}
{{- if eq .Values.certificates.mode "Provided" -}}
{{- .Values.certificates.existingSecret -}}
{{- else -}}
pillion-tls
{{- end -}}
{{- end -}}

{{/* What every container may do: nothing but run. */}}
{{- define "pillion.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
{{- end -}}

{{- define "pillion.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}
