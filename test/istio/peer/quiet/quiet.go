// Package quiet keeps Istio's log out of what a program prints.
package quiet

import "istio.io/istio/pkg/log"

// Logs lets only errors of Istio's packages through. They go to stderr.
func Logs() {
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	options.ErrorOutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		panic(err)
	}
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.ErrorLevel)
	}
}
