// Kubelet answers the port-forwards that an API server hands on, by the streaming library that container runtimes answer a kubelet
// with. A port of a pod is an address of this machine: the JSON file that is named says which, and is read anew for every connection.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
)

// as the kubelet asks of its runtime: streamingConnectionIdleTimeout and DefaultStreamCreationTimeout
const (
	idleTimeout     = 4 * time.Hour
	creationTimeout = 30 * time.Second
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: kubelet ADDRESS PORTS-FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(address, ports string) error {
	certificate, err := selfSigned()
	if err != nil {
		return err
	}
	listener, err := tls.Listen("tcp", address, &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr())
	mux := http.NewServeMux()
	serve := func(w http.ResponseWriter, r *http.Request) {
		options, err := portforward.NewV4Options(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		pod := r.PathValue("namespace") + "/" + r.PathValue("pod")
		fmt.Println("forward", pod)
		portforward.ServePortForward(w, r, forwarder(ports), pod, r.PathValue("uid"), options,
			idleTimeout, creationTimeout, portforward.SupportedProtocols)
	}
	// the paths of pkg/kubelet/server
	mux.HandleFunc("/portForward/{namespace}/{pod}", serve)
	mux.HandleFunc("/portForward/{namespace}/{pod}/{uid}", serve)
	return http.Serve(listener, mux)
}

// The path of a JSON file: {"NAMESPACE/POD": {"PORT": "ADDRESS"}}.
type forwarder string

func (file forwarder) PortForward(ctx context.Context, pod, _ string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	text, err := os.ReadFile(string(file))
	if err != nil {
		return err
	}
	var pods map[string]map[string]string
	if err := json.Unmarshal(text, &pods); err != nil {
		return err
	}
	address, ok := pods[pod][fmt.Sprint(port)]
	if !ok {
		// as a container runtime says of a port where nothing listens
		return fmt.Errorf("failed to connect to localhost:%d inside namespace \"%s\": dial tcp4 127.0.0.1:%d: connect: connection refused", port, pod, port)
	}
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	ended := make(chan error, 2)
	pipe := func(to io.Writer, from io.Reader) {
		_, err := io.Copy(to, from)
		ended <- err
	}
	go pipe(stream, connection)
	go pipe(connection, stream)
	<-ended
	return nil
}

// The API server does not verify a kubelet unless it is told by whom.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
