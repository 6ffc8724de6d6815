{{/*
The name of the VirtualService for a host of a gateway, which no other host has: names of services have no dot, and for * stands what no
other host contains. Takes: name (of the service), host.
*/}}
{{- define "mesh-standard.exposedName" -}}
{{- $digest := sha256sum .host | trunc 8 -}}
{{- $name := printf "%s.%s" .name (.host | replace "*" (printf "wildcard-%s" $digest)) -}}
{{- if gt (len $name) 253 -}}
{{- $name = printf "%s-%s" ($name | trunc 240 | trimSuffix "." | trimSuffix "-") $digest -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{/* The gateway of one way in, as namespace/name: the shared one, or the service's own. Takes: model, exposure. */}}
{{- define "mesh-standard.gatewayOf" -}}
{{- default (printf "%s/%s" .model.namespace .model.name) .exposure.gateway -}}
{{- end -}}

{{/* The servers of the service's own Gateway, as a JSON list; empty where others share theirs. Takes the model. */}}
{{- define "mesh-standard.servers" -}}
{{- $servers := list -}}
{{- $ports := .installation.gateway -}}
{{- range $index, $exposure := .values.expose -}}
{{- if not $exposure.gateway -}}
{{- $hosts := list -}}
{{- range $exposure.hosts -}}
{{- $hosts = append $hosts (printf "./%s" .) -}}
{{- end -}}
{{- $server := dict "hosts" $hosts -}}
{{- if not $exposure.tls -}}
{{- $_ := set $server "port" (dict "number" $ports.httpPort "name" (printf "http-%d" $index) "protocol" "HTTP") -}}
{{- else if eq $exposure.tls.mode "passthrough" -}}
{{- $_ := set $server "port" (dict "number" $ports.httpsPort "name" (printf "tls-%d" $index) "protocol" "TLS") -}}
{{- $_ := set $server "tls" (dict "mode" "PASSTHROUGH") -}}
{{- else -}}
{{- $_ := set $server "port" (dict "number" $ports.httpsPort "name" (printf "https-%d" $index) "protocol" "HTTPS") -}}
{{- $_ := set $server "tls" (dict "mode" (upper $exposure.tls.mode) "credentialName" $exposure.tls.secret) -}}
{{- end -}}
{{- $servers = append $servers $server -}}
{{- end -}}
{{- end -}}
{{- toJson $servers -}}
{{- end -}}
