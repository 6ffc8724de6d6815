{{- define "app-library.statefulSet" -}}
{{- $pod := default dict .Values.workload.pod -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Chart.Name }}
spec:
  clusterIP: None
  selector: {workload: {{ .Release.Name }}}
  ports: [{name: grpc, port: 9000}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}
spec:
  serviceName: {{ .Chart.Name }}
  selector:
    matchLabels: {workload: {{ .Release.Name }}}
  template:
    metadata:
      annotations: {{- toYaml (default dict $pod.annotations) | nindent 8 }}
      labels: {{- toYaml (merge (dict "workload" .Release.Name) (default dict $pod.labels)) | nindent 8 }}
    spec:
      containers:
        - name: app
          image: {{ .Values.workload.image }}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        accessModes: [ReadWriteOnce]
        resources: {requests: {storage: {{ .Values.workload.storage }}}}
{{- end -}}
