package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"istio.io/api/annotation"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/cmd/pilot-agent/config"
	"istio.io/istio/pilot/cmd/pilot-agent/status"
	"istio.io/istio/pkg/bootstrap"
	"istio.io/istio/pkg/bootstrap/platform"
	"istio.io/istio/pkg/kube/inject"
	"istio.io/istio/pkg/model"
	"istio.io/istio/pkg/util/protomarshal"
	corev1 "k8s.io/api/core/v1"
)

// Understood is everything that Istio's programs read from an injected pod.
type Understood struct {
	Status      *inject.SidecarInjectionStatus        `json:"status,omitempty"`
	ProxyConfig json.RawMessage                       `json:"proxyConfig"`
	Metadata    *model.BootstrapNodeMetadata          `json:"metadata"`
	PodPorts    []model.PodPort                       `json:"podPorts"`
	Probers     status.KubeAppProbers                 `json:"probers,omitempty"`
	Prometheus  *status.PrometheusScrapeConfiguration `json:"prometheus,omitempty"`
}

func understand(pod *corev1.Pod) (*Understood, error) {
	proxy := inject.FindSidecar(pod)
	if proxy == nil {
		return nil, fmt.Errorf("the pod has no container %s", inject.ProxyContainerName)
	}
	environment := literal(proxy.Env)
	understood := &Understood{}
	if text, ok := pod.Annotations[annotation.SidecarStatus.Name]; ok {
		if err := json.Unmarshal([]byte(text), &understood.Status); err != nil {
			return nil, fmt.Errorf("annotation %s: %w", annotation.SidecarStatus.Name, err)
		}
	}
	proxyConfig, err := config.ConstructProxyConfig("", "istio-proxy", environment["PROXY_CONFIG"], 0)
	if err != nil {
		return nil, fmt.Errorf("PROXY_CONFIG: %w", err)
	}
	if understood.ProxyConfig, err = protomarshal.Marshal(proxyConfig); err != nil {
		return nil, err
	}
	if understood.Metadata, err = metadata(environment, proxyConfig); err != nil {
		return nil, err
	}
	understood.PodPorts = understood.Metadata.PodPorts
	if err := statusServer(understood, environment, proxyConfig); err != nil {
		return nil, err
	}
	return understood, nil
}

// literal leaves out what only the kubelet can fill in.
func literal(variables []corev1.EnvVar) map[string]string {
	values := map[string]string{}
	for _, variable := range variables {
		if variable.ValueFrom == nil {
			values[variable.Name] = variable.Value
		}
	}
	return values
}

func metadata(environment map[string]string, proxyConfig *meshconfig.ProxyConfig) (*model.BootstrapNodeMetadata, error) {
	var lines []string
	for name, value := range environment {
		// the agent only logs a warning for these, and goes on without them
		if strings.HasPrefix(name, bootstrap.IstioMetaJSONPrefix) && !json.Valid([]byte(value)) {
			return nil, fmt.Errorf("%s is no JSON: %q", name, value)
		}
		lines = append(lines, name+"="+value)
	}
	node, err := bootstrap.GetNodeMetaData(bootstrap.MetadataOptions{
		Envs:        lines,
		Platform:    &platform.Unknown{},
		ProxyConfig: proxyConfig,
	})
	if err != nil {
		return nil, fmt.Errorf("ISTIO_META_* and ISTIO_METAJSON_*: %w", err)
	}
	return node.Metadata, nil
}

// statusServer has the agent's own status server judge the probers and the Prometheus configuration, and then prints them.
func statusServer(into *Understood, environment map[string]string, proxyConfig *meshconfig.ProxyConfig) error {
	probers := environment[status.KubeAppProberEnvName]
	prometheusText, exports := environment[status.PrometheusScrapingConfig.Name]
	if exports {
		// the status server reads it from its own environment
		if err := os.Setenv(status.PrometheusScrapingConfig.Name, prometheusText); err != nil {
			return err
		}
	}
	_, err := status.NewServer(status.Options{
		Context:            context.Background(),
		PodIP:              "127.0.0.1",
		NodeType:           model.SidecarProxy,
		StatusPort:         uint16(proxyConfig.StatusPort),
		KubeAppProbers:     probers,
		NoEnvoy:            true,
		PrometheusRegistry: prometheus.NewRegistry(),
	})
	if err != nil {
		return fmt.Errorf("the agent's status server: %w", err)
	}
	if probers != "" {
		if err := json.Unmarshal([]byte(probers), &into.Probers); err != nil {
			return err
		}
	}
	if exports {
		return json.Unmarshal([]byte(prometheusText), &into.Prometheus)
	}
	return nil
}
