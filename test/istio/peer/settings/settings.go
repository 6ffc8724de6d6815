// Package settings renders Istio's own chart with its own renderer and reads from it what the injector is configured with.
package settings

import (
	"fmt"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/operator/pkg/render"
	"istio.io/istio/pkg/config/mesh"
)

// Settings is what istiod reads from its two ConfigMaps.
type Settings struct {
	// Config is the key `config` of the ConfigMap istio-sidecar-injector: policy and templates, as YAML.
	Config string
	// Values is its key `values`, as JSON.
	Values string
	// Mesh is the key `mesh` of the ConfigMap istio, over Istio's defaults.
	Mesh *meshconfig.MeshConfig
}

// Render takes settings as `istioctl install --set` does, such as `values.global.proxy.logLevel=debug`.
func Render(flags []string) (*Settings, error) {
	// the injector's ConfigMaps belong to the component pilot; nothing else is needed
	flags = append([]string{"profile=empty", "components.pilot.enabled=true"}, flags...)
	components, _, err := render.GenerateManifest(nil, flags, false, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("Istio's chart does not render with %v: %w", flags, err)
	}
	texts := map[string]map[string]any{}
	for _, component := range components {
		for _, object := range component.Manifests {
			if object.GetKind() != "ConfigMap" {
				continue
			}
			if data, ok := object.Object["data"].(map[string]any); ok {
				texts[object.GetName()] = data
			}
		}
	}
	config, hasConfig := texts["istio-sidecar-injector"]["config"].(string)
	values, hasValues := texts["istio-sidecar-injector"]["values"].(string)
	meshText, hasMesh := texts["istio"]["mesh"].(string)
	if !hasConfig || !hasValues || !hasMesh {
		return nil, fmt.Errorf("Istio's chart renders no ConfigMaps istio-sidecar-injector and istio with %v", flags)
	}
	meshConfig, err := mesh.ApplyMeshConfig(meshText, mesh.DefaultMeshConfig())
	if err != nil {
		return nil, fmt.Errorf("the mesh configuration of Istio's chart: %w", err)
	}
	return &Settings{Config: config, Values: values, Mesh: meshConfig}, nil
}
