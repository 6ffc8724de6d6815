package main

import (
	"bytes"
	"fmt"
	"net/http"
)

// call has one review answered, from the bytes of a body to the bytes of a body.
func call(handler http.Handler, review []byte) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, "/inject", bytes.NewReader(review))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer := answer{header: http.Header{}, status: http.StatusOK}
	handler.ServeHTTP(&answer, request)
	if answer.status != http.StatusOK {
		return nil, fmt.Errorf("Istio's handler answered with %d: %s", answer.status, answer.body.String())
	}
	return answer.body.Bytes(), nil
}

// answer keeps a body and does nothing else, so that what is measured is the handler.
type answer struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (a *answer) Header() http.Header            { return a.header }
func (a *answer) Write(part []byte) (int, error) { return a.body.Write(part) }
func (a *answer) WriteHeader(status int)         { a.status = status }
