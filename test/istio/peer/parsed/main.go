// Parsed reads an injected pod as JSON on stdin and prints how Istio's own types and its agent understand it.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"pillion.io/test/istio/peer/quiet"
)

func main() {
	quiet.Logs()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var pod corev1.Pod
	if err := json.NewDecoder(os.Stdin).Decode(&pod); err != nil {
		return fmt.Errorf("stdin is no pod as JSON: %w", err)
	}
	understood, err := understand(&pod)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(understood)
}
