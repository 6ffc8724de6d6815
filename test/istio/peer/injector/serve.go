package main

import (
	"net"
	"net/http"
	"time"
)

// serve begins with a line that names the port.
func serve(handler http.Handler, certificate, key string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	// the limits are those of istiod's own server (pilot/pkg/bootstrap/webhook.go)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second, IdleTimeout: 90 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ServeTLS(listener, certificate, key) }()
	if err := say(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port}); err != nil {
		return err
	}
	go func() { failed <- lines(func([]byte) error { return nil }) }()
	return <-failed
}
