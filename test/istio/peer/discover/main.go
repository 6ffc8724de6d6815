// Discover asks an istiod for configuration as proxies do, and prints what it sends to each of them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"pillion.io/test/istio/peer/quiet"
)

const usage = `discover ADDRESS  asks the plain xDS port of an istiod; for each question on a line of stdin, {"node": an Envoy's node, "only": [types]},
                  it prints a line with the node's id and its clusters, endpoints, listeners and routes
`

// the largest message: every listener or cluster at once
const mostBytes = 256 << 20

func main() {
	quiet.Logs()
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage:\n%s", usage)
	}
	connection, err := grpc.NewClient(args[0],
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(mostBytes)))
	if err != nil {
		return err
	}
	defer connection.Close()
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		sent, err := ask(connection, lines.Bytes())
		if err != nil {
			return fmt.Errorf("the node %s: %w", lines.Text(), err)
		}
		if err := out.Encode(sent); err != nil {
			return err
		}
	}
	return lines.Err()
}
