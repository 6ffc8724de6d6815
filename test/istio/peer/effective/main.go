// Effective prints what Istio's injector is configured with when its chart gets the settings on the command line:
// the injection configuration without its templates, the chart's values and the mesh configuration.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"istio.io/istio/pkg/util/protomarshal"
	"pillion.io/test/istio/peer/quiet"
	"pillion.io/test/istio/peer/settings"
	"sigs.k8s.io/yaml"
)

func main() {
	quiet.Logs()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(flags []string) error {
	rendered, err := settings.Render(flags)
	if err != nil {
		return err
	}
	var config map[string]any
	if err := yaml.Unmarshal([]byte(rendered.Config), &config); err != nil {
		return err
	}
	delete(config, "templates")
	// the key of older versions, whose text only says that it is not to be used
	delete(config, "template")
	values, err := yaml.YAMLToJSON([]byte(rendered.Values))
	if err != nil {
		return err
	}
	mesh, err := protomarshal.Marshal(rendered.Mesh)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"config": config, "values": json.RawMessage(values), "mesh": json.RawMessage(mesh)})
}
